"""Somebody erased: gone from state, topics and counts, whatever breaks meanwhile, until reinstated."""

from dataclasses import replace

import pytest

from schemas.errors import TransactionAborted
from schemas.events import REINSTATED_AFTER_MS
from schemas.names import (
    BPJS_MEMBERSHIPS,
    COVERAGE_PERSONS,
    DTSEN_PERSONS,
    HUB_HOLDS,
    HUB_QUARANTINE,
    HUB_STATE,
)
from schemas.records import TopicPartition
from streams.engine.limits import EngineLimits
from streams.engine.sweep import SweepLimits
from tests.fakes.faults import Point, ProcessKilled
from tests.oracle.examples import RELEASE, enrolment, membership, person
from tests.streams.engine import laws
from tests.streams.engine.beginnings import hub_with_rules
from tests.streams.engine.world import TODAY, World

ANA, BUDI = "0" * 31 + "a", "1" * 31 + "b"
VERSION = 20261 * RELEASE
AT_ONCE = EngineLimits(sweep=SweepLimits(after_removal_s=0.0))


@pytest.fixture
def world() -> World:
    """Both have facts of both agencies and a record."""
    world = hub_with_rules()
    for token in (ANA, BUDI):
        world.publish(DTSEN_PERSONS, token, person(decile=1))
        world.publish(BPJS_MEMBERSHIPS, token, membership(enrolment("BPU", TODAY)))
    world.start()
    world.settle()
    assert world.published().keys() == {ANA, BUDI}
    return world


def lose_state(world: World) -> None:
    for number in range(world.partitions):
        state = TopicPartition(HUB_STATE, number)
        world.admin.delete_before(state, world.admin.high_watermark(state))


def told_of(world: World, token: str, topic: str) -> bool:
    """Whether the token is on a topic of the broker, in a key or anywhere in a value; or its bytes are."""
    needles = token.encode(), bytes.fromhex(token)
    return any(
        needle in (text or b"")
        for key, value, _ in world.records(topic)
        for text in (key, value)
        for needle in needles
    )


def test_an_erased_person_has_a_tombstone_and_no_row(world: World) -> None:
    world.erase(ANA)
    world.settle()
    laws.check_all(world)
    assert world.published().keys() == {BUDI}
    last = {key: value for key, value, _ in world.records(COVERAGE_PERSONS)}
    assert last[ANA.encode()] is None
    assert sum(partial["persons"] for partial in laws.last_partials(world).values()) == 1


def test_nobody_else_is_touched_by_it(world: World) -> None:
    before = world.published()[BUDI]
    world.erase("f" * 32)
    world.erase(ANA)
    world.settle()
    assert world.published()[BUDI] == before


def test_later_facts_are_counted_and_not_kept(world: World) -> None:
    world.erase(ANA)
    world.publish(DTSEN_PERSONS, ANA, person(version=VERSION + 1, decile=2))
    world.publish(DTSEN_PERSONS, ANA, {**person(version=VERSION + 2), "decile": 11})
    world.publish(BPJS_MEMBERSHIPS, ANA, b"not Avro", headers={"batch": b"broken"})
    world.publish(DTSEN_PERSONS, BUDI, {**person(version=VERSION + 2), "decile": 11})
    world.settle()
    laws.check_all(world)
    told = laws.told_of_batches(world)
    assert sum(batch["erased"] for batch in told.values()) == 3
    assert {batch["erased"] for (_, _, name), batch in told.items() if name == "broken"} == {1}
    assert len(list(world.records(HUB_QUARANTINE))) == 1  # Budi's


@pytest.mark.parametrize("wait", ["at once", "later"])
def test_a_sweep_takes_away_what_older_blocks_say(world: World, wait: str) -> None:
    world.start(limits=AT_ONCE if wait == "at once" else EngineLimits())
    world.members.pop(0).kill()
    world.erase(ANA)
    world.settle()
    if wait == "later":
        assert told_of(world, ANA, HUB_STATE)
        world.now_s += SweepLimits().after_removal_s
        world.settle()
    assert not told_of(world, ANA, HUB_STATE)
    assert told_of(world, BUDI, HUB_STATE)
    laws.check_all(world)


