"""Rows of a Parquet file with its own types; its "lines" are row numbers from 1."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.files.chunks import Chunk
from schemas.errors import InvalidInput

_BROKEN = (OSError, pa.ArrowInvalid)


class ParquetSource:
    """Open a file; raises ``InvalidInput`` if it is not Parquet or has columns that are no values."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if path.is_dir():
            raise InvalidInput(f"{path} is a folder", remedy="Name one file.")
        try:
            self._file = pq.ParquetFile(path)
        except FileNotFoundError as error:
            raise InvalidInput(f"{path} cannot be read: {error.strerror or 'no such file'}") from None
        except PermissionError as error:
            raise InvalidInput(f"{path} cannot be read: {error.strerror}") from None
        except _BROKEN:
            raise InvalidInput(
                f"{path} is not a Parquet file, or only a part of one",
                remedy="Was it copied to the end? Compare its size with the original's.",
            ) from None
        self.types: Mapping[str, pa.DataType] = {
            field.name: _plain(field.type) for field in self._file.schema_arrow
        }
        if len(self.types) < len(self._file.schema_arrow):
            raise InvalidInput(f"{path} has a column twice")
        self.size = self._file.metadata.num_rows
        if odd := [f"{name} ({kind})" for name, kind in self.types.items() if not _is_known(kind)]:
            raise InvalidInput(
                f"columns of {path} that cannot be read: {', '.join(odd)}",
                remedy="Write them as text, numbers, truth values, dates or timestamps.",
            )

    def chunks(self, after: int, rows: int) -> Iterator[Chunk]:
        """The rows behind row ``after``, at most ``rows`` at a time."""
        row = 0
        for batch in self._batches(rows):
            first, row = row, row + len(batch)
            if row <= after:
                continue
            part = batch.slice(max(after - first, 0))
            lines = np.arange(row - len(part) + 1, row + 1, dtype=np.int64)
            columns = {name: part.column(name).cast(kind) for name, kind in self.types.items()}
            yield Chunk(lines, columns, (), row, row)

    def _batches(self, rows: int) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._file.iter_batches(batch_size=rows)
        except _BROKEN:
            raise InvalidInput(
                f"{self._path} is damaged: its header is whole, what follows is not",
                remedy="Get the file again and load it under another batch id.",
            ) from None


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type without what only concerns storage."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.string() if pa.types.is_large_string(kind) else kind


def _is_known(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_null,
        pa.types.is_string,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_boolean,
        pa.types.is_date,
        pa.types.is_timestamp,
        pa.types.is_decimal,
        pa.types.is_list,
        pa.types.is_large_list,
    )
    return any(test(kind) for test in tests)
