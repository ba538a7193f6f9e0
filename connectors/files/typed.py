"""Columns that come with a type, as Parquet's do: read as they are, as text only where that is asked for."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_WIB_OFFSET = np.timedelta64(7 * 3600 * 1000, "ms")
_EXACT_FLOAT = 2.0**53
"""Beyond it a float no longer tells one whole number from the next."""


def as_text(column: pa.Array) -> pa.StringArray:
    """Text with surrounding blanks cut off and nothing for empty; whole floats without their point."""
    kind = column.type
    if pa.types.is_nested(kind):
        column = pa.array(
            [None if value is None else json.dumps(value, default=str) for value in column.to_pylist()],
            pa.string(),
        )
    elif pa.types.is_floating(kind):
        column = _float_text(column)
    elif not pa.types.is_string(kind):
        column = column.cast(pa.string())
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def integers(column: pa.Array) -> tuple[pa.Int64Array, NDArray[np.bool_]] | None:
    """Whole numbers (n) and which values are none; ``None`` if the column is not of numbers."""
    kind = column.type
    nobody = np.zeros(len(column), np.bool_)
    if pa.types.is_null(kind):
        return pa.nulls(len(column), pa.int64()), nobody
    if pa.types.is_integer(kind) and not pa.types.is_uint64(kind):
        return column.cast(pa.int64()), nobody
    if not pa.types.is_floating(kind):
        return None
    values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    there = ~np.isnan(values)
    whole = _is_whole(values)
    numbers = np.where(whole, values, 0).astype(np.int64)
    return pa.array(numbers, mask=~whole), there & ~whole


def days(column: pa.Array) -> pa.Date32Array | None:
    """Days of the calendar, of moments with a zone the day in WIB; ``None`` if the column has none."""
    kind = column.type
    if pa.types.is_date32(kind):
        return column
    if pa.types.is_date64(kind):
        return column.cast(pa.date32())
    if not pa.types.is_timestamp(kind):
        return None
    missing = pc.is_null(column).to_numpy(zero_copy_only=False)
    moments = _moments(column)
    if kind.tz is not None:
        moments = moments + _WIB_OFFSET
    return pa.array(moments.astype("datetime64[D]").astype(np.int32), mask=missing).cast(pa.date32())


def microseconds(column: pa.Array) -> pa.Int64Array | None:
    """Moments in µs since 1970, without a zone meant in WIB; ``None`` if the column has none."""
    if not pa.types.is_timestamp(column.type):
        return None
    missing = pc.is_null(column).to_numpy(zero_copy_only=False)
    moments = _moments(column)
    if column.type.tz is None:
        moments = moments - _WIB_OFFSET
    return pa.array(moments.astype(np.int64), mask=missing)


def _moments(column: pa.Array) -> NDArray[np.datetime64]:
    plain = pc.fill_null(column.cast(pa.timestamp("us", column.type.tz), safe=False), 0)
    moments: NDArray[np.datetime64] = (
        plain.cast(pa.int64()).to_numpy(zero_copy_only=False).view("datetime64[us]")
    )
    return moments


def _is_whole(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    whole: NDArray[np.bool_] = (np.abs(values) < _EXACT_FLOAT) & (values == np.trunc(values))
    return whole


def _float_text(column: pa.Array) -> pa.StringArray:
    values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    whole = _is_whole(values)
    numbers = pa.array(np.where(whole, values, 0).astype(np.int64)).cast(pa.string())
    other = pa.array(values, mask=np.isnan(values)).cast(pa.string())
    return pc.if_else(pa.array(whole), numbers, other)
