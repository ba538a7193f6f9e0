"""An erasure that meets a rebuild, a restart, a registry that is away: it holds all the same."""

import json

import pytest

from schemas.errors import Retryable
from schemas.events import REINSTATED_AFTER_MS
from schemas.names import DTSEN_PERSONS, HUB_CONTROL, HUB_QUARANTINE, HUB_STATE
from schemas.records import Outgoing, TopicPartition
from streams.coverage.region_index import RegionIndex
from streams.engine.owned import Owned
from streams.engine.partials import HURRIED_S, Partials
from streams.engine.partition import Partition
from streams.engine.sweep import SweepLimits
from tests.oracle.examples import person
from tests.streams.engine import laws
from tests.streams.engine.test_erasure import ANA, BUDI, VERSION, lose_state, told_of
from tests.streams.engine.test_erasure import world as world
from tests.streams.engine.test_lookups import answers, ask
from tests.streams.engine.world import REGISTRY, World


def pass_time(world: World, seconds: float) -> None:
    """On the engines' clock and the broker's."""
    world.now_s += seconds
    world.broker.clock_ms += int(seconds * 1000)


def test_erased_and_reinstated_before_the_state_was_lost(world: World) -> None:
    world.kill_all()
    world.erase(ANA)
    world.reinstate(ANA)
    lose_state(world)
    world.start(allow_rebuild=True)
    world.settle()
    assert world.published().keys() == {BUDI}
    laws.published_equals_desired(world.oracle, world.published())


def test_whoever_comes_back_in_a_rebuild_begins_with_seq_1(world: World) -> None:
    world.kill_all()
    world.erase(ANA)
    world.reinstate(ANA)
    world.broker.clock_ms += REINSTATED_AFTER_MS
    world.publish(DTSEN_PERSONS, ANA, person(decile=1))
    lose_state(world)
    world.start(allow_rebuild=True)
    world.settle()
    assert [state.seq for state in world.published()[ANA]] == [1]


def test_a_rebuild_keeps_the_record_of_somebody_reinstated_long_ago(world: World) -> None:
    world.erase(ANA)
    world.settle()
    world.reinstate(ANA)
    world.broker.clock_ms += REINSTATED_AFTER_MS
    world.publish(DTSEN_PERSONS, ANA, person(decile=1))
    world.settle()
    before = world.published()[ANA]
    world.kill_all()
    lose_state(world)
    world.start(allow_rebuild=True)
    world.settle()
    assert world.published()[ANA] == before
    laws.published_equals_desired(world.oracle, world.published())


@pytest.mark.parametrize("steps", range(12))
def test_erased_and_reinstated_in_the_middle_of_a_rebuild(world: World, steps: int) -> None:
    world.kill_all()
    lose_state(world)
    world.start(allow_rebuild=True)
    world.step(steps)
    world.erase(ANA)
    world.reinstate(ANA)
    world.settle()
    assert world.published().keys() == {BUDI}
    laws.published_equals_desired(world.oracle, world.published())


def test_an_event_after_it_that_cannot_be_read_yet(world: World) -> None:
    """The engine folds the erasure, fails at what comes next, and is told to stop."""
    world.erase(ANA)
    append_event_of_a_newer_release(world)
    member = world.members.pop()
    world.registry.away_for = 1
    with pytest.raises(Retryable):
        member.engine.step()
    member.engine.close()
    world.start()
    world.settle()
    assert world.published().keys() == {BUDI}


def append_event_of_a_newer_release(world: World) -> None:
    """The first event once more, by a schema that no engine has asked the registry for."""
    _, value, _ = next(iter(world.records(HUB_CONTROL)))
    assert value is not None
    known = REGISTRY.schema(int.from_bytes(value[1:5], "big"))
    newer = REGISTRY.register("newer", json.dumps({**json.loads(known), "doc": "of a newer release"}))
    again = value[:1] + newer.to_bytes(4, "big") + value[5:]
    world.plain.produce(Outgoing(TopicPartition(HUB_CONTROL, 0), None, [again]))


@pytest.mark.parametrize("restarts", [0, 3])
def test_restarts_do_not_put_off_the_sweep(world: World, restarts: int) -> None:
    world.erase(ANA)
    world.settle()
    wait_s = SweepLimits().after_removal_s
    for _ in range(restarts):
        pass_time(world, wait_s / (restarts + 1))
        world.kill_all()
        world.start()
        world.settle()
        assert told_of(world, ANA, HUB_STATE)
    pass_time(world, wait_s / (restarts + 1))
    world.settle()
    assert not told_of(world, ANA, HUB_STATE)
    laws.check_all(world)


def test_a_look_up_finds_somebody_erased_as_somebody_never_heard_of(world: World) -> None:
    world.erase(ANA)
    world.settle()
    nobody = "2" * 31 + "a"
    for token in (ANA, nobody):
        ask(world, token, token)
    world.settle()
    told = {answer.lookup: answer for answer in answers(world)}
    without_place = [
        {name: said for name, said in json.loads(told[token].explanation).items() if name != "partition"}
        for token in (ANA, nobody)
    ]
    assert not told[ANA].found
    assert without_place[0] == without_place[1]


def test_a_key_that_is_none_is_nobodys(world: World) -> None:
    world.erase("0" * 32)
    world.settle()
    world.publish(DTSEN_PERSONS, BUDI, person(version=VERSION + 1), raw_key=b"not a token", partition=0)
    world.settle()
    assert len(list(world.records(HUB_QUARANTINE))) == 1
    laws.check_all(world)


def test_proof_is_not_waited_for_as_long_as_counts_may_be_apart(world: World) -> None:
    """Counting takes a second here, so the next count would be due in a minute."""
    now = [0.0]

    def slow() -> float:
        now[0] += 1.0
        return now[0]

    partials = Partials(world.plain, world.codec, RegionIndex(), slow)
    owned = [Owned(Partition(number), {}, {}) for number in range(3)]
    for control_offset in range(3):
        partials.send(owned, None, control_offset, 0)
    now[0] += HURRIED_S
    assert not partials.due()
    partials.hurry(1)
    assert partials.due()
    told = partials.send(owned, None, 3, 0)
    assert told is owned[1]
