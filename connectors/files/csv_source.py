"""Rows of a CSV file with a header of field names, each with the line it began on.

Python's csv module rather than Arrow's reader: only it says on which line a row stands, and a person who
mends a file needs that. It is not what holds a load up.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from connectors.files.chunks import BAD_ENCODING, BROKEN_ROW, Chunk, Reject
from connectors.files.typed import as_text
from schemas.errors import InvalidInput

Encoding = Literal["utf-8", "windows-1252", "latin-1"]
_BYTE_ORDER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_UTF8_MARK = b"\xef\xbb\xbf"
_HEADER_BYTES = 65_536
_SAVE = "Save it as CSV in UTF-8, or say in a mapping which encoding it has."
_LINE_CHARACTERS = 1_000_000
"""A line that goes on for longer is no row: without a bound a file without line ends would fill memory."""


@dataclass(frozen=True)
class CsvFormat:
    """How a CSV file is written; without a ``delimiter`` the header tells comma from semicolon."""

    encoding: Encoding = "utf-8"
    delimiter: str | None = None

    @property
    def codec(self) -> str:
        """Python's name of the encoding; a byte order mark is passed over."""
        return "utf-8-sig" if self.encoding == "utf-8" else self.encoding


PLAIN_CSV = CsvFormat()


class CsvSource:
    """Open a file; raises ``InvalidInput`` if it is no CSV file of that format with a header."""

    def __init__(self, path: Path, form: CsvFormat = PLAIN_CSV) -> None:
        self._path, self._form = path, form
        header = _first_line(path, form)
        self._delimiter = form.delimiter or (";" if header.count(";") > header.count(",") else ",")
        self.size = path.stat().st_size
        self._fields = _names(path, header, self._delimiter)
        self.types: Mapping[str, pa.DataType] = dict.fromkeys(self._fields, pa.string())

    def chunks(self, after: int, rows: int) -> Iterator[Chunk]:
        """The rows that begin behind line ``after``, at most ``rows`` at a time."""
        with self._path.open("rb") as raw:
            text = io.TextIOWrapper(raw, encoding=self._form.codec, errors="surrogateescape", newline="")
            lines = _Lines(text)
            reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
            next(reader)
            gathered = _Gathered(self._fields, self._form)
            for line, row in _numbered(reader, lines):
                if line <= after or row == []:
                    continue
                gathered.add(line, row)
                if gathered.count == rows:
                    yield gathered.chunk(reader.line_num, raw.tell())
                    gathered = _Gathered(self._fields, self._form)
            if gathered.count:
                yield gathered.chunk(reader.line_num, self.size)


class _Lines:
    """The lines of a text; of one that is far too long nothing is kept, and ``cut`` says so."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.cut = False

    def __iter__(self) -> Iterator[str]:
        readline = self._text.readline
        while line := readline(_LINE_CHARACTERS):
            if len(line) == _LINE_CHARACTERS and not line.endswith("\n"):
                self._pass_over()
                line = "\n"
            yield line

    def _pass_over(self) -> None:
        self.cut = True
        while len(more := self._text.readline(_LINE_CHARACTERS)) == _LINE_CHARACTERS:
            if more.endswith("\n"):
                return


class _Gathered:
    """Rows on their way into a chunk."""

    def __init__(self, fields: tuple[str, ...], form: CsvFormat) -> None:
        self._fields, self._encoding = fields, form.encoding.upper()
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
        columns = {name: _texts(values) for name, values in zip(self._fields, texts, strict=True)}
        broken = tuple(sorted(self._broken, key=lambda reject: reject.line))
        return Chunk(np.array(self._lines, np.int64), columns, broken, through, done)

    def _set_aside_undecodable(self) -> None:
        good = [_is_utf8(row) for row in self._rows]
        for line, row, fine in zip(self._lines, self._rows, good, strict=True):
            if not fine:
                names = [name for name, text in zip(self._fields, row, strict=True) if not _is_utf8([text])]
                self._broken.append(Reject(line, BAD_ENCODING, f"not {self._encoding}: {', '.join(names)}"))
        self._lines = [line for line, fine in zip(self._lines, good, strict=True) if fine]
        self._rows = [row for row, fine in zip(self._rows, good, strict=True) if fine]


def _numbered(reader: Any, lines: _Lines) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Each row with the line it begins on; a row that cannot be read is its error."""
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            row = error
        if lines.cut:
            lines.cut = False
            row = csv.Error(f"a line longer than {_LINE_CHARACTERS} characters")
        yield line, row


def _texts(values: tuple[str, ...]) -> pa.StringArray:
    return as_text(pa.array(values, pa.string()))


def _is_utf8(texts: list[str]) -> bool:
    try:
        "".join(texts).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _first_line(path: Path, form: CsvFormat) -> str:
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder", remedy="Name one file.")
    try:
        with path.open("rb") as file:
            start = file.read(_HEADER_BYTES)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}") from None
    name = form.encoding.upper()
    found = _BYTE_ORDER_MARKS.get(start[:2])
    if found is None and start.startswith(_UTF8_MARK) and form.encoding != "utf-8":
        found = "UTF-8"
    if found is None and b"\x00" in start:
        found = "binary"
    if found:
        raise InvalidInput(f"{path} is {found}, not {name} text", remedy=_SAVE)
    line, end, _ = start.partition(b"\n")
    if not end and len(start) == _HEADER_BYTES:
        raise InvalidInput(f"the header of {path} is longer than {_HEADER_BYTES // 1024} KiB", remedy=_SAVE)
    try:
        return line.decode(form.codec).rstrip("\r")
    except UnicodeDecodeError:
        raise InvalidInput(f"the header of {path} is not {name}", remedy=_SAVE) from None


def _names(path: Path, header: str, delimiter: str) -> tuple[str, ...]:
    try:
        fields = tuple(
            name.strip() for name in next(csv.reader([header], delimiter=delimiter, strict=True), [])
        )
    except csv.Error as error:
        raise InvalidInput(f"the header of {path} cannot be taken apart: {error}") from None
    if not any(fields):
        raise InvalidInput(f"{path} is empty", remedy="Its first line must name the fields.")
    if "" in fields:
        raise InvalidInput(f"column {fields.index('') + 1} of {path} has no name in the header")
    if twice := sorted({name for name in fields if fields.count(name) > 1}):
        raise InvalidInput(f"{path} has columns twice: {', '.join(twice)}")
    return fields
