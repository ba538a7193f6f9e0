"""Columns to Avro bodies with pyruhvro, which writes a null where none may be as zero: looked for first."""

from typing import Any

import pyarrow as pa
import pyruhvro

from schemas.avsc import nullable
from schemas.errors import InvalidInput
from schemas.reading import OurSchema, is_panic


class ColumnWriter:
    """Writes batches by one of our schemas."""

    def __init__(self, ours: OurSchema) -> None:
        self._ours = ours
        self._fields = [(field["name"], field["type"]) for field in ours.inlined["fields"]]

    def write(self, rows: pa.RecordBatch, prefix: bytes) -> list[bytes]:
        """One value for each row; raises ``InvalidInput`` for columns missing, of another type or null."""
        if missing := [name for name, _ in self._fields if name not in rows.schema.names]:
            raise InvalidInput(f"{self._ours.name}: no column {', '.join(missing)}")
        for name, kind in self._fields:
            if path := _forbidden_null(rows.column(name), kind, name):
                raise InvalidInput(f"{self._ours.name}: null in {path}")
        try:
            (bodies,) = pyruhvro.serialize_record_batch(rows, self._ours.text, 1)
        except ValueError as fault:
            # Its text names types and enum symbols, and those are not personal.
            raise InvalidInput(f"{self._ours.name}: {fault}") from None
        except BaseException as panic:
            if not is_panic(panic):
                raise
            raise InvalidInput(f"{self._ours.name}: the columns are not of our types") from None
        return [prefix + body for body in bodies.to_pylist()]


def _forbidden_null(column: pa.Array, avro: Any, path: str) -> str | None:
    inner = nullable(avro)
    if inner is not None:
        kind = inner[0]
        if isinstance(kind, str) or not column.null_count:
            present = column
        else:
            present = column.drop_null()
    elif column.null_count:
        return path
    else:
        kind, present = avro, column
    if isinstance(kind, dict) and kind["type"] == "record":
        if [field["name"] for field in kind["fields"]] != [field.name for field in present.type]:
            raise InvalidInput(f"the fields of {path} are not those of {kind['name']}")
        for field, part in zip(kind["fields"], present.flatten(), strict=True):
            if found := _forbidden_null(part, field["type"], f"{path}.{field['name']}"):
                return found
    if isinstance(kind, dict) and kind["type"] == "array":
        return _forbidden_null(present.flatten(), kind["items"], f"{path}[]")
    return None
