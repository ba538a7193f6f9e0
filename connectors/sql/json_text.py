"""Nested Arrow columns as JSON text, a column at a time: no Python per row."""

import json
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc


def text_json(column: pa.Array) -> pa.Array:
    """Strings as JSON strings, null as ``null``. Each distinct value is quoted once, by ``json``."""
    encoded = column.dictionary_encode()
    quoted = pa.array([json.dumps(each) for each in encoded.dictionary.to_pylist()], pa.string())
    return pc.fill_null(quoted.take(encoded.indices), "null")


def number_json(column: pa.Array) -> pa.Array:
    """Whole numbers as JSON, null as ``null``."""
    return pc.fill_null(column.cast(pa.string()), "null")


def list_json(column: pa.Array, items: pa.Array) -> pa.Array:
    """A list column as JSON arrays; ``items`` are its flattened values as JSON."""
    lists = pa.ListArray.from_arrays(list_offsets(column), items)
    return _joined("[", pc.binary_join(lists, ","), "]")


def record_json(parts: Sequence[tuple[str, pa.Array]]) -> pa.Array:
    """Fields of records, each already JSON, as JSON objects."""
    pieces: list[object] = []
    for at, (name, values) in enumerate(parts):
        pieces += [f"{',' if at else '{'}{json.dumps(name)}:", values]
    return _joined(*pieces, "}")


def list_offsets(column: pa.Array) -> pa.Array:
    """Offsets of a list column without nulls, from 0: fit for its flattened values, sliced or not."""
    lengths = pc.list_value_length(column).to_numpy(zero_copy_only=False)
    offsets = [0, *lengths.cumsum().tolist()] if len(lengths) else [0]
    return pa.array(offsets, pa.int32())


def _joined(*pieces: object) -> pa.Array:
    return pc.binary_join_element_wise(*pieces, "")
