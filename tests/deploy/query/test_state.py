"""`jangkau state check` on topics in memory: what is whole, and every kind of damage."""

from collections.abc import Callable

import pytest

from deploy.query.state import CheckedPartition, StateCheck
from deploy.view.state import as_plain, partition_line, summary_line
from schemas.names import COVERAGE_PERSONS, DTSEN_PERSONS, HUB_CONTROL, HUB_STATE
from schemas.records import TopicPartition
from streams.engine.blocks import PARTITION_KEY, ROWS_KEY
from streams.engine.limits import EngineLimits
from streams.engine.sweep import SweepLimits
from tests.fakes.memory_log import MemoryReader
from tests.oracle.examples import ANA, person
from tests.streams.engine.beginnings import hub_that_published
from tests.streams.engine.test_rebuild import (
    cut_state,
    damage_state,
    lose_facts,
    lose_state,
    make_anew,
    publish_on_a_new_topic,
    write_in_another_layout,
)
from tests.streams.engine.world import World

SWEEPING = EngineLimits(sweep=SweepLimits(bytes_at_least=1, garbage_factor=0))


@pytest.fixture
def world() -> World:
    return hub_that_published()


def check(world: World, *, compare: bool = True) -> list[CheckedPartition]:
    checking = StateCheck(MemoryReader(world.broker), world.admin, world.codec)
    return [checking.check(number, compare=compare) for number in range(world.partitions)]


def faults(world: World, *, compare: bool = True) -> str:
    return "\n".join(fault.what for one in check(world, compare=compare) for fault in one.faults)


@pytest.mark.parametrize("limits", [EngineLimits(), SWEEPING])
def test_a_whole_one(limits: EngineLimits) -> None:
    world = hub_that_published(limits)
    found = check(world)
    assert all(one.whole for one in found)
    assert sum(one.persons for one in found) == 2
    assert sum(one.compared or 0 for one in found) == 2
    assert [one.compared for one in check(world, compare=False)] == [None] * world.partitions


def test_before_anything_was_read_nothing_is_wrong() -> None:
    assert faults(World.at_noon()) == ""


def test_somebody_erased_is_no_damage(world: World) -> None:
    world.erase(ANA)
    world.settle()
    found = check(world)
    assert all(one.whole for one in found)
    assert sum(one.persons for one in found) == 1


def lose_control(world: World) -> None:
    make_anew(world, HUB_CONTROL, 1)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lose_state, "is empty, but verdicts of it were published"),
        (cut_state, "part of the state was deleted"),
        (damage_state, "is damaged"),
        (write_in_another_layout, "this version reads layouts"),
        (publish_on_a_new_topic, "deleted and created again"),
        (lose_facts, "records were lost"),
        (lose_control, "another hub.control"),
    ],
)
def test_each_damage_is_told_with_what_to_do(
    world: World, harm: Callable[[World], None], message: str
) -> None:
    world.kill_all()
    harm(world)
    assert message in faults(world)
    damaged = [one for one in check(world) if not one.whole]
    assert all(fault.remedy for one in damaged for fault in one.faults)


def blank(world: World, key: bytes, at: TopicPartition) -> None:
    """The newest block of a kind is no longer on the log."""
    log = world.broker.partition(at)
    places = [i for i, found in enumerate(log.keys) if found == key]
    log.values[places[-1]] = None


def test_a_block_that_is_lost_after_the_last_sweep_is_found_by_what_was_published(world: World) -> None:
    world.publish(DTSEN_PERSONS, ANA, person(version=person()["version"] + 1, decile=9))
    world.settle()
    number = next(at.partition for key, _, at in world.records(COVERAGE_PERSONS) if key == ANA.encode())
    blank(world, ROWS_KEY, TopicPartition(HUB_STATE, number))
    assert faults(world, compare=False) == ""
    assert "lacks blocks: of 1 persons" in faults(world)


def test_a_partition_block_that_is_lost_leaves_the_one_before(world: World) -> None:
    """Its rows are older than its positions say: the facts after them are read again, and change nothing."""
    blank(world, PARTITION_KEY, TopicPartition(HUB_STATE, 0))
    assert "lacks blocks" not in faults(world)


def test_how_it_is_told(world: World) -> None:
    found = check(world)
    assert "utuh / whole" in partition_line(found[0])
    assert summary_line(found) == "Keadaan utuh / the state is whole: 2 orang / persons."
    world.kill_all()
    lose_state(world)
    broken = check(world)
    text = "\n".join(map(partition_line, broken))
    assert "RUSAK / DAMAGED" in text
    assert "→ start the engine with --rebuild" in text
    assert summary_line(broken).startswith("Partisi rusak / damaged partitions: ")
    assert as_plain(broken[0])["whole"] is False
