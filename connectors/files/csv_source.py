"""Rows of a CSV file with a header of field names, each with the line it began on.

Python's csv module rather than Arrow's reader: only it says on which line a row stands, and a person who
mends a file needs that. It is not what holds a load up.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from connectors.files.chunks import BAD_ENCODING, BROKEN_ROW, Chunk, Reject, text_column
from schemas.errors import InvalidInput

_BYTE_ORDER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_HEADER_BYTES = 65_536


class CsvSource:
    """Open a file; raises ``InvalidInput`` if it is no CSV file in UTF-8 with a header."""

    def __init__(self, path: Path) -> None:
        self._path = path
        header = _first_line(path)
        self._delimiter = ";" if header.count(";") > header.count(",") else ","
        self.size = path.stat().st_size
        self.fields = tuple(name.strip() for name in next(csv.reader([header], delimiter=self._delimiter)))
        _check_header(path, self.fields)

    def chunks(self, after: int, rows: int) -> Iterator[Chunk]:
        """The rows that begin behind line ``after``, at most ``rows`` at a time."""
        with self._path.open("rb") as raw:
            text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="")
            reader = csv.reader(text, delimiter=self._delimiter, strict=True)
            next(reader)
            gathered = _Gathered(self.fields)
            for line, row in _numbered(reader):
                if line <= after or row == []:
                    continue
                gathered.add(line, row)
                if gathered.count == rows:
                    yield gathered.chunk(reader.line_num, raw.tell())
                    gathered = _Gathered(self.fields)
            if gathered.count:
                yield gathered.chunk(reader.line_num, self.size)


class _Gathered:
    """Rows on their way into a chunk."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self._fields = fields
        self._lines: list[int] = []
        self._rows: list[list[str]] = []
        self._broken: list[Reject] = []

    @property
    def count(self) -> int:
        """Rows seen, broken ones too."""
        return len(self._rows) + len(self._broken)

    def add(self, line: int, row: list[str] | csv.Error) -> None:
        if isinstance(row, csv.Error):
            # The csv module's messages speak of quotes and line ends, never of content.
            self._broken.append(Reject(line, BROKEN_ROW, str(row)))
        elif len(row) != len(self._fields):
            detail = f"{len(row)} fields where the header has {len(self._fields)}"
            self._broken.append(Reject(line, BROKEN_ROW, detail))
        else:
            self._lines.append(line)
            self._rows.append(row)

    def chunk(self, through: int, done: int) -> Chunk:
        try:
            return self._build(through, done)
        except UnicodeEncodeError:
            self._set_aside_undecodable()
            return self._build(through, done)

    def _build(self, through: int, done: int) -> Chunk:
        texts = list(zip(*self._rows, strict=True)) or [()] * len(self._fields)
        columns = {name: text_column(list(values)) for name, values in zip(self._fields, texts, strict=True)}
        broken = tuple(sorted(self._broken, key=lambda reject: reject.line))
        return Chunk(np.array(self._lines, np.int64), columns, broken, through, done)

    def _set_aside_undecodable(self) -> None:
        good = [_is_utf8(row) for row in self._rows]
        for line, row, fine in zip(self._lines, self._rows, good, strict=True):
            if not fine:
                names = [name for name, text in zip(self._fields, row, strict=True) if not _is_utf8([text])]
                self._broken.append(Reject(line, BAD_ENCODING, f"not UTF-8: {', '.join(names)}"))
        self._lines = [line for line, fine in zip(self._lines, good, strict=True) if fine]
        self._rows = [row for row, fine in zip(self._rows, good, strict=True) if fine]


def _numbered(reader: Any) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Each row with the line it begins on; a row that cannot be read is its error."""
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, error


def _is_utf8(texts: list[str]) -> bool:
    try:
        "".join(texts).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _first_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            start = file.read(_HEADER_BYTES)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}") from None
    found = _BYTE_ORDER_MARKS.get(start[:2])
    if found is None and b"\x00" in start:
        found = "binary"
    if found:
        raise InvalidInput(f"{path} is {found}, not UTF-8 text", remedy="Save it as CSV in UTF-8.")
    try:
        return start.split(b"\n", 1)[0].decode("utf-8-sig").rstrip("\r")
    except UnicodeDecodeError:
        raise InvalidInput(f"the header of {path} is not UTF-8", remedy="Save it as CSV in UTF-8.") from None


def _check_header(path: Path, fields: tuple[str, ...]) -> None:
    if not any(fields):
        raise InvalidInput(f"{path} is empty", remedy="Its first line must name the fields.")
    if "" in fields:
        raise InvalidInput(f"column {fields.index('') + 1} of {path} has no name in the header")
    if twice := sorted({name for name in fields if fields.count(name) > 1}):
        raise InvalidInput(f"{path} has columns twice: {', '.join(twice)}")
