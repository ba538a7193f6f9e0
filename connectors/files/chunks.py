"""What a source of rows yields: some rows of a file as columns, and where they stood."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connectors.files.typed import as_text

BROKEN_ROW = "BROKEN_ROW"
"""The row cannot be taken apart into the fields of the header."""
BAD_ENCODING = "BAD_ENCODING"
"""The row holds bytes that the file's encoding does not have."""


@dataclass(frozen=True)
class Reject:
    """One row that is not published. ``detail`` names fields, never values."""

    line: int
    reason: str
    detail: str


@dataclass(frozen=True)
class Chunk:
    """Consecutive rows. ``lines`` (n,) are their lines in the file; ``columns`` map a name to values (n).

    They have the file's own types: text of CSV, whatever Parquet says. ``broken`` are rows among them
    that could not be read at all. ``through`` is the last line of the chunk, ``done`` how much of the
    source's ``size`` lies behind it.
    """

    lines: NDArray[np.int64]
    columns: Mapping[str, pa.Array]
    broken: tuple[Reject, ...]
    through: int
    done: int

    def __len__(self) -> int:
        return len(self.lines)

    def part(self, start: int, stop: int, through: int, broken: tuple[Reject, ...]) -> Self:
        """Rows ``start`` to ``stop`` of it."""
        columns = {name: column[start:stop] for name, column in self.columns.items()}
        return type(self)(self.lines[start:stop], columns, broken, through, self.done)


class Source(Protocol):
    """A file of rows. ``types`` are its columns' own, in their order; ``Chunk.done`` ends at ``size``."""

    types: Mapping[str, pa.DataType]
    size: int

    def chunks(self, after: int, rows: int) -> Iterator[Chunk]:
        """The rows behind line ``after``, so many at a time."""


def keep_together(chunks: Iterator[Chunk], fields: tuple[str, ...]) -> Iterator[Chunk]:
    """The same rows, cut so that neighbours equal in ``fields`` are never in two chunks."""
    held: Chunk | None = None
    for chunk in chunks:
        whole = chunk if held is None else _join(held, chunk)
        last = len(whole) - 1
        while last > 0 and all(_same(whole.columns[name], last) for name in fields):
            last -= 1
        if last <= 0:
            held = whole
            continue
        before = int(whole.lines[last]) - 1
        early = tuple(reject for reject in whole.broken if reject.line <= before)
        late = tuple(reject for reject in whole.broken if reject.line > before)
        yield whole.part(0, last, before, early)
        held = whole.part(last, len(whole), whole.through, late)
    if held is not None:
        yield held


def _same(column: pa.Array, row: int) -> bool:
    before, this = as_text(column[row - 1 : row + 1]).to_pylist()
    return bool(before == this)


def _join(first: Chunk, second: Chunk) -> Chunk:
    columns = {name: pa.concat_arrays([first.columns[name], second.columns[name]]) for name in first.columns}
    lines = np.concatenate([first.lines, second.lines])
    return Chunk(lines, columns, first.broken + second.broken, second.through, second.done)
