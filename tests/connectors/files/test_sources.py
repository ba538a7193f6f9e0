from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.files.chunks import Chunk, keep_together
from connectors.files.csv_source import CsvSource
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
    assert CsvSource(path).fields == ("a", "b")
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
        CsvSource(tmp_path)
    with pytest.raises(InvalidInput, match="cannot be read"):
        CsvSource(tmp_path / "nowhere.csv")
    with pytest.raises(InvalidInput, match="cannot be read"):
        ParquetSource(tmp_path / "nowhere.parquet")
    with pytest.raises(InvalidInput, match="not a Parquet file"):
        ParquetSource(write(tmp_path / "a.parquet", "nik,version"))


def test_parquet_columns_become_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "nik": pa.array(["1", "2", "3"]),
            "decile": pa.array([1.0, None, 3.0]),
            "extreme_poor": [True, False, None],
            "birth_date": pa.array([0, 1, 2], pa.date32()),
            "enrolments": [[{"segment": "BPU"}], [], None],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    source = ParquetSource(tmp_path / "a.parquet")
    first, second = source.chunks(0, 2)
    assert _rows(first) == [
        (1, ["1", "1", "true", "1970-01-01", '[{"segment": "BPU"}]']),
        (2, ["2", None, "false", "1970-01-02", "[]"]),
    ]
    assert _rows(second) == [(3, ["3", "3", None, "1970-01-03", None])]
    (rest,) = source.chunks(1, 10)
    assert rest.lines.tolist() == [2, 3]


def test_a_nik_kept_as_a_number_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"nik": pa.array([7471015506900000])}), tmp_path / "a.parquet")
    with pytest.raises(InvalidInput, match="int64, not text"):
        ParquetSource(tmp_path / "a.parquet")


def test_neighbours_that_belong_together_stay_together(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "nik,version", "1,1", "1,2", "1,2", "1,2", "broken", "1,2", "2,2", "3,3")
    chunks = list(keep_together(CsvSource(path).chunks(0, 2), ("nik", "version")))
    assert [[line for line, _ in _rows(chunk)] for chunk in chunks] == [[2], [3, 4, 5, 7, 8], [9]]
    assert [chunk.through for chunk in chunks] == [2, 8, 9]
    assert [reject.line for chunk in chunks for reject in chunk.broken] == [6]
