"""A file as its mapping means it: columns under the names of fields, constants added, the rest left out."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from connectors.files.chunks import Chunk, Source
from connectors.files.csv_source import PLAIN_CSV, CsvFormat, CsvSource
from connectors.files.mapping import NOTHING, FieldSource
from connectors.files.mapping import Mapping as FileMapping
from connectors.files.parquet_source import ParquetSource
from connectors.files.vocabulary import SPREADSHEET
from schemas.errors import InvalidInput

_DOTTED = "kemendagri"


def open_source(path: Path, form: CsvFormat = PLAIN_CSV) -> Source:
    """The file as rows, by its ending. Raises ``InvalidInput`` if it cannot be read as what it says it is."""
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise InvalidInput(f"{path} is neither .csv nor .parquet", remedy="Name the file by what it is.")
    return CsvSource(path, form) if kind == ".csv" else ParquetSource(path)


class MappedSource:
    """A source under a mapping. Raises ``InvalidInput``, all faults at once, if the two do not fit.

    ``name`` is what the mapping is called in messages.
    """

    def __init__(self, source: Source, mapping: FileMapping, name: str) -> None:
        self._source, self._fields = source, mapping.fields
        self.size = source.size
        if faults := [*_column_faults(source.types, mapping, name), *_type_faults(source.types, mapping)]:
            raise InvalidInput(
                "the columns do not fit:\n" + "\n".join(f"  {fault}" for fault in faults),
                remedy=f"Mend {name}, or the file; jangkau load FILE --show-columns shows what the file has.",
            )
        self.types: Mapping[str, pa.DataType] = {
            field: source.types[each.column] if each.column is not None else pa.string()
            for field, each in mapping.fields.items()
        }

    def chunks(self, after: int, rows: int) -> Iterator[Chunk]:
        """The rows behind line ``after``, so many at a time."""
        for chunk in self._source.chunks(after, rows):
            columns = {field: _column(chunk, each) for field, each in self._fields.items()}
            yield replace(chunk, columns=columns)


def _column(chunk: Chunk, field: FieldSource) -> pa.Array:
    if field.column is not None:
        return chunk.columns[field.column]
    if field.constant in NOTHING:
        return pa.nulls(len(chunk), pa.string())
    return pa.repeat(pa.scalar(field.constant, pa.string()), len(chunk))


def _column_faults(types: Mapping[str, pa.DataType], mapping: FileMapping, name: str) -> Iterator[str]:
    used = {each.column: field for field, each in mapping.fields.items() if each.column is not None}
    unknown = [column for column in types if column not in used and column not in mapping.ignore]
    for column, field in used.items():
        if column not in types:
            close = difflib.get_close_matches(column.lower(), [each.lower() for each in unknown], 1)
            meant = [f" (did you mean {each}?)" for each in unknown if close and each.lower() == close[0]]
            yield f"the file has no column {column}, which {name} takes for {field}{''.join(meant)}"
    for column in unknown:
        yield f"the file has a column {column} which {name} does not know: map it, or list it under ignore"


def _type_faults(types: Mapping[str, pa.DataType], mapping: FileMapping) -> Iterator[str]:
    """Codes kept as a type that has already lost some of their digits."""
    for field, each in mapping.fields.items():
        kind = types.get(each.column or "", pa.string())
        if field in ("nik", "replaced_by") and pa.types.is_floating(kind):
            yield f"column {each.column} ({field}) holds {kind}, INVALID_NIK: {SPREADSHEET}"
        elif field == "token" and not _is_text(kind):
            yield f"column {each.column} (token) holds {kind}: a token is text"
        elif field == "region" and pa.types.is_floating(kind):
            yield f"column {each.column} (region) holds {kind}: as a number 11.10 is 11.1; export it as text"
        elif (
            field == "region" and not each.values and mapping.regions == _DOTTED and pa.types.is_integer(kind)
        ):
            yield (
                f"column {each.column} (region) holds {kind}, and a Kemendagri code has dots: "
                "declare regions: kemendagri-digits, bps or bps-to-regency"
            )


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_null(kind))
