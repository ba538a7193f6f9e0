"""Held changes and the guard as text."""

from datetime import UTC, date, datetime

from deploy.query.holds import grouped, guard_standing
from deploy.view.holds import guard_lines, guard_plain, hold_lines, person_lines
from schemas.events import (
    ControlBody,
    ControlEvent,
    GuardGranted,
    GuardLimitSet,
    GuardShare,
    HeldDirective,
    Hold,
)
from streams.control.decisions import decide
from tests.fakes.totals import FakeNames

NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)


def _hold(region: str = "74.71.01", day: int = 1) -> Hold:
    named = (HeldDirective("inpres-8-2025", 1),)
    return Hold("WAITING", named, region, (20262 << 32) + 1, 7, date(2026, 3, day), 12, NOON)


def _event(subject: str, version: int, step: int, body: ControlBody) -> ControlEvent:
    return decide(subject, version, step, "dinsos", "BA 3/2026", NOON, body)


def test_holds_are_counted_where_and_why() -> None:
    lines = hold_lines(grouped([_hold(), _hold("74.71", 4), _hold("74.01")]), FakeNames())
    assert lines[0] == "Ditahan / held: 3 orang / persons, menunggu keputusan / waiting 3"
    assert "  Kota Kendari (74.71): 2 menunggu keputusan / waiting for a decision" in lines
    assert "      inpres-8-2025 v1  1 Mar 2026 – 4 Mar 2026  DTSEN 2026 triwulan/quarter 2" in lines


def test_nobody_held() -> None:
    assert hold_lines([], FakeNames()) == ["Tidak ada yang ditahan. / Nobody is held."]


def test_persons_by_token() -> None:
    (line,) = person_lines({"0f" * 16: _hold()})
    assert line.startswith("0f" * 16)
    assert "74.71.01" in line


def test_the_guard_shows_what_may_leave_and_who_set_a_limit() -> None:
    granted = GuardGranted(date(2026, 3, 1), (GuardShare("74.71", 400), GuardShare("74.01", 310)), 25)
    earlier = GuardGranted(date(2026, 3, 1), (), 25)
    standing = guard_standing(
        [
            _event("guard", 5, 1, granted),
            _event("guard", 5, 0, earlier),
            _event("guard-limit:74.71", 1, 0, GuardLimitSet("74.71", 400)),
        ]
    )
    lines = guard_lines(standing, FakeNames())
    assert "  Kota Kendari (74.71): 400  ditetapkan / set by dinsos: BA 3/2026" in lines
    assert "  Kolaka (74.01): 310" in lines
    assert lines[-1].startswith("  wilayah lain / elsewhere: 25")
    assert guard_plain(standing)["at_most"] == {"74.71": 400, "74.01": 310}
    assert guard_plain(standing)["limits"]["74.71"] == {"persons": 400, "by": "dinsos", "basis": "BA 3/2026"}


def test_no_grant_is_no_guard_and_said_so() -> None:
    (line,) = guard_lines(guard_standing([]), FakeNames())
    assert "does not work yet" in line
    assert guard_plain(guard_standing([]))["date"] is None
