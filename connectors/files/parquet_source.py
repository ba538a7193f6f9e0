"""Rows of a Parquet file as columns of text; its "lines" are row numbers from 1."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.files.chunks import Chunk, text_column
from schemas.errors import InvalidInput

_TEXT_ONLY = ("nik", "token", "region", "replaced_by")


class ParquetSource:
    """Open a file; raises ``InvalidInput`` if it is not Parquet or its columns cannot be read as meant."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = pq.ParquetFile(path)
        except OSError as error:
            raise InvalidInput(f"{path} cannot be read: {error.strerror or error}") from None
        except pa.ArrowInvalid:
            raise InvalidInput(f"{path} is not a Parquet file") from None
        schema = self._file.schema_arrow
        self.fields = tuple(schema.names)
        self.size = self._file.metadata.num_rows
        for name in _TEXT_ONLY:
            if name in self.fields and not _is_text(schema.field(name).type):
                raise InvalidInput(
                    f"column {name} of {path} holds {schema.field(name).type}, not text",
                    remedy="Codes of digits are text: as numbers they lose zeros and digits.",
                )

    def chunks(self, after: int, rows: int) -> Iterator[Chunk]:
        """The rows behind row ``after``, at most ``rows`` at a time."""
        row = 0
        for batch in self._file.iter_batches(batch_size=rows):
            first, row = row, row + len(batch)
            if row <= after:
                continue
            part = batch.slice(max(after - first, 0))
            lines = np.arange(row - len(part) + 1, row + 1, dtype=np.int64)
            columns = {name: self._texts(name, part.column(name)) for name in self.fields}
            yield Chunk(lines, columns, (), row, row)

    def _texts(self, name: str, column: pa.Array) -> pa.StringArray:
        kind = column.type
        if pa.types.is_nested(kind):
            values = [
                None if value is None else json.dumps(value, default=str) for value in column.to_pylist()
            ]
            return text_column(values)
        try:
            if pa.types.is_floating(kind):  # whole numbers with gaps, as pandas writes them
                column = column.cast(pa.int64())
            return text_column(column.cast(pa.string()))
        except pa.ArrowInvalid:
            raise InvalidInput(f"column {name} of {self._path} holds values that are no {name}") from None


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
