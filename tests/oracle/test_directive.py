"""Section 4."""

from datetime import date
from typing import Any

import pytest

from tests.oracle.directive import clauses, completed_years, outcome
from tests.oracle.examples import directive, person

DAY = date(2026, 4, 10)


def why(document: dict[str, Any], day: date = DAY, **changes: Any) -> str:
    return outcome(document, person(**changes), day)


def test_order_of_reasons() -> None:
    document = directive(regions=["74.71"], sex="FEMALE", industries=[12])
    assert outcome(document, None, DAY) == "DTSEN"
    assert why(document) == "MEANT"
    everything: dict[str, Any] = {
        "presence": "ABROAD",
        "region": "74.01",
        "decile": 9,
        "birth_date": date(2020, 1, 1),
        "sex": "MALE",
        "work_status": 4,
        "industry": 3,
    }
    expected = ["PRESENCE", "REGION", "WELFARE", "AGE", "SEX", "WORK_STATUS", "INDUSTRY"]
    for name, field in zip(expected, list(everything), strict=True):
        assert why(document, **everything) == name
        del everything[field]


@pytest.mark.parametrize(
    ("listed", "home", "expected"),
    [
        ([], "74.71", True),
        (["74"], "74.71.01", True),
        (["74.71"], "74.71", True),
        (["74.71.01"], "74.71", None),  # somewhere in Kendari: perhaps there
        (["74.71.01"], "74.71.01.1001", True),
        (["74.71.01"], "74.01", False),
        (["74.71.01", "74.01"], "74.01", True),
        (["74.7"], "74.71", False),  # no code, and no prefix either
    ],
)
def test_region(listed: list[str], home: str, expected: bool | None) -> None:
    assert clauses(directive(regions=listed), person(region=home), DAY)["REGION"] is expected


@pytest.mark.parametrize(
    ("decile", "extreme_poor", "unranked", "wants_extreme", "expected"),
    [
        (4, False, False, False, True),
        (5, False, False, True, False),
        (5, True, False, True, True),
        (5, True, False, False, False),
        (None, False, False, True, False),  # unranked is a state, not something unknown
        (None, False, True, False, True),
        (None, True, False, True, True),
        (5, False, True, False, False),
    ],
)
def test_welfare(
    decile: int | None, extreme_poor: bool, unranked: bool, wants_extreme: bool, expected: bool
) -> None:
    wanted = {"deciles": [1, 2, 3, 4], "extreme_poor": wants_extreme, "unranked": unranked}
    asked = clauses(directive(welfare=wanted), person(decile=decile, extreme_poor=extreme_poor), DAY)
    assert asked["WELFARE"] is expected


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(1961, 4, 10), date(2026, 4, 9), 64),
        (date(1961, 4, 10), date(2026, 4, 10), 65),  # turns 65 today
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(1896, 2, 29), date(1900, 2, 28), 3),  # 1900 had no 29 February
        (date(2026, 4, 10), date(2026, 4, 10), 0),
        (date(2026, 4, 11), date(2026, 4, 10), -1),
    ],
)
def test_completed_years(born: date, day: date, years: int) -> None:
    assert completed_years(born, day) == years


def test_turning_65_leaves_on_the_day() -> None:
    born = date(1961, 4, 10)
    assert why(directive(), date(2026, 4, 9), birth_date=born) == "MEANT"
    assert why(directive(), date(2026, 4, 10), birth_date=born) == "AGE"


def test_unborn_is_not_of_age_zero() -> None:
    assert why(directive(age={"from": 0, "to": 64}), birth_date=date(2026, 4, 11)) == "AGE"


def test_incomplete_only_if_nothing_fails() -> None:
    assert why(directive(), work_status=None) == "INCOMPLETE_DATA"
    assert why(directive(industries=[12]), work_status=None, industry=None) == "INCOMPLETE_DATA"
    # INDUSTRY comes after WORK_STATUS, yet it is known to fail and work status is not.
    assert why(directive(industries=[12]), work_status=None, industry=3) == "INDUSTRY"
    assert why(directive(regions=["74.71.01"]), region="74.71", decile=9) == "WELFARE"
    assert why(directive(regions=["74.71.01"]), region="74.71") == "INCOMPLETE_DATA"


def test_merged_person_is_not_meant() -> None:
    assert why(directive(), presence="MERGED", replaced_by="0" * 32) == "PRESENCE"
    assert why(directive(presence=["PRESENT", "ABROAD"]), presence="ABROAD") == "MEANT"
