"""Columns of text into typed columns, remembering for each row the first thing that is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from connectors.files.chunks import Chunk, Reject
from schemas.errors import ContractBroken

MISSING_VALUE = "MISSING_VALUE"
INVALID_VALUE = "INVALID_VALUE"

WIB = timezone(timedelta(hours=7))
"""Western Indonesian time: what a time without offset is meant in."""

_BOOLEANS = {"true": True, "ya": True, "1": True, "false": False, "tidak": False, "0": False}
Mask = NDArray[np.bool_]


@dataclass
class Columns:
    """The columns of a chunk. What is found wrong goes to ``faults``; the first fault of a row counts."""

    chunk: Chunk
    faults: dict[int, tuple[str, str]] = field(default_factory=dict)

    def text(self, name: str) -> pa.StringArray:
        """The column as it is; nulls where the file does not have it."""
        found = self.chunk.columns.get(name)
        return found if found is not None else pa.nulls(len(self.chunk), pa.string())

    def blame(self, wrong: Mask, reason: str, detail: str) -> None:
        """Mark the rows where ``wrong``, shape (n,)."""
        for row in np.flatnonzero(wrong):
            self.faults.setdefault(int(row), (reason, detail))

    def require(self, names: Sequence[str]) -> None:
        """These may not be null."""
        for name in names:
            self.blame(is_null(self.text(name)), MISSING_VALUE, f"{name} is empty")

    def integers(self, name: str) -> pa.Int64Array:
        """Whole numbers."""
        texts = self.text(name)
        fine = _matches(texts, r"^-?[0-9]{1,18}$")
        self.blame(~fine & ~is_null(texts), INVALID_VALUE, f"{name} is not a whole number")
        return _only(texts, fine).cast(pa.int64())

    def booleans(self, name: str) -> pa.BooleanArray:
        """true, ya, 1 or false, tidak, 0."""
        return self._looked_up(name, pc.utf8_lower(self.text(name)), _BOOLEANS, pa.bool_())

    def symbols(self, name: str, allowed: Sequence[str]) -> pa.StringArray:
        """One of the symbols, in any case."""
        return self._looked_up(
            name, pc.utf8_upper(self.text(name)), {symbol: symbol for symbol in allowed}, pa.string()
        )

    def dates(self, name: str) -> pa.Date32Array:
        """Days of the calendar written as 2025-04-30."""
        texts = self.text(name)
        written = _matches(texts, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        plain = pc.if_else(pa.array(written), texts, "1970-01-01")
        year, month, day = (
            pc.utf8_slice_codeunits(plain, start, stop).cast(pa.int64()).to_numpy()
            for start, stop in ((0, 4), (5, 7), (8, 10))
        )
        first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]")
        days = first + (day - 1)
        real = (
            (month >= 1)
            & (month <= 12)
            & (day >= 1)
            & (days.astype("datetime64[M]") == first.astype("datetime64[M]"))
        )
        self.blame(
            ~(written & real) & ~is_null(texts), "INVALID_DATE", f"{name} is no day written as 2025-04-30"
        )
        return pa.array(days.astype(np.int32), mask=~(written & real)).cast(pa.date32())

    def times(self, name: str, otherwise: datetime) -> pa.TimestampArray:
        """Moments in ISO 8601, in WIB unless an offset is given; ``otherwise`` where the file has none."""
        texts = self.text(name)
        moments: dict[str | None, int | None] = {None: _milliseconds(otherwise)}
        for text in texts.unique().to_pylist():
            if text is not None:
                moments[text] = _read_time(text)
        found = [moments[text] for text in texts.to_pylist()]
        wrong = np.array([moment is None for moment in found], np.bool_)
        self.blame(wrong, INVALID_VALUE, f"{name} is no time in ISO 8601")
        return pa.array([moment or 0 for moment in found], pa.int64()).cast(pa.timestamp("ms"))

    def mapped(self, name: str, translate: Callable[[str], str]) -> pa.StringArray:
        """Each distinct text translated once; ``ContractBroken`` of ``translate`` is the row's fault."""
        coded = self.text(name).dictionary_encode()
        values: list[str | None] = []
        for number, text in enumerate(coded.dictionary.to_pylist()):
            try:
                values.append(translate(text))
            except ContractBroken as broken:
                values.append(None)
                self.blame(_equals(coded.indices, number), broken.reason, f"{name}: {broken.detail}")
        return pa.array(values, pa.string()).take(coded.indices)

    def rejects(self) -> list[Reject]:
        """The rows at fault, in order."""
        return [Reject(int(self.chunk.lines[row]), *self.faults[row]) for row in sorted(self.faults)]

    def fine(self) -> Mask:
        """The rows without fault, shape (n,)."""
        fine = np.ones(len(self.chunk), np.bool_)
        fine[list(self.faults)] = False
        return fine

    def _looked_up(
        self, name: str, texts: pa.StringArray, values: Mapping[str, object], kind: pa.DataType
    ) -> pa.Array:
        found = pc.index_in(texts, pa.array(list(values)))
        wrong = is_null(found) & ~is_null(texts)
        self.blame(wrong, INVALID_VALUE, f"{name} is none of {', '.join(values)}")
        return pa.array(list(values.values()), kind).take(found)


def is_null(column: pa.Array) -> Mask:
    """Where the column is null, shape (n,)."""
    mask: Mask = pc.is_null(column).to_numpy(zero_copy_only=False)
    return mask


def numbers(column: pa.Array, null: int) -> NDArray[np.int64]:
    """A numeric column with ``null`` for what is missing."""
    filled: NDArray[np.int64] = pc.fill_null(column.cast(pa.int64()), null).to_numpy(zero_copy_only=False)
    return filled


def _matches(texts: pa.StringArray, pattern: str) -> Mask:
    mask: Mask = pc.fill_null(pc.match_substring_regex(texts, pattern), False).to_numpy(zero_copy_only=False)
    return mask


def _equals(indices: pa.Array, number: int) -> Mask:
    mask: Mask = pc.fill_null(pc.equal(indices, number), False).to_numpy(zero_copy_only=False)
    return mask


def _only(texts: pa.StringArray, fine: Mask) -> pa.StringArray:
    return pc.if_else(pa.array(fine), texts, pa.scalar(None, pa.string()))


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _read_time(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=WIB))
