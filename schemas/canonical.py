"""How many bytes a column would take in Avro's shortest form.

A decoder that ignores what comes after a record, or cuts an int of 40 bits down to 32, has used other bytes
than it was given. No encoding is shorter than the canonical one, so if the canonical length of all decoded
rows is the length of all bodies, each body was canonical and was read to its end.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.avsc import nullable

Measure = Callable[[pa.Array], int]
"""Bytes of a whole column in canonical form. Raises ``Unsure`` for values whose bytes may have been cut."""

# A number near the limit of its type may be a longer one cut off: such rows are looked at one by one.
_INT_SURE_BELOW = np.uint64(1 << 28)
_LONG_SURE_BELOW = np.uint64(1 << 63)


class Unsure(ValueError):
    """The length cannot be told from the column."""


def compile_measure(avro: Any) -> Measure:
    """The measure of an inlined schema; raises ``NotImplementedError`` for types we do not put on topics."""
    if isinstance(avro, list):
        return _nullable(avro)
    kind = avro if isinstance(avro, str) else avro["type"]
    if kind == "record":
        return _record([compile_measure(field["type"]) for field in avro["fields"]])
    if kind == "array":
        return _array(compile_measure(avro["items"]))
    if kind == "enum" and len(avro["symbols"]) <= 64:
        return len
    if kind in _SCALARS:
        return _SCALARS[kind]
    raise NotImplementedError(f"no column measure for the Avro type {kind}")


def _varints(numbers: NDArray[np.int64], sure_below: np.uint64) -> int:
    if not len(numbers):
        return 0
    zigzag = ((numbers << 1) ^ (numbers >> 63)).view(np.uint64)
    largest = zigzag.max()
    if largest >= sure_below:
        raise Unsure
    total, bound = len(zigzag), 1 << 7
    while largest >= bound:
        total += int(np.count_nonzero(zigzag >= np.uint64(bound)))
        bound <<= 7
    return total


def _int(column: pa.Array) -> int:
    plain = column.view(pa.int32()) if column.type != pa.int32() else column
    return _varints(plain.to_numpy(zero_copy_only=False).astype(np.int64), _INT_SURE_BELOW)


def _long(column: pa.Array) -> int:
    plain = column.view(pa.int64()) if column.type != pa.int64() else column
    return _varints(plain.to_numpy(zero_copy_only=False), _LONG_SURE_BELOW)


def _offsets(column: pa.Array) -> NDArray[np.int32]:
    if not len(column):
        return np.zeros(1, np.int32)
    buffer = np.frombuffer(column.buffers()[1], np.int32)
    return buffer[column.offset : column.offset + len(column) + 1]


def _string(column: pa.Array) -> int:
    offsets = _offsets(column)
    lengths = np.diff(offsets).astype(np.int64)
    return _varints(lengths, _LONG_SURE_BELOW) + int(offsets[-1]) - int(offsets[0])


def _array(item: Measure) -> Measure:
    def measure(column: pa.Array) -> int:
        counts = np.diff(_offsets(column)).astype(np.int64)
        # Each list ends with a zero; one that is not empty has one block with its count before that.
        return len(column) + _varints(counts[counts > 0], _LONG_SURE_BELOW) + item(column.flatten())

    return measure


def _record(fields: list[Measure]) -> Measure:
    def measure(column: pa.Array) -> int:
        return sum(field(part) for field, part in zip(fields, column.flatten(), strict=True))

    return measure


def _nullable(avro: list[Any]) -> Measure:
    inner = nullable(avro)
    if inner is None:
        raise NotImplementedError("no column measure for this union")
    value = compile_measure(inner[0])

    def measure(column: pa.Array) -> int:
        return len(column) + value(column.drop_null() if column.null_count else column)

    return measure


_SCALARS: dict[str, Measure] = {"boolean": len, "int": _int, "long": _long, "string": _string}
