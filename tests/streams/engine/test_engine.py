"""One engine on the in-memory log: from facts to verdicts, as one would try it by hand."""

from datetime import date

import pytest

from schemas.errors import Refused, Retryable, TransactionAborted
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, HUB_STATE
from schemas.records import Outgoing, TopicPartition
from streams.engine.limits import EngineLimits
from streams.engine.partials import SPACING_AT_MOST_S
from tests.fakes.memory_log import MemoryPlainProducer
from tests.oracle.examples import ANA, BUDI, RELEASE_2026_1, directive, enrolment, membership, person
from tests.streams.engine import laws
from tests.streams.engine.world import TODAY, World


def test_one_fact_becomes_one_verdict(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    (state,) = world.published()[ANA]
    assert (state.status, state.change, state.causes) == ("GAP", "OPENED", ("DTSEN",))
    assert state.verdicts[0].reason == "NEVER_REGISTERED"
    assert state.evidence.dtsen is not None
    assert state.evidence.dtsen.version == RELEASE_2026_1
    assert state.evidence.bpjs is None
    laws.check_all(world)


def test_a_membership_closes_the_gap_and_a_lapse_opens_it_again(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    world.publish(BPJS_MEMBERSHIPS, ANA, membership(enrolment("BPU", date(2026, 4, 30))))
    world.settle()
    world.set_date(date(2026, 5, 16))
    world.settle()
    opened, closed, again = world.published()[ANA]
    assert (opened.change, closed.change, again.change) == ("OPENED", "CLOSED", "OPENED")
    assert closed.covered_through == date(2026, 5, 15)
    assert (again.causes, again.verdicts[0].reason) == (("CLOCK",), "IN_ARREARS")
    laws.check_all(world)


def test_before_there_is_a_business_date_facts_are_only_folded() -> None:
    world = World.at_noon()
    world.start()
    world.set_policy()
    world.put_in_force(directive())
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    assert world.published() == {}
    world.set_date(TODAY)
    world.settle()
    laws.check_all(world)
    assert ANA in world.published()


def test_rejects_are_kept_and_the_rest_goes_on(world: World) -> None:
    world.start()
    headers = {"batch": b"broken"}
    world.publish(DTSEN_PERSONS, ANA, b"not avro at all", headers=headers)
    world.publish(DTSEN_PERSONS, ANA, None, headers=headers)
    world.publish(DTSEN_PERSONS, ANA, person(decile=11))
    world.publish(DTSEN_PERSONS, ANA, person(region="99.99"))
    world.publish(DTSEN_PERSONS, ANA, person(version=-1))
    world.publish(DTSEN_PERSONS, ANA, person(), raw_key=b"1234567890120000", partition=0)
    world.publish(DTSEN_PERSONS, ANA, person(), raw_key=ANA.upper().encode(), partition=0)
    world.publish(DTSEN_PERSONS, ANA, person(), partition=_other_partition(world, ANA))
    world.publish(DTSEN_PERSONS, ANA, person())
    world.publish(DTSEN_PERSONS, BUDI, person())
    world.settle()
    assert len(world.oracle.quarantined) == 8
    laws.check_all(world)


def test_a_date_beyond_any_calendar_is_kept_and_a_moment_is_no_matter(world: World) -> None:
    world.start()
    assert world.publish(DTSEN_PERSONS, BUDI, person(birth_date=2**31 - 1)) == "quarantined"
    assert world.publish(DTSEN_PERSONS, ANA, person(observed_at=2**63 - 1)) == "accepted"
    world.settle()
    (reject,) = world.oracle.quarantined
    assert reject.reason == "INVALID_DATE"
    laws.check_all(world)


def _other_partition(world: World, token: str) -> int:
    from schemas.partitioner import partition_for

    return 1 - partition_for(token.encode(), world.partitions)


def test_a_superseding_version_makes_one_record_each(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    world.put_in_force(directive(version=2))
    world.settle()
    first, second = world.published()[ANA]
    assert [v.version for v in second.verdicts] == [2]
    assert second.change == "CHANGED"
    world.withdraw("inpres-8-2025", 2)
    world.settle()
    assert world.published()[ANA][-1].status == "NOT_ELIGIBLE"
    assert first.status == "GAP"
    laws.check_all(world)


@pytest.mark.parametrize(
    "point", ["before_produce", "after_produce", "before_send_offsets", "after_send_offsets", "before_commit"]
)
def test_an_aborted_transaction_never_happened(world: World, point: str) -> None:
    member = world.start()
    world.publish(DTSEN_PERSONS, BUDI, person())
    world.settle()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.publish(DTSEN_PERSONS, ANA, b"junk")
    member.producer.faults.plan(point, TransactionAborted("planted"))  # type: ignore[arg-type]
    world.settle()
    assert member.producer.faults.struck == [point]
    laws.check_all(world)


def test_a_restart_goes_on_where_it_stopped(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    world.kill_all()
    world.publish(BPJS_MEMBERSHIPS, ANA, membership(enrolment("BPU", date(2026, 4, 30))))
    world.start()
    world.settle()
    assert [state.change for state in world.published()[ANA]] == ["OPENED", "CLOSED"]
    laws.check_all(world)


@pytest.mark.parametrize("records_per_read", [2, 5, 20_000])
def test_a_reading_that_begins_again_folds_nothing_twice_and_passes_nothing_over(
    world: World, records_per_read: int
) -> None:
    """The client library may do so when it is placed while Kafka comes back."""
    world.start()
    _publish_three_times(world, RELEASE_2026_1)
    world.settle()
    world.kill_all()
    _publish_three_times(world, RELEASE_2026_1 + 10)
    member = world.start(limits=EngineLimits(records_per_read=records_per_read))
    member.consumer.begins_again = True
    world.settle()
    assert not member.consumer.begins_again
    laws.check_all(world)


def _publish_three_times(world: World, version: int) -> None:
    for more in range(3):
        for token in (ANA, BUDI):
            world.publish(DTSEN_PERSONS, token, person(version=version + more))


def test_a_second_engine_takes_its_share(world: World) -> None:
    world.start(0)
    for token in (ANA, BUDI):
        world.publish(DTSEN_PERSONS, token, person())
    world.settle()
    world.start(1)
    world.settle()
    assert [len(member.engine.owned) for member in world.members] == [1, 1]
    for token in (ANA, BUDI):
        world.publish(DTSEN_PERSONS, token, person(version=RELEASE_2026_1 + 1, decile=9))
    world.settle()
    laws.check_all(world)


def test_lost_state_is_refused_and_rebuilt_when_asked(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.publish(BPJS_MEMBERSHIPS, BUDI, membership(enrolment()))
    world.settle()
    world.kill_all()
    _lose_state(world)
    world.start()
    with pytest.raises(Refused, match="state is lost"):
        world.settle()
    world.kill_all()
    world.start(allow_rebuild=True)
    world.settle()
    laws.check_all(world)
    world.publish(DTSEN_PERSONS, BUDI, person())
    world.settle()
    laws.check_all(world)


def _lose_state(world: World) -> None:
    world.broker.delete_topic(HUB_STATE)
    world.broker.create_topic(HUB_STATE, world.partitions)


def test_a_trimmed_state_without_a_sweep_is_refused(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.publish(DTSEN_PERSONS, BUDI, person())
    world.settle()
    world.kill_all()
    for number in range(world.partitions):
        at = TopicPartition(HUB_STATE, number)
        world.admin.delete_before(at, world.broker.partition(at).end - 1)
    world.start()
    with pytest.raises(Refused, match="part of the state was deleted"):
        world.settle()


def test_records_that_were_gathered_and_lost_are_read_again(world: World) -> None:
    member = world.start()
    world.settle()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.publish(DTSEN_PERSONS, BUDI, person())
    member.consumer.faults.plan("after_consume", Retryable("planted"))
    with pytest.raises(Retryable):
        world.step()
    world.publish(BPJS_MEMBERSHIPS, ANA, membership(enrolment()))
    world.settle()
    laws.check_all(world)


def test_records_whose_schema_cannot_be_fetched_are_read_again(world: World) -> None:
    world.start()
    world.settle()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.publish(BPJS_MEMBERSHIPS, BUDI, membership(enrolment()))
    world.registry.away_for = 1
    with pytest.raises(Retryable):
        world.step(5)
    world.settle()
    laws.check_all(world)


def test_facts_that_cannot_be_read_are_waited_for_though_a_turn_reads_nothing(world: World) -> None:
    member = world.start()
    world.settle()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.registry.away_for = 1
    with pytest.raises(Retryable):
        world.step(5)
    held = list(member.consumer.owned)
    member.consumer.pause(held)  # as a client that has nothing to hand out yet
    world.step(5)
    assert member.engine.waits
    member.consumer.resume(held)
    world.settle()
    assert not member.engine.waits
    laws.check_all(world)


def test_decisions_that_cannot_be_read_are_waited_for(world: World) -> None:
    world.registry.away_for = 1
    member = world.start()
    with pytest.raises(Retryable):
        world.step()
    assert member.engine.waits
    world.settle()
    assert not member.engine.waits


def test_a_takeover_that_fails_is_waited_for_until_it_is_done(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    world.kill_all()
    member = world.start()
    member.consumer.faults.plan("before_seek", Retryable("planted"))
    with pytest.raises(Retryable):
        world.step(20)
    member.consumer.faults.plan("before_committed", Retryable("not yet"))
    world.step()
    assert not member.engine.idle, "it has begun again, and found nothing to do"
    assert member.engine.waits
    world.settle()
    assert not member.engine.waits
    laws.check_all(world)


def test_a_commit_that_fails_is_raised_and_waited_for(world: World) -> None:
    """Otherwise partitions would be restored and the commit tried again without a pause."""
    member = world.start()
    world.settle()
    world.publish(DTSEN_PERSONS, ANA, person())
    member.producer.faults.plan("before_send_offsets", Retryable("planted"))
    with pytest.raises(Retryable):
        world.step(5)
    member.consumer.faults.plan("before_committed", Retryable("not yet"))
    world.step()
    assert member.engine.waits
    world.settle()
    assert not member.engine.waits
    laws.check_all(world)


def test_counts_that_cannot_be_sent_are_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    member = world.start()
    world.settle()

    def away(records: Outgoing) -> None:
        raise Retryable("planted")

    with monkeypatch.context() as outage:
        outage.setattr(world.plain, "produce", away)
        world.now_s += 600.0
        with pytest.raises(Retryable):
            world.step(5)
    assert member.engine.waits
    world.settle()
    assert not member.engine.waits


def test_decisions_that_cannot_be_read_for_now_are_read_again(world: World) -> None:
    world.registry.away_for = 1
    world.start()
    with pytest.raises(Retryable):
        world.step()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    laws.check_all(world)


def test_an_engine_that_stood_still_while_it_counted_counts_again_within_a_minute(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.start()
    world.settle()
    world.publish(DTSEN_PERSONS, ANA, person())

    def stand_still(records: Outgoing) -> None:
        MemoryPlainProducer.produce(world.plain, records)
        monkeypatch.undo()
        world.now_s += 600.0

    monkeypatch.setattr(world.plain, "produce", stand_still)
    world.settle()
    world.publish(DTSEN_PERSONS, BUDI, person())
    world.settle()
    world.now_s += SPACING_AT_MOST_S
    world.settle()
    laws.check_all(world)
