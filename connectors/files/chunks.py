"""What a source of rows yields: some rows of a file as columns of text, and where they stood."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

BROKEN_ROW = "BROKEN_ROW"
"""The row cannot be taken apart into the fields of the header."""
BAD_ENCODING = "BAD_ENCODING"
"""The row holds bytes that are not UTF-8."""


@dataclass(frozen=True)
class Reject:
    """One row that is not published. ``detail`` names fields, never values."""

    line: int
    reason: str
    detail: str


@dataclass(frozen=True)
class Chunk:
    """Consecutive rows. ``lines`` (n,) are their lines in the file; ``columns`` map a field to text (n,).

    An empty or missing value is null. ``broken`` are rows among them that could not be read at all.
    ``through`` is the last line of the chunk, ``done`` how much of the source's ``size`` lies behind it.
    """

    lines: NDArray[np.int64]
    columns: Mapping[str, pa.StringArray]
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
    """A file of rows."""

    fields: tuple[str, ...]
    size: int

    def chunks(self, after: int, rows: int) -> Iterator[Chunk]:
        """The rows behind line ``after``, so many at a time."""


def text_column(values: object) -> pa.StringArray:
    """Text with surrounding blanks cut off and nothing for empty."""
    trimmed = pc.utf8_trim_whitespace(pa.array(values, pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


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


def _same(column: pa.StringArray, row: int) -> bool:
    return bool(column[row].as_py() == column[row - 1].as_py())


def _join(first: Chunk, second: Chunk) -> Chunk:
    columns = {name: pa.concat_arrays([first.columns[name], second.columns[name]]) for name in first.columns}
    lines = np.concatenate([first.lines, second.lines])
    return Chunk(lines, columns, first.broken + second.broken, second.through, second.done)
