from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.files.support import (
    ANA,
    BUDI,
    CITRA,
    PERSON_HEADER,
    RELEASE,
    person,
    persons,
    token_of,
    wrong,
)


def test_a_good_row_becomes_a_record(tmp_path: Path) -> None:
    parsed = persons(tmp_path, person())
    assert parsed.rejects == []
    assert parsed.tokens.tobytes().hex() == token_of(ANA)
    (row,) = parsed.rows.to_pylist()
    assert row | {"observed_at": None} == {
        "version": RELEASE,
        "batch": "batch-1",
        "decile": 2,
        "extreme_poor": False,
        "birth_date": date(1990, 6, 15),
        "sex": "FEMALE",
        "region": "74.71.01.1001",
        "work_status": 1,
        "industry": 12,
        "presence": "PRESENT",
        "replaced_by": None,
        "observed_at": None,
    }


def test_nothing_given_is_null_where_it_may_be(tmp_path: Path) -> None:
    parsed = persons(tmp_path, person(decile="", work_status="", industry=""))
    (row,) = parsed.rows.to_pylist()
    assert (row["decile"], row["work_status"], row["industry"]) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nik": "747101550690000"}, "INVALID_NIK"),
        ({"nik": "74710155069000x0"}, "INVALID_NIK"),
        ({"nik": ""}, "MISSING_VALUE"),
        ({"version": ""}, "MISSING_VALUE"),
        ({"version": -1}, "INVALID_VERSION"),
        ({"version": 20265 << 32}, "INVALID_VERSION"),
        ({"version": 20273 << 32}, "VERSION_AHEAD"),
        ({"version": "Q1"}, "INVALID_VALUE"),
        ({"decile": 11}, "INVALID_DECILE"),
        ({"decile": 0}, "INVALID_DECILE"),
        ({"decile": 4294967297}, "INVALID_DECILE"),
        ({"decile": "dua"}, "INVALID_VALUE"),
        ({"extreme_poor": "mungkin"}, "INVALID_VALUE"),
        ({"extreme_poor": ""}, "MISSING_VALUE"),
        ({"birth_date": "1990-02-30"}, "INVALID_DATE"),
        ({"birth_date": "15/06/1990"}, "INVALID_DATE"),
        ({"birth_date": "1990-13-01"}, "INVALID_DATE"),
        ({"birth_date": "1899-12-31"}, "INVALID_DATE"),
        ({"birth_date": "2026-04-11"}, "INVALID_DATE"),
        ({"sex": "X"}, "INVALID_VALUE"),
        ({"region": "74.99.01.1001"}, "UNKNOWN_REGION"),
        ({"region": "7471"}, "UNKNOWN_REGION"),
        ({"region": "74"}, "UNKNOWN_REGION"),
        ({"work_status": 9}, "INVALID_WORK_STATUS"),
        ({"industry": 27}, "INVALID_INDUSTRY"),
    ],
)
def test_a_wrong_value_is_a_reject_with_its_line_and_the_rest_goes_on(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    parsed = persons(tmp_path, person(BUDI), person(**changes), person(CITRA))
    assert wrong(parsed) == [(3, reason)]
    assert parsed.tokens.tobytes().hex() == token_of(BUDI) + token_of(CITRA)
    assert len(parsed.rows) == 2


def test_release_and_correction_may_be_given_apart(tmp_path: Path) -> None:
    header = PERSON_HEADER.replace("version", "release") + ",correction"
    parsed = persons(
        tmp_path, person(version=20261) + ",7", person(BUDI, version=20261) + ",-1", header=header
    )
    assert parsed.rows.column("version").to_pylist() == [RELEASE + 7]
    assert wrong(parsed) == [(3, "INVALID_VERSION")]


def test_a_token_serves_instead_of_a_nik(tmp_path: Path) -> None:
    header = PERSON_HEADER.replace("nik", "token")
    parsed = persons(tmp_path, person(token_of(ANA)), person(token_of(BUDI).upper()), header=header)
    assert parsed.tokens.tobytes().hex() == token_of(ANA)
    assert wrong(parsed) == [(3, "INVALID_KEY")]


def test_whoever_was_merged_names_another(tmp_path: Path) -> None:
    header = PERSON_HEADER + ",presence,replaced_by"
    parsed = persons(
        tmp_path,
        person(ANA) + f",MERGED,{BUDI}",
        person(ANA) + f",MERGED,{token_of(CITRA)}",
        person(ANA) + ",MERGED,",
        person(ANA) + f",MERGED,{ANA}",
        person(ANA) + ",MERGED,siapa",
        header=header,
    )
    assert parsed.rows.column("replaced_by").to_pylist() == [token_of(BUDI), token_of(CITRA)]
    assert wrong(parsed) == [(line, "INVALID_REPLACED_BY") for line in (4, 5, 6)]


def test_rejects_never_quote_what_the_row_holds(tmp_path: Path) -> None:
    parsed = persons(tmp_path, person("1234567890123456x"), person(decile=88), person() + ",7471019999990000")
    assert len(parsed.rejects) == 3
    for reject in parsed.rejects:
        assert "88" not in reject.detail
        assert "1234567890123456" not in reject.detail
        assert "747101" not in reject.detail


def test_times_are_meant_in_western_indonesia(tmp_path: Path) -> None:
    header = PERSON_HEADER + ",observed_at"
    parsed = persons(
        tmp_path,
        person() + ",2026-04-01T07:00:00",
        person(BUDI) + ",2026-04-01T00:00:00Z",
        person(CITRA) + ",kemarin",
        header=header,
    )
    first, second = parsed.rows.column("observed_at").to_pylist()
    assert first == second
    assert wrong(parsed) == [(4, "INVALID_VALUE")]
