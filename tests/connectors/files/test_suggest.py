from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from connectors.files.chunks import Chunk, Reject
from connectors.files.mapped_source import MappedSource, open_source
from connectors.files.mapping import parse_mapping
from connectors.files.report import FIRST_LINES, OTHERS, Report
from connectors.files.suggest import columns, draft, guess_topic
from schemas.errors import InvalidInput
from tests.connectors.files.support import ANA, BUDI, write

HEADER = (
    "NIK,desil_nasional_keluarga,kemiskinan_ekstrem,tanggal_lahir,id_jenis_kelamin,kode_kelurahan,"
    "id_status_kedudukan_pekerjaan_utama,id_lapangan_usaha_dari_usaha_utama,No. HP"
)


def _file(path: Path, *lahir: str) -> Path:
    rows = [f"{ANA},2,ya,{day},{1 + n % 2},7471010001,1,12,0812" for n, day in enumerate(lahir)]
    return write(path / "a.csv", HEADER, *rows)


def test_a_draft_of_known_names_needs_only_what_the_agency_knows(tmp_path: Path) -> None:
    source = open_source(_file(tmp_path, "30/04/1990", "01/02/1990"))
    assert guess_topic(source) == "dtsen.persons"
    text = draft(source, "dtsen.persons")
    assert "regions: bps-to-regency # CHECK" in text
    assert "birth_date: {column: tanggal_lahir, form: DD/MM/YYYY}" in text
    assert "release: {constant: 20261} # CHECK" in text
    mapping = parse_mapping(text.encode(), "draft")
    MappedSource(source, mapping, "draft")
    assert mapping.reading.values["sex"] == {"1": "MALE", "2": "FEMALE"}
    assert mapping.ignore == ("No. HP",)


def test_days_that_can_be_read_in_two_ways_are_left_to_the_author(tmp_path: Path) -> None:
    text = draft(open_source(_file(tmp_path, "01/02/1990")), "dtsen.persons")
    assert "form: DD/MM/YYYY} # CHECK: it could also be MM/DD/YYYY" in text
    text = draft(open_source(_file(tmp_path, "kemarin")), "dtsen.persons")
    assert "form: WHICH} # CHECK" in text
    with pytest.raises(InvalidInput, match="birth_date: form 'WHICH'"):
        parse_mapping(text.encode(), "draft")


def test_a_file_that_says_nothing_of_work_gets_a_draft_that_can_be_used(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        "nik,desil,miskin_ekstrem,tgl_lahir,jk,kode_kab",
        f"{ANA},2,ya,1990-06-15,L,7471",
    )
    source = open_source(path)
    text = draft(source, "dtsen.persons")
    assert "regions: bps # CHECK" in text
    assert "work_status: {constant: null} # CHECK" in text
    MappedSource(source, parse_mapping(text.encode(), "draft"), "draft")


def test_what_is_missing_is_said_in_the_draft(tmp_path: Path) -> None:
    text = draft(open_source(write(tmp_path / "a.csv", "nomor,segmen", "1,BPU")), "bpjs.memberships")
    assert "# MISSING: one of nik and token is needed" in text
    assert "# MISSING: version is missing" in text
    assert "  segment: segmen" in text


def test_no_persons_value_is_in_a_draft(tmp_path: Path) -> None:
    shifted = write(tmp_path / "a.csv", "nik,jk", f"x,{ANA}", f"y,{BUDI}")
    text = draft(open_source(shifted), "dtsen.persons")
    assert "sex:" in text
    assert ANA not in text


def test_columns_are_recognised_once(tmp_path: Path) -> None:
    seen = columns(open_source(write(tmp_path / "a.csv", "nik,no_nik,x")), "dtsen.persons")
    assert [each.field for each in seen] == ["nik", None, None]


def test_a_report_counts_every_fault_and_keeps_the_first_lines() -> None:
    report = Report()
    report.add([Reject(line, "BROKEN_ROW", "3 fields") for line in range(2, 20)] + [Reject(1, "X", "y")])
    first, second = report.faults
    assert (first.count, first.lines) == (18, [2, 3, 4, 5, 6][:FIRST_LINES])
    assert (second.reason, second.count) == ("X", 1)


def test_a_report_stays_small_whatever_the_file_holds() -> None:
    report = Report()
    report.add([Reject(line, "BROKEN_ROW", f"{line} fields") for line in range(10_000)])
    assert len(report.faults) < 300
    assert sum(fault.count for fault in report.faults) == 10_000
    assert report.faults[0].detail == OTHERS


def _chunk(niks: list[str | None]) -> Chunk:
    lines = np.arange(len(niks))
    return Chunk(lines, {"nik": pa.array(niks, pa.string())}, (), len(niks), len(niks))


@pytest.mark.parametrize(
    ("niks", "rounded"),
    [
        ([ANA] * 1000 + [None], True),
        ([ANA] * 999, False),
        ([ANA] * 1000 + [ANA[:-1] + "1"], False),
        ([], False),
    ],
)
def test_niks_that_all_end_in_0_are_noticed(niks: list[str | None], rounded: bool) -> None:
    report = Report()
    report.look(_chunk(niks[:500]))
    report.look(_chunk(niks[500:]))
    assert report.rounded is rounded
