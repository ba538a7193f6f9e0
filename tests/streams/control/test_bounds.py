"""Bounds as plain figures: inside, outside, wider, and what has changed since."""

from datetime import date

import pytest

from schemas.directive import DocumentBounds
from schemas.events import Bounds, PreviewFigures, RegionMovement
from streams.control.bounds import differences, exceeded, wider

ROOMY = Bounds(10_000, 10_000, 10_000, 1000)


def figures(*regencies: tuple[str, int, int, int]) -> PreviewFigures:
    """(regency, entering, leaving, staying) each."""
    moved = tuple(RegionMovement(*each) for each in regencies)
    return PreviewFigures(
        "p",
        "0" * 64,
        date(2026, 1, 5),
        7,
        sum(each.entering for each in moved),
        sum(each.leaving for each in moved),
        sum(each.staying for each in moved),
        moved,
    )


@pytest.mark.parametrize(
    ("bounds", "beyond"),
    [
        (Bounds(30, 15, 10, 250), []),
        (Bounds(29, 15, 10, 250), ["entering: 30, more than the 29 allowed"]),
        (Bounds(30, 14, 10, 250), ["leaving: 15, more than the 14 allowed"]),
        (
            Bounds(30, 15, 9, 250),
            ["leaving_regency: 10 in 74.71 Kota Kendari, more than the 9 allowed"],
        ),
        (
            Bounds(30, 15, 4, 250),
            [
                "leaving_regency: 10 in 74.71 Kota Kendari, more than the 4 allowed; "
                "outside in 1 more regency",
            ],
        ),
        (
            Bounds(30, 15, 10, 249),
            [
                "leaving_regency_permille: 5 of 20 in 74.02 Kabupaten Konawe, "
                "more than the 249 in a thousand allowed",
            ],
        ),
    ],
)
def test_each_bound_is_met_up_to_its_last_person(bounds: Bounds, beyond: list[str]) -> None:
    moved = figures(("74.71", 10, 10, 90), ("74.02", 20, 5, 15))
    assert list(exceeded(moved, bounds)) == beyond


def test_every_bound_exceeded_is_told_at_once() -> None:
    beyond = exceeded(figures(("74.71", 10, 10, 0)), Bounds(0, 0, 0, 0))
    assert [line.partition(":")[0] for line in beyond] == [
        "entering",
        "leaving",
        "leaving_regency",
        "leaving_regency_permille",
    ]


def test_where_nobody_is_meant_nobody_leaves_and_that_is_inside() -> None:
    assert exceeded(figures(("74.71", 500, 0, 0)), Bounds(500, 0, 0, 0)) == ()
    assert exceeded(figures(), Bounds(0, 0, 0, 0)) == ()


def test_the_worst_share_is_told_not_the_most_persons() -> None:
    (line,) = exceeded(figures(("74.71", 0, 90, 910), ("74.02", 0, 1, 1)), Bounds(0, 100, 100, 80))
    assert "1 of 2 in 74.02" in line
    assert line.endswith("outside in 1 more regency")


def test_bounds_wider_than_the_directive_s_own() -> None:
    own = DocumentBounds(entering=100, leaving=10, leaving_regency=5, leaving_regency_permille=20)
    assert list(wider(Bounds(100, 10, 5, 20), own)) == []
    assert list(wider(Bounds(101, 10, 6, 20), own)) == [("entering", 101, 100), ("leaving_regency", 6, 5)]
    assert list(wider(Bounds(10**9, 10**9, 10**9, 1000), None)) == []


def test_what_has_changed_names_the_five_regencies_that_differ_most() -> None:
    codes = ["74.01", "74.02", "74.03", "74.04", "74.05", "74.06", "74.71"]
    before = figures(*((code, 10, 0, 5) for code in codes[:-1]))
    now = figures(*((code, 10 + 100 * at, at, 5) for at, code in enumerate(codes)))
    lines = differences(before, now)
    assert lines[0] == "entering: 60 when approved, 2,170 now"
    assert lines[1] == "leaving: 0 when approved, 21 now"
    assert [line.partition(" ")[0] for line in lines[3:]] == ["74.71", "74.06", "74.05", "74.04", "74.03"]
    assert lines[3] == "74.71 Kota Kendari: entering 0 → 610, leaving 0 → 6"
    assert differences(now, now) == ()
