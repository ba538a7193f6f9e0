from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.files.chunks import Chunk, keep_together
from connectors.files.csv_source import CsvFormat, CsvSource, Encoding
from connectors.files.parquet_source import ParquetSource
from schemas.errors import InvalidInput
from tests.connectors.files.support import write


def _rows(chunk: Chunk) -> list[tuple[int, list[str | None]]]:
    columns = [column.to_pylist() for column in chunk.columns.values()]
    return [(int(line), list(row)) for line, row in zip(chunk.lines, zip(*columns, strict=True), strict=True)]


def _all(path: Path, rows: int = 100, after: int = 0) -> list[Chunk]:
    return list(CsvSource(path).chunks(after, rows))


def test_rows_know_their_lines_also_behind_a_line_break_in_quotes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b", '1,"two', 'lines"', "", "3, 4 ", "5,")
    (chunk,) = _all(path)
    assert _rows(chunk) == [(2, ["1", "two\nlines"]), (5, ["3", "4"]), (6, ["5", None])]
    assert chunk.through == 6


def test_chunks_go_on_behind_a_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a", *"123456")
    assert [[line for line, _ in _rows(chunk)] for chunk in _all(path, 4)] == [[2, 3, 4, 5], [6, 7]]
    assert [[line for line, _ in _rows(chunk)] for chunk in _all(path, 4, after=5)] == [[6, 7]]


def test_semicolons_and_a_byte_order_mark_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeffa;b\r\n1;2,5\r\n".encode())
    (chunk,) = _all(path)
    assert tuple(CsvSource(path).types) == ("a", "b")
    assert _rows(chunk) == [(2, ["1", "2,5"])]


def test_a_broken_row_is_named_and_the_rest_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b", "1,2", "3", "4,5,6", '"7"x,8', "9,10")
    (chunk,) = _all(path)
    assert [row for _, row in _rows(chunk)] == [["1", "2"], ["9", "10"]]
    assert [(reject.line, reject.reason) for reject in chunk.broken] == [(n, "BROKEN_ROW") for n in (3, 4, 5)]


def test_a_row_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\nok,1\ncaf\xe9,2\nok,3\n")
    (chunk,) = _all(path)
    assert [line for line, _ in _rows(chunk)] == [2, 4]
    assert [(reject.line, reject.reason, reject.detail) for reject in chunk.broken] == [
        (3, "BAD_ENCODING", "not UTF-8: a")
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        ("nik,version\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x00\x00", "binary"),
        (b"n\xefk,version\n", "not UTF-8"),
        (b"nik,nik\n", "twice: nik"),
        (b"nik,,version\n", "column 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_before_anything_is_sent(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=message):
        CsvSource(path)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        CsvSource(tmp_path / "nowhere.csv")
    with pytest.raises(InvalidInput, match="cannot be read"):
        ParquetSource(tmp_path / "nowhere.parquet")
    with pytest.raises(InvalidInput, match="not a Parquet file"):
        ParquetSource(write(tmp_path / "a.parquet", "nik,version"))


def test_parquet_columns_keep_their_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "nik": pa.array(["1", "2", "3"]).dictionary_encode(),
            "decile": pa.array([1.0, None, 3.0]),
            "birth_date": pa.array([0, 1, 2], pa.date32()),
            "enrolments": [[{"segment": "BPU"}], [], None],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    source = ParquetSource(tmp_path / "a.parquet")
    assert [str(kind) for kind in source.types.values()][:3] == ["string", "double", "date32[day]"]
    first, second = source.chunks(0, 2)
    assert first.lines.tolist() == [1, 2]
    assert {name: column.type for name, column in first.columns.items()} == source.types
    assert first.columns["decile"].to_pylist() == [1.0, None]
    assert second.columns["birth_date"].to_pylist() == [date(1970, 1, 3)]
    (rest,) = source.chunks(1, 10)
    assert rest.lines.tolist() == [2, 3]


def test_a_parquet_file_that_was_not_copied_to_the_end_is_said(tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    pq.write_table(pa.table({"a": list(range(10_000))}), whole)
    part = tmp_path / "part.parquet"
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(InvalidInput, match="only a part of one"):
        ParquetSource(part)
    with pytest.raises(InvalidInput, match="only a part of one"):
        ParquetSource(write(tmp_path / "empty.parquet"))


def test_a_parquet_file_damaged_in_the_middle_is_said_when_it_is_reached(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": [str(n) for n in range(10_000)]}), path, row_group_size=5_000)
    raw = bytearray(path.read_bytes())
    at = pq.ParquetFile(path).metadata.row_group(1).column(0).dictionary_page_offset
    raw[at : at + 64] = b"\xff" * 64
    path.write_bytes(raw)
    chunks = ParquetSource(path).chunks(0, 5_000)
    assert len(next(chunks)) == 5_000
    with pytest.raises(InvalidInput, match="is damaged"):
        next(chunks)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    for source in (CsvSource, ParquetSource):
        with pytest.raises(InvalidInput, match="is a folder"):
            source(tmp_path)


def test_columns_that_are_no_values_are_named(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1], "foto": [b"x"]}), tmp_path / "a.parquet")
    with pytest.raises(InvalidInput, match=r"foto \(binary\)"):
        ParquetSource(tmp_path / "a.parquet")


@pytest.mark.parametrize(("encoding", "raw"), [("windows-1252", b"Nganjuk \x96 \xe9"), ("latin-1", b"\xe9")])
def test_a_declared_encoding_is_read(tmp_path: Path, encoding: Encoding, raw: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"nama|b\n" + raw + b"|2\n")
    (chunk,) = CsvSource(path, CsvFormat(encoding, "|")).chunks(0, 10)
    assert _rows(chunk) == [(2, [raw.decode(encoding), "2"])]


def test_rows_in_another_encoding_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\nok,1\n\x81,2\n")
    (chunk,) = CsvSource(path, CsvFormat("windows-1252")).chunks(0, 10)
    assert [(reject.line, reject.detail) for reject in chunk.broken] == [(3, "not WINDOWS-1252: a")]
    path.write_bytes("\ufeffa,b\n".encode())
    with pytest.raises(InvalidInput, match="is UTF-8, not WINDOWS-1252"):
        CsvSource(path, CsvFormat("windows-1252"))


def test_a_huge_field_costs_its_row_and_no_memory(tmp_path: Path) -> None:
    huge, endless = "x" * 200_000, "y" * 3_500_000
    path = write(
        tmp_path / "a.csv", "a,b", "1,2", f"{huge},2", "3,4", f"{endless},5", "6,7", f'"{endless}",8'
    )
    (chunk,) = _all(path)
    assert [row for _, row in _rows(chunk)] == [["1", "2"], ["3", "4"], ["6", "7"]]
    assert [(reject.line, reject.reason) for reject in chunk.broken] == [(n, "BROKEN_ROW") for n in (3, 5, 7)]
    assert "x" * 10 not in str(chunk.broken)


def test_a_header_without_an_end_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="longer than 64 KiB"):
        CsvSource(write(tmp_path / "a.csv", "a," * 40_000))


def test_neighbours_that_belong_together_stay_together(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "nik,version", "1,1", "1,2", "1,2", "1,2", "broken", "1,2", "2,2", "3,3")
    chunks = list(keep_together(CsvSource(path).chunks(0, 2), ("nik", "version")))
    assert [[line for line, _ in _rows(chunk)] for chunk in chunks] == [[2], [3, 4, 5, 7, 8], [9]]
    assert [chunk.through for chunk in chunks] == [2, 8, 9]
    assert [reject.line for chunk in chunks for reject in chunk.broken] == [6]
