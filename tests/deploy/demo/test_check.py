"""The check in SQL agrees with the plain oracle, and notices whatever is changed."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deploy.demo.check import Finding, check

Rows = list[dict[str, Any]]


def _wrong(findings: list[Finding]) -> dict[str, int]:
    """Wrong ones by the English title."""
    return {finding.title.partition(" / ")[2]: finding.wrong for finding in findings if finding.wrong}


def _changed(judged: Path, folder: Path, file: str, change: Callable[[Rows], None]) -> dict[str, int]:
    shutil.copytree(judged, folder / "changed")
    path = folder / "changed" / "recorded" / file
    rows = pq.read_table(path).to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows), path)
    return _wrong(check(folder / "changed"))


def test_what_the_oracle_judged_is_right(judged: Path) -> None:
    findings = check(judged)
    assert _wrong(findings) == {}, [finding.examples for finding in findings if finding.wrong]
    assert all(finding.checked > 0 for finding in findings)


def _flip(rows: Rows) -> None:
    last = rows[-1]["verdicts"][0]
    last["status"] = rows[-1]["status"] = "COVERED" if last["status"] == "GAP" else "GAP"


def test_a_planted_wrong_verdict_is_found(judged: Path, tmp_path: Path) -> None:
    found = _changed(judged, tmp_path, "coverage/0.parquet", _flip)
    assert found["the status of each verdict"] == 1


def _another_reason(rows: Rows) -> None:
    gap = next(row for row in reversed(rows) if row["status"] == "GAP")
    gap["verdicts"][0]["reason"] = "PROGRAM_PARTIAL" if gap["verdicts"][0]["reason"] == "LAPSED" else "LAPSED"


def _another_program(rows: Rows) -> None:
    gap = next(row for row in reversed(rows) if row["status"] == "GAP")
    gap["verdicts"][0]["missing"] = ["JHT"]


def _somewhere_else(rows: Rows) -> None:
    rows[-1]["region"] = "74.71" if rows[-1]["region"] != "74.71" else "74.72"


def _nobody(rows: Rows) -> None:
    rows[:] = [row for row in rows if row["token"] != rows[-1]["token"]]


def _somebody(rows: Rows) -> None:
    rows.append(rows[-1] | {"token": "f" * 32, "seq": 1, "offset": rows[-1]["offset"] + 1})


def _a_gap_in_seq(rows: Rows) -> None:
    rows[-1]["seq"] += 1


def _said_twice(rows: Rows) -> None:
    rows.append(rows[-1] | {"seq": rows[-1]["seq"] + 1, "offset": rows[-1]["offset"] + 1})


def _a_wrong_summary(rows: Rows) -> None:
    rows[-1]["status"] = "NOT_ELIGIBLE"


def _a_nik(rows: Rows) -> None:
    rows[0]["region"] = "7471010101900000"


def _another_partition(rows: Rows) -> None:
    second = next(row for row in rows if row["seq"] == 2)
    second["partition"] += 10


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (_another_reason, "the reason of each gap"),
        (_another_program, "the programmes missing"),
        (_somewhere_else, "the region of each person"),
        (_nobody, "everyone meant has a verdict"),
        (_somebody, "no verdict on anyone not meant"),
        (_a_gap_in_seq, "seq counts 1, 2, 3 … per person, in one partition"),
        (_another_partition, "seq counts 1, 2, 3 … per person, in one partition"),
        (_said_twice, "each record changes something, the first opens with a verdict"),
        (_a_wrong_summary, "the overall status follows from the verdicts"),
        (_a_nik, "no NIK in any text, tokens are tokens"),
    ],
)
def test_whatever_is_wrong_in_a_record_is_found(
    judged: Path, tmp_path: Path, change: Callable[[Rows], None], title: str
) -> None:
    assert _changed(judged, tmp_path, "coverage/0.parquet", change)[title] == 1


@pytest.mark.parametrize(
    ("field", "title"),
    [
        ("eligible", "totals per region and directive"),
        ("in_arrears", "totals per region and directive"),
        ("lapsing_30_days", "totals per region and directive"),
        ("incomplete_data", "totals per region and directive"),
    ],
)
def test_a_wrong_total_is_found(judged: Path, tmp_path: Path, field: str, title: str) -> None:
    def one_more(rows: Rows) -> None:
        rows[0]["directives"][0][field] += 1

    assert _changed(judged, tmp_path, "regions.parquet", one_more) == {title: 1}


def test_a_wrong_discrepancy_is_found(judged: Path, tmp_path: Path) -> None:
    def one_more(rows: Rows) -> None:
        rows[0]["discrepancies"]["two_public_payers"] += 1

    assert _changed(judged, tmp_path, "regions.parquet", one_more) == {"discrepancies per region": 1}


def test_an_incomplete_total_is_found(judged: Path, tmp_path: Path) -> None:
    def one_partition_less(rows: Rows) -> None:
        rows[0]["partitions_reported"] -= 1

    found = _changed(judged, tmp_path, "regions.parquet", one_partition_less)
    assert found == {"persons per region, all partitions, at this date": 1}


def test_a_lost_record_shows_in_the_receipt(judged: Path, tmp_path: Path) -> None:
    def one_less(rows: Rows) -> None:
        rows[0]["accepted"] -= 1

    found = _changed(judged, tmp_path, "receipts.parquet", one_less)
    assert found == {"receipts: each record in exactly one class": 1}


def test_other_records_than_those_sent_show_in_the_receipt(judged: Path, tmp_path: Path) -> None:
    def other_digest(rows: Rows) -> None:
        rows[0]["digest_matches"] = False

    found = _changed(judged, tmp_path, "receipts.parquet", other_digest)
    assert found == {"receipts: each record in exactly one class": 1}


def test_regencies_that_do_not_add_up_show_in_the_receipt(judged: Path, tmp_path: Path) -> None:
    def one_regency_less(rows: Rows) -> None:
        rows[0]["regencies"] = rows[0]["regencies"][1:]

    found = _changed(judged, tmp_path, "receipts.parquet", one_regency_less)
    assert found == {"receipts: each record in exactly one class": 1}


def test_a_missing_file_is_said(judged: Path, tmp_path: Path) -> None:
    shutil.copytree(judged, tmp_path / "changed")
    (tmp_path / "changed" / "recorded" / "receipts.parquet").unlink()
    with pytest.raises(FileNotFoundError, match=r"receipts\.parquet"):
        check(tmp_path / "changed")
