"""Waiting ends when everything is there, and says what is missing when nothing moves."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from deploy.demo.ledger import SentBatch
from deploy.demo.settling import PATIENCE_S, HubStandsStill, Settling
from schemas.errors import Refused
from schemas.events import BatchReceipt, DirectiveStatus, RegionTotals
from tests.deploy.demo.world import NOON, directive_status
from tests.fakes.totals import directive_totals, region_totals

DAY = date(2025, 4, 30)
BATCH = SentBatch("b-1", "dtsen.persons", 3, 0)


class Seen:
    """Stands for the observer: what is seen is set by the test."""

    def __init__(self) -> None:
        self.follower, self.recorder = self, self
        self.totals: dict[str, RegionTotals] = {}
        self.receipts: dict[str, BatchReceipt] = {}
        self.directives: dict[str, DirectiveStatus] = {}
        self.standing: Counter[str] = Counter()
        self.records = self.lag = 0
        self.open = self.read = True

    def check(self) -> None:
        """Nothing has gone wrong."""

    def nothing_open(self) -> bool:
        return self.open

    def recorded_all(self) -> bool:
        return self.read


class Time:
    """A clock that only moves when somebody sleeps, and things that happen at certain times."""

    def __init__(self) -> None:
        self.now = 0.0
        self.events: dict[int, Any] = {}

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for at in [at for at in self.events if at <= self.now]:
            self.events.pop(at)()


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def settling(seen: Seen, time: Time) -> Settling:
    return Settling(seen, lambda: None, lambda: time.now, time.sleep)  # type: ignore[arg-type]


def _receipt(accepted: int) -> BatchReceipt:
    missing = 3 - accepted
    return BatchReceipt("BPS", "dtsen.persons", 3, accepted, 0, 0, 0, 0, 0, missing, missing == 0, 4, 4, NOON)


def _nation(covered: int, on: date = DAY, reported: int = 4) -> RegionTotals:
    return region_totals("NATION", directive_totals(10, covered), on=on, reported=reported)


def test_a_month_is_over_when_receipts_and_totals_are_there(
    seen: Seen, time: Time, settling: Settling
) -> None:
    seen.receipts["b-1"] = _receipt(2)
    seen.totals["ID"] = _nation(4, on=date(2025, 4, 16))
    time.events = {
        10: lambda: seen.receipts.update({"b-1": _receipt(3)}),
        20: lambda: seen.totals.update({"ID": _nation(4, reported=3)}),
        30: lambda: seen.totals.update({"ID": _nation(4)}),
    }
    settling.month(DAY, [BATCH])
    assert time.now == pytest.approx(30, abs=0.5)


def test_a_hub_that_stands_still_is_given_up_and_what_is_missing_is_said(
    seen: Seen, time: Time, settling: Settling
) -> None:
    time.events = {50: lambda: setattr(seen, "records", 7)}
    with pytest.raises(HubStandsStill, match=r"the receipt of b-1, the totals of 2025-04-30"):
        settling.month(DAY, [BATCH])
    assert time.now == pytest.approx(50 + PATIENCE_S, abs=1)


def test_the_end_waits_until_totals_say_what_was_recorded(seen: Seen, time: Time, settling: Settling) -> None:
    seen.receipts["b-1"], seen.totals["ID"] = _receipt(3), _nation(4)
    seen.standing = Counter(GAP=5, COVERED=4)
    seen.open = False
    time.events = {
        10: lambda: setattr(seen, "open", True),
        20: lambda: seen.standing.update(GAP=1),
    }
    settling.end(DAY, [BATCH])
    assert time.now >= 20


def test_totals_that_never_say_what_was_recorded_are_an_error(seen: Seen, settling: Settling) -> None:
    seen.receipts["b-1"], seen.totals["ID"] = _receipt(3), _nation(4)
    seen.standing = Counter(GAP=5, COVERED=5)
    with pytest.raises(HubStandsStill, match="totals that say what was recorded"):
        settling.end(DAY, [BATCH])


def test_a_directive_is_awaited(seen: Seen, time: Time, settling: Settling) -> None:
    time.events = {5: lambda: seen.directives.update({"inpres-8-2025": directive_status("IN_FORCE")})}
    settling.directive("inpres-8-2025", "IN_FORCE")
    assert time.now == pytest.approx(5, abs=0.5)


def test_a_directive_that_is_rejected_ends_the_demo(seen: Seen, settling: Settling) -> None:
    seen.directives["inpres-8-2025"] = directive_status("REJECTED", "requires: empty")
    with pytest.raises(Refused, match="requires: empty"):
        settling.directive("inpres-8-2025", "IN_FORCE")
