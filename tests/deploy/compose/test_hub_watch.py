"""The watch: what it saw is shown and kept, and what it cannot see is neither."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from prometheus_client import CollectorRegistry

from deploy.compose.hub_series import OF_A_LOOK
from deploy.compose.hub_watch import TOO_OLD_S, HubWatch, Sights
from deploy.query.looking import Look
from monitoring.figures import AgencyFigures, CoverageFigures, HubFigures
from monitoring.handles_hub import HubMetrics
from monitoring.health import PartitionLag, ProcessView
from schemas.errors import Retryable
from schemas.records import TopicPartition
from tests.deploy.waiting import wait_until

PLACE = TopicPartition("dtsen.persons", 0)
LABELS = {"agency": "BPS", "topic": "dtsen.persons", "partition": "0"}
LOOK = Look(
    lag=(PartitionLag(*PLACE, position=10, high_watermark=15, stable=14, seconds=90.0),),
    open_transactions={PLACE: 3.0},
    newest_facts={"BPS": 900.0},
    last_commit_age_s=1.0,
    person_partitions=4,
)
FIGURES = HubFigures(
    agencies=(AgencyFigures("BPS", 800.0, 2, 1), AgencyFigures("KEMNAKER")),
    coverage=(CoverageFigures("74", "inpres-8-2025", 10, 6, 4, 1, 2, 3, 8),),
    nation=(CoverageFigures("ID", "inpres-8-2025", 10, 6, 4, 1, 2, 3, 8),),
    held_directives=("nelayan-kecil v2",),
    business_date=date(2026, 3, 1),
    totals_at=950.0,
    partitions_reported=4,
    partitions=4,
)


class World:
    """A hub that can be seen or not, at a time of the test's choosing."""

    def __init__(self, figures: HubFigures = FIGURES) -> None:
        self.now = 1000.0
        self.figures = figures
        self.trouble: Exception | None = None
        self.looks = 0
        self.opened = 0
        self.registry = CollectorRegistry()
        self.engine = ProcessView("engine-0", 7, alive=True, ready=True)
        sights = Sights(
            self._topics, lambda now: (True, (self.engine,)), lambda: self.figures, lambda: (3, 9)
        )
        self.watch = HubWatch(sights, HubMetrics(self.registry), every_s=0.01, clock=lambda: self.now)

    @contextmanager
    def _topics(self) -> Iterator[Callable[[float], Look]]:
        self.opened += 1

        def look(now: float) -> Look:
            self.looks += 1
            if self.trouble is not None:
                raise self.trouble
            return LOOK

        yield look

    def value(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(f"jangkau_hub_{name}", labels)

    def another_look(self) -> None:
        seen = self.looks + 2  # one may be under way
        wait_until(lambda: self.looks >= seen, "it looks again")


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.watch.start()
    wait_until(lambda: made.looks > 1, "it looks")
    yield made
    made.watch.close()


def test_before_a_look_there_is_nothing() -> None:
    world = World()
    assert world.watch.last() is None
    assert world.value("look_timestamp_seconds") is None
    assert world.value("disk_free_bytes") is None


def test_what_was_seen_is_shown(world: World) -> None:
    assert world.value("look_timestamp_seconds") == 1000.0
    assert world.value("lag_records", **LABELS) == 5
    assert world.value("lag_readable_records", **LABELS) == 4
    assert world.value("lag_seconds", **LABELS) == 90.0
    assert world.value("open_transaction_seconds", topic="dtsen.persons", partition="0") == 3.0
    assert world.value("person_partitions") == 4
    assert world.value("newest_fact_timestamp_seconds", agency="BPS") == 900.0
    assert world.value("newest_complete_batch_timestamp_seconds", agency="BPS") == 800.0
    assert world.value("newest_complete_batch_timestamp_seconds", agency="KEMNAKER") is None
    assert (
        world.value("incomplete_batches", agency="BPS"),
        world.value("stalled_batches", agency="BPS"),
    ) == (2, 1)
    shown = {
        status: world.value("coverage_persons", province="74", directive="inpres-8-2025", status=status)
        for status in ("eligible", "covered", "gap", "held", "lapsing", "incomplete_data")
    }
    assert list(shown.values()) == [10, 6, 4, 1, 2, 3]
    assert world.value("coverage_target_persons", province="74", directive="inpres-8-2025") == 8
    assert world.value("totals_timestamp_seconds") == 950.0
    assert (world.value("totals_partitions"), world.value("totals_reported_partitions")) == (4, 4)
    assert (world.value("disk_free_bytes"), world.value("disk_size_bytes")) == (3, 9)


def test_what_was_seen_is_judged_and_kept(world: World) -> None:
    seen = world.watch.last()
    assert seen is not None
    assert (seen.at, seen.level) == (1000.0, "degraded")
    finding, *waiting = seen.findings
    assert finding.english.startswith("1 partitions behind, 5 events")
    assert finding.runbook == "JangkauVerdictsLate"
    assert [(each.level, each.runbook) for each in waiting] == [
        ("healthy", "JangkauDirectiveHeld"),
        ("healthy", "JangkauHeldChangesWaiting"),
        ("healthy", "JangkauBatchIncomplete"),
    ]
    assert [process.name for process in seen.processes] == ["engine-0"]
    (behind,) = seen.lag
    assert (behind.agency, behind.records, behind.readable, behind.seconds) == ("BPS", 5, 4, 90.0)
    assert seen.disk is not None
    assert (seen.disk.free_bytes, seen.newest_facts) == (3, {"BPS": 900.0})


@pytest.mark.parametrize("trouble", [Retryable("Kafka is away"), RuntimeError("a fault")], ids=type)
def test_while_it_cannot_look_no_lag_is_shown_and_then_it_is_again(world: World, trouble: Exception) -> None:
    opened = world.opened
    world.trouble = trouble
    world.another_look()
    wait_until(lambda: world.watch.last() is None, "nothing is said to be seen")
    for name in OF_A_LOOK:
        assert not [each for each in world.registry.collect() if each.name == name and each.samples], name
    assert world.value("look_timestamp_seconds") == 1000.0, "since when is still told"
    assert world.value("totals_timestamp_seconds") == 950.0, "it says itself how old it is"
    world.trouble = None
    wait_until(lambda: world.watch.last() is not None, "it sees again")
    wait_until(lambda: world.value("lag_records", **LABELS) == 5, "lag is shown again")
    assert world.opened > opened, "connections were made anew"


def test_why_it_cannot_look_is_said_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    world.trouble = Retryable("Kafka is away")
    for _ in range(3):
        world.another_look()
    world.trouble = None
    wait_until(lambda: world.watch.last() is not None, "it sees again")
    said = [record.getMessage() for record in caplog.records if record.name == "deploy.compose.hub_watch"]
    assert said == ["the hub cannot be seen: Kafka is away", "the hub is seen again"]


def test_a_look_that_is_old_is_none(world: World) -> None:
    world.watch.close()
    world.now += TOO_OLD_S
    assert world.watch.last() is not None
    world.now += 1
    assert world.watch.last() is None


def test_totals_not_read_yet_are_no_fault_of_the_hub() -> None:
    world = World(HubFigures())
    world.watch.start()
    try:
        wait_until(lambda: world.watch.last() is not None, "it has looked")
        seen = world.watch.last()
        assert seen is not None
        assert not [each for each in seen.findings if "business date" in each.english]
        assert world.value("totals_partitions") is None
    finally:
        world.watch.close()


def test_closing_ends_the_thread(world: World) -> None:
    world.watch.close()
    assert "hub-watch" not in {thread.name for thread in threading.enumerate()}
