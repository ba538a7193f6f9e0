"""The cells of previews as columns: a nation has a hundred thousand, and the answer is wanted at once."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Any, TypeAlias

import pyarrow as pa

from schemas.events import PreviewCell

_SCHEMA = pa.schema(
    [
        ("movement", pa.string()),
        ("regency", pa.string()),
        ("decile", pa.int64()),
        ("sex", pa.string()),
        ("standing", pa.string()),
        ("persons", pa.int64()),
    ]
)
_ALIKE = [name for name in _SCHEMA.names if name != "persons"]

Cells: TypeAlias = pa.Table
"""One row a cell, the fields of ``PreviewCell`` by name."""


def as_columns(cells: Iterable[PreviewCell]) -> Cells:
    """Typed cells as columns."""
    rows = [astuple(cell) for cell in cells]
    table: Cells = pa.Table.from_pylist([dict(zip(_SCHEMA.names, row, strict=True)) for row in rows], _SCHEMA)
    return table


def of_records(records: Any) -> Cells:
    """Cells as the codec decodes them, an array of records."""
    columns = dict(zip((field.name for field in records.type), records.flatten(), strict=True))
    table: Cells = pa.table([columns[field.name].cast(field.type) for field in _SCHEMA], _SCHEMA)
    return table


def summed(tables: Sequence[Cells]) -> tuple[PreviewCell, ...]:
    """Persons that move alike counted together, whatever the partition; in the order of the fields."""
    whole = pa.concat_tables([_SCHEMA.empty_table(), *tables])
    sums = whole.group_by(_ALIKE).aggregate([("persons", "sum")])
    # Movements in the order of their names are in the order of the schema.
    order = sums.sort_by([(name, "ascending") for name in _ALIKE])
    columns = [order.column(name).to_pylist() for name in (*_ALIKE, "persons_sum")]
    return tuple(PreviewCell(*values) for values in zip(*columns, strict=True))
