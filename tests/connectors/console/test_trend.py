"""Days of totals: the last of each, whole before lacking; kept through restarts and failing disks."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.console.trend import DAYS_KEPT, SCHEMA, Point, Trend
from connectors.gateway.group_commit import GroupCommit
from deploy.compose.gateway_ledger import ledger_file, trend_file
from schemas.errors import Retryable
from schemas.events import RegionTotals
from schemas.names import COVERAGE_REGIONS
from tests.fakes.totals import DIRECTIVE, directive_totals, region_totals

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def total(covered: int, *, on: date = DAY, minute: int = 0, reported: int = 4) -> RegionTotals:
    made = region_totals("NATION", directive_totals(100, covered), on=on, reported=reported)
    return replace(made, updated_at=NOON + timedelta(minutes=minute))


class Days:
    """A trend on a file."""

    def __init__(self, file: Path) -> None:
        self.store = GroupCommit(file, SCHEMA, "trend")
        self.trend = Trend(self.store)

    def put(self, *totals: RegionTotals, region: str = "ID") -> None:
        for each in totals:
            self.trend.put(region, each)
            self.flush()

    def flush(self) -> None:
        done = self.trend.flush()
        if done is not None:
            done.result(30)

    def points(self, region: str = "ID") -> list[Point]:
        return self.trend.points(region, DIRECTIVE).result(30)


def test_the_last_of_each_day(tmp_path: Path) -> None:
    days = Days(tmp_path / "t.sqlite")
    days.put(total(10), total(20, minute=1), total(30, on=DAY + timedelta(days=1), minute=2))
    days.put(total(7), region="74.71")
    assert days.points() == [Point(DAY, 100, 20, 80, True), Point(DAY + timedelta(days=1), 100, 30, 70, True)]
    assert days.points("74.71") == [Point(DAY, 100, 7, 93, True)]
    assert days.points("74") == []


def test_what_is_read_once_more_undoes_nothing(tmp_path: Path) -> None:
    days = Days(tmp_path / "t.sqlite")
    days.put(total(10), total(20, minute=1), total(10))
    assert [each.covered for each in days.points()] == [20]
    # The same within one flush.
    days.trend.put("ID", total(30, minute=5))
    days.trend.put("ID", total(25, minute=4))
    days.flush()
    assert [each.covered for each in days.points()] == [30]


def test_one_that_lacks_a_partition_does_not_replace_a_whole_one(tmp_path: Path) -> None:
    days = Days(tmp_path / "t.sqlite")
    days.put(total(5, reported=3))
    assert days.points() == [Point(DAY, 100, 5, 95, False)]
    days.put(total(20, minute=1), total(9, minute=2, reported=3))
    assert days.points() == [Point(DAY, 100, 20, 80, True)]


def test_two_years_are_kept(tmp_path: Path) -> None:
    days = Days(tmp_path / "t.sqlite")
    days.put(total(1), total(2, on=DAY + timedelta(days=DAYS_KEPT - 1)))
    assert len(days.points()) == 2
    days.put(total(3, on=DAY + timedelta(days=DAYS_KEPT)))
    assert [each.covered for each in days.points()] == [2, 3]


def test_a_file_outlives_its_gateway(tmp_path: Path) -> None:
    first = Days(tmp_path / "t.sqlite")
    first.put(total(10))
    # Not closed: as after kill -9, with what was written in the write-ahead log.
    second = Days(tmp_path / "t.sqlite")
    second.put(total(10), total(20, on=DAY + timedelta(days=1)))
    assert [each.covered for each in second.points()] == [10, 20]


class FullDisk:
    """A store that fails as often as it is told to."""

    def __init__(self, file: Path) -> None:
        self.failing = False
        self._store = GroupCommit(file, SCHEMA, "trend")

    def submit(self, work: Callable[[sqlite3.Connection], Any]) -> "Future[Any]":
        if not self.failing:
            return self._store.submit(work)
        failed: Future[Any] = Future()
        failed.set_exception(Retryable("the trend cannot be written"))
        return failed


def test_what_a_full_disk_refused_is_written_later(tmp_path: Path) -> None:
    store = FullDisk(tmp_path / "t.sqlite")
    trend = Trend(store)
    store.failing = True
    trend.put("ID", total(10))
    trend.put("74", total(10))
    refused = trend.flush()
    assert refused is not None
    with pytest.raises(Retryable):
        refused.result(30)
    trend.put("ID", total(20, minute=1))
    store.failing = False
    written = trend.flush()
    assert written is not None
    written.result(30)
    assert [each.covered for each in trend.points("ID", DIRECTIVE).result(30)] == [20]
    assert [each.covered for each in trend.points("74", DIRECTIVE).result(30)] == [10]
    assert trend.flush() is None


class Ids:
    """Which topics there are."""

    def __init__(self, **changed: str) -> None:
        self.changed = changed

    def topic_id(self, topic: str) -> str:
        return self.changed.get(topic, f"id of {topic}")


def test_topics_made_anew_begin_a_new_one(tmp_path: Path) -> None:
    ledger, trend = ledger_file(tmp_path, Ids()), trend_file(tmp_path, Ids())
    for file in (ledger, trend):
        file.write_text("x")
    assert (ledger_file(tmp_path, Ids()), trend_file(tmp_path, Ids())) == (ledger, trend)
    other = trend_file(tmp_path, Ids(**{COVERAGE_REGIONS: "made anew"}))
    assert other != trend
    assert (trend.exists(), ledger.exists()) == (False, True)
