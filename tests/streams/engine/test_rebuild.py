"""A state that does not fit is refused; with --rebuild the same verdicts stand again, and no other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from schemas.errors import Refused
from schemas.names import COVERAGE_PERSONS, DTSEN_PERSONS, HUB_CONTROL, HUB_STATE
from schemas.records import Outgoing, TopicPartition
from streams.engine.blocks import LAYOUT, PARTITION_KEY, PartitionBlock, SweepMark
from streams.engine.needs_rebuild import NeedsRebuild
from tests.oracle.examples import ANA, BUDI, RELEASE_2026_1, person
from tests.streams.engine import laws
from tests.streams.engine.beginnings import hub_that_published, set_rules
from tests.streams.engine.world import World

LATER = date(2026, 5, 16)


@pytest.fixture
def world() -> World:
    """A hub that has published and stands still."""
    world = hub_that_published()
    world.kill_all()
    return world


def make_anew(world: World, topic: str, partitions: int) -> None:
    world.broker.delete_topic(topic)
    world.broker.create_topic(topic, partitions)


def lose_state(world: World) -> None:
    make_anew(world, HUB_STATE, world.partitions)


def cut_state(world: World) -> None:
    for number in range(world.partitions):
        at = TopicPartition(HUB_STATE, number)
        world.admin.delete_before(at, world.broker.partition(at).end - 1)


def add_block(world: World, change: Callable[[PartitionBlock], PartitionBlock]) -> None:
    """After the last partition block of each partition another one, changed."""
    last = {at: value for key, value, at in world.records(HUB_STATE) if key == PARTITION_KEY}
    assert len(last) == world.partitions
    for at, value in last.items():
        block = change(PartitionBlock.decode(value or b""))
        world.plain.produce(Outgoing(at, [PARTITION_KEY], [block.encode()]))


def damage_state(world: World) -> None:
    add_block(world, lambda block: replace(block, sweep=SweepMark(start=0, rows=99, digest=0)))


def write_in_another_layout(world: World) -> None:
    add_block(world, lambda block: replace(block, layout=LAYOUT + 1))


def publish_on_a_new_topic(world: World) -> None:
    make_anew(world, DTSEN_PERSONS, world.partitions)
    for token in (ANA, BUDI):
        world.publish(DTSEN_PERSONS, token, person())


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lose_state, "the state is lost"),
        (cut_state, "part of the state was deleted"),
        (damage_state, "is damaged"),
        (write_in_another_layout, "this version reads layouts"),
        (publish_on_a_new_topic, "deleted and created again"),
    ],
)
def test_refused_and_made_anew_when_asked(world: World, harm: Callable[[World], None], message: str) -> None:
    before = world.published()
    harm(world)
    world.start()
    with pytest.raises(NeedsRebuild, match=message):
        world.settle()
    world.kill_all()
    world.start(allow_rebuild=True)
    world.settle()
    assert world.published() == before, "nothing has changed for subscribers"
    world.kill_all()
    world.start()
    world.set_date(LATER)
    world.settle()
    published = world.published()
    assert {token: len(states) for token, states in published.items()} == {ANA: 2, BUDI: 2}
    laws.published_equals_desired(world.oracle, published)
    laws.replay_equals_live(world.oracle, published)
    laws.counted_without_gap(published)


def test_a_new_topic_of_what_is_published_is_refused_and_filled_when_asked(world: World) -> None:
    make_anew(world, COVERAGE_PERSONS, world.partitions)
    world.start()
    with pytest.raises(NeedsRebuild, match=r"coverage\.persons was deleted and created again"):
        world.settle()
    world.kill_all()
    world.start(allow_rebuild=True)
    world.settle()
    published = world.published()
    assert {token: [state.seq for state in states] for token, states in published.items()} == {
        ANA: [1],
        BUDI: [1],
    }
    laws.published_equals_desired(world.oracle, published)
    laws.counted_without_gap(published)


def lose_facts(world: World) -> None:
    for token in (ANA, BUDI):
        world.publish(DTSEN_PERSONS, token, person(version=RELEASE_2026_1 + 1, decile=9))
    for number in range(world.partitions):
        at = TopicPartition(DTSEN_PERSONS, number)
        world.admin.delete_before(at, world.broker.partition(at).end)


def test_lost_facts_are_refused_also_when_asked(world: World) -> None:
    lose_facts(world)
    world.start()
    with pytest.raises(NeedsRebuild, match="records were lost while no engine ran"):
        world.settle()
    world.kill_all()
    world.start(allow_rebuild=True)
    with pytest.raises(Refused, match="older facts are gone"):
        world.settle()


def test_lost_facts_are_made_good_on_a_new_topic(world: World) -> None:
    before = world.published()
    lose_facts(world)
    publish_on_a_new_topic(world)
    world.start(allow_rebuild=True)
    world.settle()
    assert world.published() == before


def test_another_control_log_is_refused_also_when_asked(world: World) -> None:
    make_anew(world, HUB_CONTROL, 1)
    set_rules(world)
    world.start(allow_rebuild=True)
    with pytest.raises(Refused, match="written under another"):
        world.settle()
