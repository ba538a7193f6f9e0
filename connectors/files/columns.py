"""Columns of a file into the fields' types, remembering the first thing that is wrong with a row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from connectors.files import typed
from connectors.files.chunks import Chunk, Reject
from connectors.files.forms import parse_days
from connectors.files.reading import AS_IT_STANDS, Reading
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
    reading: Reading = AS_IT_STANDS
    faults: dict[int, tuple[str, str]] = field(default_factory=dict)
    _texts: dict[str, pa.StringArray] = field(default_factory=dict)

    def text(self, name: str) -> pa.StringArray:
        """The column as text, its value map applied; nulls where the file does not have it."""
        if name not in self._texts:
            found = self.chunk.columns.get(name)
            texts = typed.as_text(found) if found is not None else pa.nulls(len(self.chunk), pa.string())
            values = self.reading.values.get(name)
            self._texts[name] = texts if values is None else self._translated(name, texts, values)
        return self._texts[name]

    def blame(self, wrong: Mask, reason: str, detail: str) -> None:
        """Mark the rows where ``wrong``, shape (n,)."""
        for row in np.flatnonzero(wrong):
            self.faults.setdefault(int(row), (reason, detail))

    def require(self, names: Sequence[str]) -> None:
        """These may not be null."""
        for name in names:
            raw = self._raw(name)
            empty = raw if raw is not None and not _is_text(raw.type) else self.text(name)
            self.blame(is_null(empty), MISSING_VALUE, f"{name} is empty")

    def integers(self, name: str) -> pa.Int64Array:
        """Whole numbers."""
        raw = self._raw(name)
        if raw is not None and (found := typed.integers(raw)) is not None:
            self.blame(found[1], INVALID_VALUE, f"{name} is not a whole number")
            return found[0]
        texts = self.text(name)
        fine = matches(texts, r"^-?[0-9]{1,18}$")
        self.blame(~fine & ~is_null(texts), INVALID_VALUE, f"{name} is not a whole number")
        return _only(texts, fine).cast(pa.int64())

    def booleans(self, name: str) -> pa.BooleanArray:
        """true, ya, 1 or false, tidak, 0."""
        raw = self._raw(name)
        if raw is not None and pa.types.is_boolean(raw.type):
            return raw
        return self._looked_up(name, pc.utf8_lower(self.text(name)), _BOOLEANS, pa.bool_())

    def symbols(self, name: str, allowed: Sequence[str]) -> pa.StringArray:
        """One of the symbols, in any case."""
        return self._looked_up(
            name, pc.utf8_upper(self.text(name)), {symbol: symbol for symbol in allowed}, pa.string()
        )

    def dates(self, name: str) -> pa.Date32Array:
        """Days of the calendar, in the forms that were declared for the field."""
        raw = self._raw(name)
        if raw is not None and (found := typed.days(raw)) is not None:
            return found
        texts, forms = self.text(name), self.reading.days(name)
        days, good = parse_days(texts, forms)
        detail = f"{name} is no day written as {' or '.join(forms)}"
        self.blame(~good & ~is_null(texts), "INVALID_DATE", detail)
        return pa.array(days, mask=~good).cast(pa.date32())

    def times(self, name: str, otherwise: datetime) -> pa.TimestampArray:
        """Moments, in WIB unless a zone is given; ``otherwise`` where the file has none."""
        moments = self._moments(name)
        milliseconds = pc.fill_null(pc.divide(moments, 1000), _milliseconds(otherwise))
        return milliseconds.cast(pa.timestamp("ms"))

    def versions(self, name: str) -> pa.Int64Array:
        """Microseconds since 1970, as a count or, where that is declared or the column's type, a moment."""
        raw = self._raw(name)
        if self.reading.is_time(name) or (raw is not None and pa.types.is_timestamp(raw.type)):
            return self._moments(name)
        return self.integers(name)

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

    def _raw(self, name: str) -> pa.Array | None:
        """The column with its own type, if it is to be read as it stands."""
        return None if name in self.reading.values else self.chunk.columns.get(name)

    def _moments(self, name: str) -> pa.Int64Array:
        """µs since 1970."""
        raw = self._raw(name)
        if raw is not None and (found := typed.microseconds(raw)) is not None:
            return found
        coded = self.text(name).dictionary_encode()
        read = [_read_time(text) for text in coded.dictionary.to_pylist()]
        moments = pa.array(read, pa.int64()).take(coded.indices)
        self.blame(is_null(moments) & ~is_null(coded), INVALID_VALUE, f"{name} is no time in ISO 8601")
        return moments

    def _translated(
        self, name: str, texts: pa.StringArray, values: Mapping[str, str | None]
    ) -> pa.StringArray:
        if "" in values:  # what an empty field means
            texts = pc.fill_null(texts, "")
        at = pc.index_in(texts, pa.array(list(values), pa.string()))
        self.blame(
            is_null(at) & ~is_null(texts), INVALID_VALUE, f"{name}: the mapping does not know the value"
        )
        return pa.array(list(values.values()), pa.string()).take(at)

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


def matches(texts: pa.StringArray, pattern: str) -> Mask:
    """Where the text fits the pattern, shape (n,)."""
    mask: Mask = pc.fill_null(pc.match_substring_regex(texts, pattern), False).to_numpy(zero_copy_only=False)
    return mask


def _equals(indices: pa.Array, number: int) -> Mask:
    mask: Mask = pc.fill_null(pc.equal(indices, number), False).to_numpy(zero_copy_only=False)
    return mask


def _only(texts: pa.StringArray, fine: Mask) -> pa.StringArray:
    return pc.if_else(pa.array(fine), texts, pa.scalar(None, pa.string()))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind))


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _read_time(text: str) -> int | None:
    """µs since 1970."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=WIB)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
