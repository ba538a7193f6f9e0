"""Loads a file: reads it chunk by chunk, publishes what is good, keeps what is not in the reject file."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connectors.client import Sent
from connectors.files.chunks import Chunk, Source, keep_together
from connectors.files.edge import Edge, Parsed
from connectors.files.memberships import parse_memberships
from connectors.files.persons import parse_persons
from connectors.files.progress import Identity, Progress, ProgressFile
from connectors.files.rejects import RejectFile
from connectors.files.report import Report
from connectors.files.vocabulary import KEY_FIELDS
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS

CHUNK_ROWS = 20_000

Parse = Callable[[Chunk, str, Edge], Parsed]
_PARSERS: Mapping[str, Parse] = {DTSEN_PERSONS: parse_persons, BPJS_MEMBERSHIPS: parse_memberships}
TOPICS = tuple(_PARSERS)


class Outlet(Protocol):
    """Where records go: a publication that has been begun."""

    def send_rows(self, tokens: NDArray[np.uint8], rows: pa.RecordBatch) -> None:
        """Queue records."""

    def checkpoint(self) -> Sent:
        """Wait until all of them are acknowledged."""


@dataclass(frozen=True)
class Loaded:
    """What became of a file. ``records`` were sent (a record may come of several rows).

    ``rejected`` counts an interrupted load's rows too, the others and ``report`` only what was read now.
    """

    rows: int
    records: int
    rejected: int
    report: Report


def begin(path: Path, identity: Identity, *, resume: bool, starts: Callable[[], dict[int, int]]) -> Progress:
    """The progress to load from, kept before anything is sent. Raises ``InvalidInput``."""
    file = progress_file(path)
    progress = file.read(identity, resume=resume)
    if progress is None:
        progress = Progress(identity, starts())
        file.save(progress)
    return progress


def progress_file(path: Path) -> ProgressFile:
    """Where the progress of loading ``path`` is kept."""
    return ProgressFile(path.with_name(path.name + ".progress.json"))


def load(
    source: Source,
    edge: Edge,
    progress: Progress,
    outlet: Outlet | None,
    rejects: RejectFile,
    keep: Callable[[Progress], None],
    tell: Callable[[int], None] = lambda done: None,
    chunk_rows: int = CHUNK_ROWS,
) -> Loaded:
    """Load what lies behind ``progress``; without an ``outlet`` only look.

    After each chunk every record of it is acknowledged, its rejects are written, ``keep`` is given the new
    progress and ``tell`` how much of ``source.size`` is done. Raises what the outlet raises; the load can
    then be resumed.
    """
    topic, batch = progress.identity.topic, progress.identity.batch
    parse, rows, records, report = _PARSERS[topic], 0, 0, Report()
    rejects.begin(progress.through)
    for chunk in _chunks(source, topic, progress.through, chunk_rows):
        parsed = parse(chunk, batch, edge)
        if outlet is not None:
            outlet.send_rows(parsed.tokens, parsed.rows)
            outlet.checkpoint()
        rejects.add(parsed.rejects)
        report.add(parsed.rejects)
        report.look(chunk)
        rows, records = rows + len(chunk) + len(chunk.broken), records + len(parsed.rows)
        rejected = progress.rows_rejected + len(parsed.rejects)
        progress = dataclasses.replace(progress, through=chunk.through, rows_rejected=rejected)
        keep(progress)
        tell(chunk.done)
    return Loaded(rows, records, progress.rows_rejected, report)


def _chunks(source: Source, topic: str, after: int, rows: int) -> Iterator[Chunk]:
    chunks = source.chunks(after, rows)
    if topic != BPJS_MEMBERSHIPS:
        return chunks
    key = next(name for name in KEY_FIELDS if name in source.types)
    return keep_together(chunks, (key, "version"))
