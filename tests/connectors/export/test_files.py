"""A list appears whole or not at all, for its owner alone, and no cell of it is a formula."""

import csv
import io
import json
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.export.files import METADATA, new_file, write_list
from schemas.errors import InvalidInput, Retryable
from tests.deploy.waiting import wait_until


def _table(directive: str = "inpres-8-2025") -> pa.Table:
    return pa.table(
        {
            "token": ["0f" * 16, "f0" * 16],
            "nik": ["7471010101900000", None],
            "directives": [[directive], ["a", "b"]],
            "missing": pa.array([[], ["JKK", "JKM"]], pa.list_(pa.string())),
            "covered_through": [None, date(2026, 5, 31)],
            "decided_at": pa.array(
                [datetime(2026, 4, 10, 5, 0, 1, 2000, UTC)] * 2, pa.timestamp("ms", "UTC")
            ),
        }
    )


def _csv(table: pa.Table) -> list[list[str]]:
    file = io.BytesIO()
    write_list(file, table, "csv", {})
    return list(csv.reader(io.StringIO(file.getvalue().decode(), newline="")))


def test_a_csv_has_a_header_and_text_in_quotes() -> None:
    header, first, second = _csv(_table())
    assert header == _table().column_names
    assert first == ["0f" * 16, "7471010101900000", "inpres-8-2025", "", "", "2026-04-10T05:00:01Z"]
    assert second == ["f0" * 16, "", "a+b", "JKK+JKM", "2026-05-31", "2026-04-10T05:00:01Z"]
    file = io.BytesIO()
    write_list(file, _table(), "csv", {})
    assert b'"7471010101900000"' in file.getvalue()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    table = pa.table({"region_name": [f"{start}HYPERLINK(1)", "Kota"], "n": [1, 2]})
    assert [row[0] for row in _csv(table)][1:] == [f"'{start}HYPERLINK(1)", "Kota"]


def test_parquet_keeps_types_and_says_what_it_is_about(tmp_path: Path) -> None:
    with new_file(tmp_path / "a.parquet") as file:
        write_list(file, _table(), "parquet", {"region": "74.71", "purpose": "penyuluhan é"})
    read = pq.read_table(tmp_path / "a.parquet")
    assert read.to_pylist() == _table().to_pylist()
    assert json.loads(read.schema.metadata[METADATA]) == {"region": "74.71", "purpose": "penyuluhan é"}


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")
    (tmp_path / "a.csv").chmod(0o644)
    with new_file(tmp_path / "a.csv") as file:
        file.write(b"new")
        assert (tmp_path / "a.csv").read_text() == "old"
    assert (tmp_path / "a.csv").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["a.csv"]


def _break_off(path: Path) -> None:
    with new_file(path) as file:
        file.write(b"half")
        raise Retryable("Kafka is away")


def test_after_an_error_nothing_new_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(Retryable, match="Kafka is away"):
        _break_off(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "old"
    assert os.listdir(tmp_path) == ["a.csv"]


@contextmanager
def _little_space() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, form: str) -> None:
    big = pa.table({"token": [os.urandom(16).hex() for _ in range(5000)]})
    with _little_space(), pytest.raises(Retryable, match="no space"), new_file(tmp_path / "a") as file:
        write_list(file, big, form, {})  # type: ignore[arg-type]
    assert os.listdir(tmp_path) == []


def test_two_do_not_write_one_file(tmp_path: Path) -> None:
    with new_file(tmp_path / "a.csv") as file:
        file.write(b"first")
        with pytest.raises(InvalidInput, match="another export"), new_file(tmp_path / "a.csv"):
            pass
    assert (tmp_path / "a.csv").read_bytes() == b"first"


def test_what_a_killed_one_left_is_overwritten(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from connectors.export.files import new_file\n"
        "with new_file(Path(sys.argv[1])) as file:\n"
        "    file.write(b'x' * 9000); file.flush(); time.sleep(60)\n"
    )
    path = tmp_path / "a.csv"
    part = tmp_path / ".a.csv.part"
    process = subprocess.Popen([sys.executable, "-c", code, str(path)])
    wait_until(lambda: part.exists() and part.stat().st_size >= 9000, "half of it is written")
    process.kill()
    process.wait()
    assert os.listdir(tmp_path) == [".a.csv.part"]
    with new_file(path) as file:
        file.write(b"whole")
    assert path.read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be written"), new_file(tmp_path / "no" / "a.csv"):
        pass
    with pytest.raises(InvalidInput, match="is a folder"), new_file(tmp_path):
        pass
    (tmp_path / ".b.csv.part").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InvalidInput, match="cannot be written"), new_file(tmp_path / "b.csv"):
        pass