def test_erased_while_no_engine_ran(world: World) -> None:
    world.members.pop().kill()
    world.erase(ANA)
    world.publish(DTSEN_PERSONS, ANA, person(version=VERSION + 1))
    world.start()
    world.settle()
    laws.check_all(world)
    assert world.published().keys() == {BUDI}


@pytest.mark.parametrize("point", ["after_produce", "after_send_offsets", "after_commit"])
def test_an_engine_that_dies_of_it_leaves_the_rest_to_its_successor(world: World, point: Point) -> None:
    member = world.members.pop()
    member.producer.faults.plan(point, ProcessKilled())
    world.erase(ANA)
    with pytest.raises(ProcessKilled):
        member.run()
    member.kill()
    world.start()
    world.settle()
    laws.check_all(world)
    tombstones = [key for key, value, _ in world.records(COVERAGE_PERSONS) if value is None]
    assert tombstones == [ANA.encode()]


def test_an_aborted_erasure_is_done_again(world: World) -> None:
    world.members[0].producer.faults.plan("before_commit", TransactionAborted("planted"))
    world.erase(ANA)
    world.settle()
    laws.check_all(world)
    assert world.published().keys() == {BUDI}


def test_a_rebuild_leaves_the_erased_out_and_takes_back_what_was_published(world: World) -> None:
    world.members.pop().kill()
    world.erase(ANA)
    lose_state(world)
    world.start(allow_rebuild=True)
    world.settle()
    published = world.published()
    assert published.keys() == {BUDI}
    laws.published_equals_desired(world.oracle, published)


def test_a_reinstated_person_begins_anew(world: World) -> None:
    world.erase(ANA)
    world.publish(DTSEN_PERSONS, ANA, person(version=VERSION + 5, decile=9))
    world.settle()
    world.reinstate(ANA)
    world.publish(DTSEN_PERSONS, ANA, person(version=VERSION + 6, decile=9))
    world.broker.clock_ms += REINSTATED_AFTER_MS
    world.publish(DTSEN_PERSONS, ANA, person(decile=1))
    world.settle()
    laws.check_all(world)
    (state,) = world.published()[ANA]
    assert (state.seq, state.status) == (1, "GAP")
    assert state.verdicts[0].reason == "NEVER_REGISTERED"


def test_facts_from_before_stay_void_when_the_state_is_made_anew(world: World) -> None:
    world.erase(ANA)
    world.settle()
    world.reinstate(ANA)
    world.settle()
    world.members.pop().kill()
    lose_state(world)
    world.start(allow_rebuild=True)
    world.settle()
    assert world.published().keys() == {BUDI}
    laws.published_equals_desired(world.oracle, world.published())


def test_erased_and_reinstated_while_no_engine_ran(world: World) -> None:
    world.members.pop().kill()
    world.erase(ANA)
    world.reinstate(ANA)
    world.broker.clock_ms += REINSTATED_AFTER_MS
    world.publish(BPJS_MEMBERSHIPS, ANA, membership(version=1))
    world.start()
    world.settle()
    laws.check_all(world)
    assert world.published().keys() == {BUDI}


def test_a_hold_goes_too(world: World) -> None:
    world.grant(TODAY, 0)
    world.publish(DTSEN_PERSONS, ANA, person(version=VERSION + 1, decile=9))
    world.settle()
    assert world.holds().keys() == {ANA}
    world.erase(ANA)
    world.settle()
    laws.check_all(world)
    assert world.holds() == {}
    assert [value for _, value, _ in world.records(HUB_HOLDS)][-1] is None


def test_a_removed_row_is_restored_as_removed(world: World) -> None:
    world.erase(ANA)
    world.settle()
    world.members.pop().kill()
    swept = replace(AT_ONCE.sweep, bytes_at_least=1, garbage_factor=0)
    world.start(limits=replace(AT_ONCE, sweep=swept))
    world.settle()
    laws.check_all(world)
    assert sum(partial["persons"] for partial in laws.last_partials(world).values()) == 1
