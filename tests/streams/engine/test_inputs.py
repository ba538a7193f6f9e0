"""An input of which too much is rejected stands still until somebody decides; nothing else does."""

from dataclasses import replace

import pytest

from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, HUB_QUARANTINE
from schemas.records import TopicPartition
from streams.engine.inputs import RejectCount, RejectLimits
from streams.engine.limits import EngineLimits
from tests.fakes.faults import ProcessKilled
from tests.oracle.examples import RELEASE, directive, membership, person
from tests.streams.engine import laws
from tests.streams.engine.world import TODAY, World

LIMITS = EngineLimits(records_per_read=10, rejects=RejectLimits(window=100, records=20, share=0.5))
ANA = "0" * 31 + "a"
AT_MOST = 20 + 10
"""Rejects until it stops, and one read more."""


@pytest.fixture
def world() -> World:
    world = World(partitions=1)
    world.broker.clock_ms = World.at_noon().broker.clock_ms
    world.set_policy()
    world.set_date(TODAY)
    world.put_in_force(directive())
    world.start(limits=LIMITS)
    world.settle()
    return world


def flood(world: World, records: int, topic: str = DTSEN_PERSONS) -> None:
    for _ in range(records):
        world.publish(topic, ANA, b"not Avro", headers={"batch": b"bad release"})


def quarantined(world: World) -> int:
    return len(list(world.records(HUB_QUARANTINE)))


def stopped(world: World) -> list[str]:
    return sorted(world.members[0].engine.owned[0].partition.inputs.stopped)


def waiting(world: World, topic: str = DTSEN_PERSONS) -> int:
    """Records of a topic that no transaction has gone past."""
    source = TopicPartition(topic, 0)
    return world.broker.partition(source).end - world.members[0].engine.owned[0].written[topic]


def test_a_flood_of_rejects_does_not_drain_the_topic(world: World) -> None:
    flood(world, 500)
    world.settle()
    assert stopped(world) == [DTSEN_PERSONS]
    assert LIMITS.rejects.records <= quarantined(world) <= AT_MOST
    assert waiting(world) == 500 - quarantined(world)


def test_the_other_input_goes_on(world: World) -> None:
    flood(world, 100)
    world.settle()
    world.publish(BPJS_MEMBERSHIPS, ANA, membership())
    world.settle()
    assert waiting(world, BPJS_MEMBERSHIPS) == 0


def test_rejects_among_good_records_stop_nothing(world: World) -> None:
    for number in range(100):
        world.publish(DTSEN_PERSONS, ANA, person(version=20261 * RELEASE + number))
        if number % 2:
            flood(world, 1)
    world.settle()
    assert stopped(world) == []
    laws.check_all(world)


def test_it_goes_on_when_told_to_and_stops_again_if_nothing_is_better(world: World) -> None:
    flood(world, 100)
    world.settle()
    before = quarantined(world)
    world.resume_input(DTSEN_PERSONS)
    world.settle()
    assert stopped(world) == [DTSEN_PERSONS]
    assert before + LIMITS.rejects.records <= quarantined(world) <= before + AT_MOST


def test_an_allowance_lets_the_bad_ones_pass(world: World) -> None:
    flood(world, 100)
    world.publish(DTSEN_PERSONS, ANA, person(decile=1))
    world.settle()
    assert world.published() == {}
    world.resume_input(DTSEN_PERSONS, rejects=100)
    world.settle()
    assert stopped(world) == []
    assert quarantined(world) == 100
    assert world.published().keys() == {ANA}
    laws.check_all(world)


@pytest.mark.parametrize("decided", ["before it stopped", "while no engine ran"])
def test_a_successor_leaves_it_so_until_somebody_decides(world: World, decided: str) -> None:
    if decided == "before it stopped":
        world.resume_input(DTSEN_PERSONS, rejects=10_000)
        world.settle()
    flood(world, 100)
    world.settle()
    before = quarantined(world)
    world.members.pop().kill()
    if decided == "while no engine ran":
        world.resume_input(DTSEN_PERSONS, rejects=10_000)
    world.start(limits=LIMITS)
    world.settle()
    if decided == "while no engine ran":
        assert (stopped(world), quarantined(world)) == ([], 100)
        laws.check_all(world)
    else:
        assert (stopped(world), quarantined(world)) == ([DTSEN_PERSONS], before)


def test_dying_of_it_stops_it_all_the_same(world: World) -> None:
    member = world.members.pop()
    member.producer.faults.plan("before_commit", ProcessKilled())
    flood(world, 100)
    with pytest.raises(ProcessKilled):
        member.run()
    member.kill()
    world.start(limits=LIMITS)
    world.settle()
    assert stopped(world) == [DTSEN_PERSONS]
    assert quarantined(world) <= AT_MOST


def test_old_records_weigh_less_and_less() -> None:
    limits = replace(LIMITS.rejects, window=100)
    count = RejectCount()
    for _ in range(50):
        count.add(100, 0, limits)
    for _ in range(3):
        count.add(100, 100, limits)
    assert count.is_too_much(limits)
