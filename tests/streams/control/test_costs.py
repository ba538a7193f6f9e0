"""What the uncovered would cost, figure by figure from the tariff that ships."""

from datetime import date

import pytest

from schemas.events import Cost, UncoveredCell
from schemas.names import Payer
from schemas.policy import Policy, load_policy
from streams.control.costs import costs

POLICY = load_policy("2026.1")


def lacking(
    *programs: str, persons: int = 10, transport: bool = False, regency: str = "74.71"
) -> UncoveredCell:
    return UncoveredCell(regency, programs, transport, persons)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "payer", "transport", "month", "year"),
    [
        # Before the discount begins in April: three months at 10,000, nine at 5,000.
        (date(2026, 1, 5), "SELF", False, 10_000, 3 * 10_000 + 9 * 5_000),
        (date(2026, 4, 1), "SELF", False, 5_000, 9 * 5_000),
        (date(2026, 12, 31), "SELF", False, 5_000, 5_000),
        (date(2026, 1, 5), "SELF", True, 5_000, 12 * 5_000),
        (date(2026, 1, 5), "APBN", False, 10_000, 12 * 10_000),
        (date(2027, 3, 1), "SELF", True, 5_000, 5_000 + 9 * 10_000),
    ],
)
def test_a_month_and_the_months_to_december(
    day: date, payer: Payer, transport: bool, month: int, year: int
) -> None:
    priced, unpriced = costs([lacking("JKK", transport=transport)], POLICY, day, payer)
    assert priced == (
        Cost("ID", "JKK", 10, 10 * month, 10 * year),
        Cost("74.71", "JKK", 10, 10 * month, 10 * year),
    )
    assert unpriced == ()


def test_programs_and_regions_stand_apart_and_add_up() -> None:
    cells = [
        lacking("JKK", "JHT"),
        lacking("JKK", persons=5, regency="74.02"),
        lacking("JHT", transport=True),
    ]
    priced, _ = costs(cells, POLICY, date(2026, 12, 1), "SELF")
    assert [(cost.region, cost.program, cost.persons) for cost in priced] == [
        ("ID", "JKK", 15),
        ("ID", "JHT", 20),
        ("74.02", "JKK", 5),
        ("74.71", "JKK", 10),
        ("74.71", "JHT", 20),
    ]
    assert priced[1].per_month == 20 * 20_000


def test_what_has_no_price_is_named() -> None:
    priced, unpriced = costs([lacking("JKM", "JP", "JKP")], POLICY, date(2026, 12, 1), "SELF")
    assert {cost.program for cost in priced} == {"JKM"}
    assert unpriced == ("JP", "JKP")


@pytest.mark.parametrize(("policy", "day"), [(None, date(2026, 1, 1)), (POLICY, date(2010, 1, 1))])
def test_without_a_tariff_nothing_is_priced(policy: Policy | None, day: date) -> None:
    priced, unpriced = costs([lacking("JKK", "JKM")], policy, day, "SELF")
    assert priced == ()
    assert unpriced == ("JKK", "JKM")
