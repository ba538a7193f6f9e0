"""Numbers as they are read in Indonesia."""

from datetime import UTC, date, datetime

import pytest

from deploy.view.numbers import (
    count,
    day,
    duration,
    from_days,
    moment,
    rounded_up,
    rupiah,
    share,
    signed,
    spans,
)


def test_counts() -> None:
    assert [count(0), count(999), count(1_234_567), count(None)] == ["0", "999", "1.234.567", "–"]


def test_differences_carry_their_sign() -> None:
    assert [signed(1200), signed(-3), signed(0), signed(None)] == ["+1.200", "−3", "0", "–"]


def test_shares() -> None:
    assert [share(1, 3), share(5, 0), share(5, None), share(30, 20)] == ["33,3 %", "–", "–", "150,0 %"]


def test_dates() -> None:
    assert day(date(2026, 5, 3)) == "3 Mei 2026"
    assert day(None) == "–"
    assert from_days(date(2026, 5, 3).toordinal() - date(1970, 1, 1).toordinal()) == date(2026, 5, 3)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0.25, "0,2 s"), (45, "45 s"), (300, "5 mnt"), (7200, "2 jam"), (260_000, "3 hr")],
)
def test_lengths_of_time(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_money_and_moments() -> None:
    assert rupiah(84_000_000) == "Rp 84.000.000"
    assert moment(datetime(2026, 5, 5, 3, 4, tzinfo=UTC)) == "5 Mei 2026 03:04 UTC"


@pytest.mark.parametrize(
    ("number", "up"), [(0, 0), (7, 7), (99, 99), (100, 100), (101, 110), (1234, 1300), (99_001, 100_000)]
)
def test_a_bound_leaves_a_little_room(number: int, up: int) -> None:
    assert rounded_up(number) == up


def test_numbers_in_a_row_are_a_span() -> None:
    assert [spans([4, 1, 2, 3, 7]), spans([2]), spans([])] == ["1–4, 7", "2", "–"]
