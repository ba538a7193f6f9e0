import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.files.support import ANA, BUDI, CITRA, memberships, token_of, wrong

HEADER = "nik,version,cause,segment,programs,paid_through,payer,funding_id"
JSON_HEADER = "nik;version;cause;enrolments"
BPU = "BPU,JKK+JKM,2026-03-31,SELF,"


def _json(**changes: Any) -> str:
    one = {"segment": "BPU", "programs": ["JKK", "JKM"], "paid_through": "2026-03-31", "payer": "SELF"}
    text = json.dumps([one | changes]).replace('"', '""')
    return f'"{text}"'


def test_rows_of_one_person_and_version_are_one_snapshot(tmp_path: Path) -> None:
    parsed = memberships(
        tmp_path,
        HEADER,
        f"{ANA},5,PAID,{BPU}",
        f"{ANA},5,PAID,PU,JKK+JKM+JHT,2026-02-28,EMPLOYER,",
        f"{BUDI},6,REGISTERED,bpu,jkm jkk,2026-03-31,apbd_regency,APBD-74.71-2026",
        f"{CITRA},7,ENDED,,,,,",
    )
    assert parsed.rejects == []
    assert parsed.tokens.tobytes().hex() == token_of(ANA) + token_of(BUDI) + token_of(CITRA)
    ana, budi, citra = parsed.rows.column("enrolments").to_pylist()
    assert [(e["segment"], e["programs"]) for e in ana] == [
        ("BPU", ["JKK", "JKM"]),
        ("PU", ["JKK", "JKM", "JHT"]),
    ]
    assert budi == [
        {
            "segment": "BPU",
            "programs": ["JKK", "JKM"],
            "paid_through": date(2026, 3, 31),
            "payer": "APBD_REGENCY",
            "funding_id": "APBD-74.71-2026",
        }
    ]
    assert citra == []
    assert parsed.rows.column("version").to_pylist() == [5, 6, 7]


def test_the_same_person_with_another_version_is_another_snapshot(tmp_path: Path) -> None:
    parsed = memberships(tmp_path, HEADER, f"{ANA},5,PAID,{BPU}", f"{ANA},6,PAID,{BPU}")
    assert parsed.rows.column("version").to_pylist() == [5, 6]


def test_half_a_snapshot_is_not_sent(tmp_path: Path) -> None:
    parsed = memberships(
        tmp_path,
        HEADER,
        f"{ANA},5,PAID,{BPU}",
        f"{ANA},5,PAID,BPU,JKK+JKX,2026-03-31,SELF,",
        f"{BUDI},6,PAID,{BPU}",
    )
    assert wrong(parsed) == [(2, "OTHER_ROW_REJECTED"), (3, "INVALID_VALUE")]
    assert parsed.tokens.tobytes().hex() == token_of(BUDI)
    assert [len(e) for e in parsed.rows.column("enrolments").to_pylist()] == [1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{ANA},-5,PAID,{BPU}", "INVALID_VERSION"),
        (f"{ANA},32503680000000000,PAID,{BPU}", "VERSION_AHEAD"),
        (f"{ANA},5,PAYED,{BPU}", "INVALID_VALUE"),
        (f"{ANA},5,,{BPU}", "MISSING_VALUE"),
        (f"{ANA[:15]},5,PAID,{BPU}", "INVALID_NIK"),
        (f"{ANA},5,PAID,BPX,JKK+JKM,2026-03-31,SELF,", "INVALID_VALUE"),
        (f"{ANA},5,PAID,BPU,,2026-03-31,SELF,", "MISSING_VALUE"),
        (f"{ANA},5,PAID,BPU,JKK,1977-12-31,SELF,", "INVALID_DATE"),
        (f"{ANA},5,PAID,BPU,JKK,2026-02-30,SELF,", "INVALID_DATE"),
        (f"{ANA},5,PAID,BPU,JKK,2026-02-28,,", "MISSING_VALUE"),
        (f"{ANA},5,PAID,,JKK,,,", "MISSING_VALUE"),
    ],
)
def test_a_wrong_row_says_why(tmp_path: Path, row: str, reason: str) -> None:
    parsed = memberships(tmp_path, HEADER, row, f"{BUDI},6,PAID,{BPU}")
    assert wrong(parsed) == [(2, reason)]
    assert len(parsed.rows) == 1


def test_nine_enrolments_are_too_many(tmp_path: Path) -> None:
    parsed = memberships(tmp_path, HEADER, *[f"{ANA},5,PAID,{BPU}"] * 9, *[f"{BUDI},5,PAID,{BPU}"] * 8)
    assert wrong(parsed) == [(line, "TOO_MANY_ENROLMENTS") for line in range(2, 11)]
    assert parsed.tokens.tobytes().hex() == token_of(BUDI)


def test_rows_of_one_snapshot_agree_on_the_cause(tmp_path: Path) -> None:
    parsed = memberships(tmp_path, HEADER, f"{ANA},5,PAID,{BPU}", f"{ANA},5,LAPSED,{BPU}")
    assert wrong(parsed) == [(2, "OTHER_ROW_REJECTED"), (3, "INCONSISTENT")]
    assert len(parsed.rows) == 0


def test_enrolments_may_come_as_json(tmp_path: Path) -> None:
    parsed = memberships(tmp_path, JSON_HEADER, f"{ANA};5;PAID;{_json()}", f"{BUDI};6;ENDED;[]")
    assert parsed.rejects == []
    first, second = parsed.rows.column("enrolments").to_pylist()
    assert (first[0]["paid_through"], first[0]["funding_id"], second) == (date(2026, 3, 31), None, [])


@pytest.mark.parametrize(
    ("enrolments", "reason"),
    [
        ("{", "INVALID_VALUE"),
        ("{}", "INVALID_VALUE"),
        ("[1]", "INVALID_VALUE"),
        (_json(segment="X"), "INVALID_VALUE"),
        (_json(payer=None), "INVALID_VALUE"),
        (_json(programs="JKK"), "INVALID_VALUE"),
        (_json(programs=["JKK", "XXX"]), "INVALID_VALUE"),
        (_json(paid_through="2026-02-30"), "INVALID_DATE"),
        (_json(paid_through="2101-01-01"), "INVALID_DATE"),
        (_json(funding_id=3), "INVALID_VALUE"),
        ("", "MISSING_VALUE"),
    ],
)
def test_wrong_json_says_which_part(tmp_path: Path, enrolments: str, reason: str) -> None:
    parsed = memberships(tmp_path, JSON_HEADER, f"{ANA};5;PAID;{enrolments}", f"{BUDI};6;PAID;{_json()}")
    assert wrong(parsed) == [(2, reason)]
    assert [len(e) for e in parsed.rows.column("enrolments").to_pylist()] == [1]


def test_two_json_rows_of_one_snapshot_are_a_mistake(tmp_path: Path) -> None:
    parsed = memberships(tmp_path, JSON_HEADER, f"{ANA};5;PAID;{_json()}", f"{ANA};5;PAID;{_json()}")
    assert wrong(parsed) == [(2, "OTHER_ROW_REJECTED"), (3, "INCONSISTENT")]
