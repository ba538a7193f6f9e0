"""Section 3, with dates worked out by hand."""

from datetime import date

import pytest

from tests.oracle.examples import Tables, enrolment, membership
from tests.oracle.membership import arrears, situation

MARCH = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("segment", "paid_through", "day", "months"),
    [
        # PU: April is due on 15 May.
        ("PU", MARCH, date(2026, 3, 31), 0),
        ("PU", MARCH, date(2026, 4, 1), 0),  # the first of the month is no gap
        ("PU", MARCH, date(2026, 5, 15), 0),
        ("PU", MARCH, date(2026, 5, 16), 1),
        ("PU", MARCH, date(2026, 6, 16), 2),
        # BPU: April is due on 15 April.
        ("BPU", MARCH, date(2026, 4, 15), 0),
        ("BPU", MARCH, date(2026, 4, 16), 1),
        ("BPU", MARCH, date(2026, 5, 15), 1),
        ("BPU", MARCH, date(2026, 7, 16), 4),
        ("BPU", date(2026, 3, 2), date(2026, 4, 15), 0),  # the month of paid_through is paid, all of it
        ("BPU", date(2025, 12, 31), date(2026, 1, 16), 1),  # over the new year
        ("BPU", date(2026, 12, 31), date(2026, 4, 10), 0),  # paid ahead
        # JAKON and PMI: to the last day, then by calendar months.
        ("JAKON", MARCH, MARCH, 0),
        ("JAKON", MARCH, date(2026, 4, 1), 1),
        ("JAKON", MARCH, date(2026, 4, 30), 1),
        ("JAKON", MARCH, date(2026, 5, 1), 2),
        ("PMI", date(2026, 3, 15), date(2026, 3, 16), 1),
        ("PMI", date(2026, 3, 15), date(2026, 4, 1), 2),
        ("PMI", date(2026, 12, 31), date(2027, 1, 1), 1),
    ],
)
def test_months_in_arrears(segment: str, paid_through: date, day: date, months: int) -> None:
    assert arrears(enrolment(segment, paid_through), Tables(), day) == months


def test_in_arrears_for_three_months_then_lapsed() -> None:
    snapshot = membership(enrolment("BPU", MARCH))
    third = situation(snapshot, Tables(), date(2026, 7, 15), 0)
    fourth = situation(snapshot, Tables(), date(2026, 7, 16), 0)
    assert (third.alive, third.in_arrears) == ((), ("JKK", "JKM"))
    assert (fourth.alive, fourth.in_arrears) == ((), ())


def test_tolerance_keeps_a_program_alive() -> None:
    snapshot = membership(enrolment("BPU", MARCH))
    assert situation(snapshot, Tables(), date(2026, 4, 16), 1).alive == ("JKK", "JKM")
    assert situation(snapshot, Tables(), date(2026, 5, 16), 1).alive == ()


def test_any_segment_will_do() -> None:
    """A job lost in March, self-employed since: PU runs out, BPU carries on."""
    day = date(2026, 6, 10)
    lost = enrolment("PU", date(2026, 2, 28), "JKK", "JKM", "JHT", "JP")
    own = enrolment("BPU", date(2026, 5, 31))
    now = situation(membership(lost, own), Tables(), day, 0)
    assert now.alive == ("JKK", "JKM")
    assert now.in_arrears == ("JHT", "JP")  # March and April of PU are past their due days
    assert situation(membership(lost), Tables(), day, 0).alive == ()


def test_no_fact_and_no_enrolment_are_two_things() -> None:
    assert not situation(None, Tables(), MARCH, 0).has_fact
    ended = situation(membership(), Tables(), MARCH, 0)
    assert ended.has_fact
    assert not ended.has_enrolment
