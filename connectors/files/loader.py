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
from connectors.files import memberships, persons
from connectors.files.chunks import Chunk, Source, keep_together
from connectors.files.csv_source import CsvSource
from connectors.files.edge import KEY_FIELDS, Edge, Parsed, check_fields
from connectors.files.memberships import parse_memberships
from connectors.files.parquet_source import ParquetSource
from connectors.files.persons import parse_persons
from connectors.files.progress import Identity, Progress, ProgressFile
from connectors.files.rejects import RejectFile
from schemas.errors import InvalidInput
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
    """What became of a file. ``records`` were sent (a record may come of several rows)."""

    rows: int
    records: int
    rejected: int


def open_source(path: Path) -> Source:
    """The file as rows, by its ending. Raises ``InvalidInput`` if it cannot be read as what it says it is."""
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise InvalidInput(f"{path} is neither .csv nor .parquet", remedy="Name the file by what it is.")
    return CsvSource(path) if kind == ".csv" else ParquetSource(path)


def check_columns(source: Source, topic: str) -> None:
    """Raise ``InvalidInput`` unless the columns are those of the topic."""
    fields = source.fields
    if topic == DTSEN_PERSONS:
        versioned = () if "release" in fields else ("version",)
        check_fields(fields, (*persons.REQUIRED, *versioned), persons.OPTIONAL)
        if "release" in fields and "version" in fields:
            raise InvalidInput("version and release: only one of them")
        return
    by_row = () if "enrolments" in fields else memberships.BY_ROW
    check_fields(fields, (*memberships.REQUIRED, *by_row), memberships.OPTIONAL)
    if "enrolments" in fields and "segment" in fields:
        raise InvalidInput("enrolments and segment: one row an enrolment, or all in one column, not both")


def begin(
    path: Path, topic: str, batch: str, *, resume: bool, starts: Callable[[], dict[int, int]]
) -> Progress:
    """The progress to load from, kept before anything is sent. Raises ``InvalidInput``."""
    identity = Identity.of(path, topic, batch)
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
    parse, rows, records = _PARSERS[topic], 0, 0
    rejects.begin(progress.through)
    for chunk in _chunks(source, topic, progress.through, chunk_rows):
        parsed = parse(chunk, batch, edge)
        if outlet is not None:
            outlet.send_rows(parsed.tokens, parsed.rows)
            outlet.checkpoint()
        rejects.add(parsed.rejects)
        rows, records = rows + len(chunk) + len(chunk.broken), records + len(parsed.rows)
        rejected = progress.rows_rejected + len(parsed.rejects)
        progress = dataclasses.replace(progress, through=chunk.through, rows_rejected=rejected)
        keep(progress)
        tell(chunk.done)
    return Loaded(rows, records, progress.rows_rejected)


def _chunks(source: Source, topic: str, after: int, rows: int) -> Iterator[Chunk]:
    chunks = source.chunks(after, rows)
    if topic != BPJS_MEMBERSHIPS:
        return chunks
    key = next(name for name in KEY_FIELDS if name in source.fields)
    return keep_together(chunks, (key, "version"))
