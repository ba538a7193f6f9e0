"""Questions about one person, from a real engine on the in-memory log to the screen's view of the answer."""

from datetime import UTC, date, datetime

import pytest

from deploy.view.answer import Explanation
from schemas.events import Answer, Lookup
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, HUB_ANSWERS, HUB_LOOKUPS, LOOKUP_KINDS, LookupKind
from schemas.partitioner import partition_for
from schemas.records import Outgoing, TopicPartition
from tests.oracle.examples import ANA, BUDI, RELEASE_2026_1, enrolment, membership, person
from tests.streams.engine.world import TODAY, World

MINUTE_MS = 60_000


def ask(
    world: World,
    token: str,
    name: str,
    purpose: str = "keluhan peserta",
    kind: LookupKind = "EXPLAIN",
) -> None:
    at = TopicPartition(HUB_LOOKUPS, partition_for(token.encode(), world.partitions))
    question = Lookup(name, "petugas", purpose, datetime(2026, 4, 10, 5, tzinfo=UTC), kind)
    value = world.codec.encode(HUB_LOOKUPS, question.to_record())
    world.plain.produce(Outgoing(at, [token.encode()], [value]))


def answers(world: World) -> list[Answer]:
    decoded = [world.codec.decode(HUB_ANSWERS, value or b"") for _, value, _ in world.records(HUB_ANSWERS)]
    return [Answer.from_record(record) for record in decoded]


def test_the_view_reads_what_the_engine_answers(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person(work_status=1))
    world.publish(BPJS_MEMBERSHIPS, ANA, membership(enrolment("BPU", date(2026, 4, 30), "JKK")))
    world.settle()
    ask(world, ANA, "l-1")
    world.settle()
    (answer,) = answers(world)
    assert (answer.lookup, answer.found) == ("l-1", True)
    told = Explanation.parse(answer.explanation)
    state = world.published()[ANA][-1]
    assert (told.business_date, told.region, told.held, told.pending) == (TODAY, state.region, None, False)
    assert told.facts.dtsen is not None
    assert told.facts.bpjs is not None
    assert (told.facts.dtsen.version, told.facts.bpjs.alive) == (RELEASE_2026_1, ("JKK",))
    assert told.published is not None
    assert (told.published.seq, told.published.status) == (state.seq, "GAP")
    (part,) = told.directives
    assert part.means
    assert part.verdict is not None
    assert (part.verdict.missing, part.verdict.reason) == (("JKM",), "PROGRAM_PARTIAL")
    assert {clause.result for clause in part.clauses} == {"true"}
    assert told.control_offset == state.evidence.control_offset


@pytest.mark.parametrize("fact", [None, membership(enrolment())])
def test_the_view_reads_an_answer_about_someone_unknown(world: World, fact: dict[str, object] | None) -> None:
    world.start()
    if fact is not None:
        world.publish(BPJS_MEMBERSHIPS, BUDI, fact)
    world.settle()
    ask(world, BUDI, "l-2")
    world.settle()
    (answer,) = answers(world)
    told = Explanation.parse(answer.explanation)
    assert answer.found is (fact is not None)
    assert (told.region, told.facts.dtsen, told.published) == (None, None, None)
    assert [part.not_meant_reason for part in told.directives] == ([] if fact is None else ["DTSEN"])


def test_the_view_reads_an_answer_from_before_there_are_rules() -> None:
    world = World.at_noon()
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    ask(world, ANA, "l-3")
    world.settle()
    (answer,) = answers(world)
    told = Explanation.parse(answer.explanation)
    assert (told.business_date, told.directives, told.published) == (None, (), None)
    assert told.facts.dtsen is not None


def test_only_a_question_is_answered(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person(work_status=1))
    world.settle()
    for kind in LOOKUP_KINDS:
        ask(world, ANA, f"l-{kind}", kind=kind)
    world.settle()
    assert [answer.lookup for answer in answers(world)] == ["l-EXPLAIN"]


def test_a_question_without_a_purpose_gets_no_answer(world: World) -> None:
    world.start()
    world.settle()
    ask(world, ANA, "l-4", purpose=" ")
    world.settle()
    assert answers(world) == []


def test_what_was_asked_during_a_takeover_is_answered_by_the_new_owner(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    world.kill_all()
    ask(world, ANA, "too long ago")
    world.broker.clock_ms += MINUTE_MS + 1
    ask(world, ANA, "meanwhile")
    world.broker.clock_ms += MINUTE_MS // 2
    world.start()
    world.settle()
    assert [answer.lookup for answer in answers(world)] == ["meanwhile"]


def test_a_question_answered_twice_has_the_same_answer_twice(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    ask(world, ANA, "l-5")
    world.settle()
    world.kill_all()
    world.start()
    world.settle()
    first, second = answers(world)
    assert first.lookup == second.lookup == "l-5"
    assert first.explanation == second.explanation
    ask(world, ANA, "l-6")
    world.settle()
    assert [answer.lookup for answer in answers(world)] == ["l-5", "l-5", "l-6"]


def test_a_long_list_that_was_handed_out_does_not_keep_a_question_waiting(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    for number in range(1_000):
        ask(world, ANA, f"list-{number}", kind="EXPORT")
    ask(world, ANA, "l-7")
    world.step(5)
    assert [answer.lookup for answer in answers(world)] == ["l-7"]


def test_of_many_questions_each_is_answered_once_and_not_all_in_one_pause(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person())
    world.settle()
    for number in range(250):
        ask(world, ANA, f"l-{number}")
    world.step(1)
    assert len(answers(world)) <= 100
    world.step(10)
    assert [answer.lookup for answer in answers(world)] == [f"l-{number}" for number in range(250)]
