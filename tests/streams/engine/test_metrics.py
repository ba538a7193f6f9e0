"""What an engine shows of itself, from a real engine on the in-memory log."""

from datetime import date

from prometheus_client import CollectorRegistry

from monitoring.liveness import Health
from monitoring.registry import EngineMetrics
from schemas.errors import TransactionAborted
from schemas.names import DTSEN_PERSONS
from schemas.partitioner import partition_for
from streams.engine.metrics import MetricsObserver
from tests.oracle.examples import ANA, BUDI, directive, person
from tests.streams.engine.world import TODAY, Member, World

TOPIC = {"topic": DTSEN_PERSONS, "agency": "BPS"}


class Shown:
    """An engine's window for Prometheus."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.health = Health()
        self.observer = MetricsObserver(EngineMetrics(self._registry), self.health)

    def value(self, name: str, **labels: str) -> float | None:
        return self._registry.get_sample_value(f"jangkau_engine_{name}", labels)


def start(world: World, slot: int = 0) -> tuple[Shown, Member]:
    shown = Shown()
    return shown, world.start(slot, observer=shown.observer)


def test_records_count_by_class_once_committed(world: World) -> None:
    shown, _ = start(world)
    world.publish(DTSEN_PERSONS, ANA, person())
    world.publish(DTSEN_PERSONS, ANA, person())
    world.publish(DTSEN_PERSONS, BUDI, person(decile=11))
    world.settle()
    assert shown.value("consumed_records_total", **TOPIC) == 3
    classes = {
        name: shown.value("classified_records_total", **TOPIC, **{"class": name})
        for name in ("accepted", "duplicate", "quarantined", "stale")
    }
    assert classes == {"accepted": 1, "duplicate": 1, "quarantined": 1, "stale": None}
    assert shown.value("quarantined_records_total", **TOPIC, reason="INVALID_DECILE") == 1
    assert shown.value("published_records_total") == 1
    assert shown.value("published_latency_seconds_count") == 3
    assert (shown.value("state_bytes_total") or 0) > 0
    number = str(partition_for(ANA.encode(), world.partitions))
    assert shown.value("persons", partition=number) == 1


def test_a_fact_of_somebody_erased_counts_as_such(world: World) -> None:
    shown, _ = start(world)
    world.settle()
    world.erase(ANA)
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    assert shown.value("classified_records_total", **TOPIC, **{"class": "erased"}) == 1


def test_what_an_abort_undid_is_counted_once(world: World) -> None:
    shown, member = start(world)
    world.settle()
    member.producer.faults.plan("before_commit", TransactionAborted("planted"))
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    assert shown.value("transactions_total", outcome="aborted") == 1
    assert shown.value("consumed_records_total", **TOPIC) == 1


def test_the_rules_it_works_under() -> None:
    world = World.at_noon()
    shown, _ = start(world)
    world.settle()
    names = ("control_offset", "business_date_days", "directives_in_force")
    assert [shown.value(name) for name in names] == [0, 0, 0]
    world.set_policy()
    world.set_date(TODAY)
    world.put_in_force(directive())
    world.settle()
    assert [shown.value(name) for name in names] == [3, (TODAY - date(1970, 1, 1)).days, 1]


def test_a_takeover_is_seen_from_its_beginning_to_its_end(world: World) -> None:
    _, first = start(world)
    for token in (ANA, BUDI):
        world.publish(DTSEN_PERSONS, token, person())
    world.settle()
    first.kill()
    world.members.clear()
    shown, _ = start(world)
    seen: list[float] = []
    for _ in range(50):
        world.step()
        for number in range(world.partitions):
            progress = shown.value("restore_progress_ratio", partition=str(number))
            if progress is not None:
                seen.append(progress)
                assert not shown.health.view().ready
    assert seen
    assert set(seen) <= {0.0, 1.0}, "one step reads all there is of so small a state"
    world.settle()
    assert shown.value("takeovers_total") == world.partitions
    assert shown.value("restored_rows_total") == 2
    assert shown.value("restore_seconds_count") == world.partitions
    assert shown.value("restoring_partitions") == 0
    assert shown.value("owned_partitions") == world.partitions
    assert all(shown.value("restore_progress_ratio", partition=str(n)) is None for n in range(2))
    assert shown.health.view().ready


def test_partitions_that_went_without_notice(world: World) -> None:
    shown, member = start(world)
    world.settle()
    assert shown.value("lost_partitions_total") == 0
    member.consumer.lose_session()
    world.settle()
    assert shown.value("lost_partitions_total") == world.partitions
    assert shown.value("owned_partitions") == world.partitions, "it joined again"


def test_a_partition_given_up_shows_no_more(world: World) -> None:
    shown, member = start(world)
    world.settle()
    start(world, 1)
    world.settle()
    (kept,) = member.engine.owned
    assert shown.value("persons", partition=str(kept)) == 0
    assert shown.value("persons", partition=str(1 - kept)) is None
    assert shown.value("lost_partitions_total") == 0
