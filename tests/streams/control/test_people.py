"""A person is erased and reinstated; an erasure is answered when an engine has carried it out."""

import pytest

from schemas.events import Command, Outcome, PersonErased, PersonReinstated
from schemas.partitioner import partition_for
from streams.control.decisions import person_subject
from tests.streams.control.builders import RULES, Bench, advance, command
from tests.streams.control.counts import partial

ANA = "0" * 30 + "a1"
HERS = partition_for(ANA.encode(), RULES.partitions)


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.start()
    made.command("c0", advance("2026-01-05"))
    return made


def erase(person: str = ANA) -> Command:
    return command("ERASE_PERSON", {"person": person})


def reinstate(person: str = ANA) -> Command:
    return command("REINSTATE_PERSON", {"person": person})


def place(bench: Bench) -> int:
    """Where the last erasure lies on hub.control."""
    return bench.log.folded().erasures[-1].offset


def counted(bench: Bench, control_offset: int, partition: int = HERS) -> None:
    bench.partial(partial(partition, at=(0, 500, control_offset)))


def answer(bench: Bench, identity: str) -> Outcome:
    (outcome,) = bench.outcomes(identity)
    return outcome


def test_an_erasure_is_answered_when_the_partition_has_counted_beyond_it(bench: Bench) -> None:
    bench.command("e", erase())
    assert bench.bodies(PersonErased) == [PersonErased(ANA)]
    assert bench.log.control[-1].event.subject == person_subject(ANA)
    assert bench.outcomes("e") == []
    counted(bench, place(bench))
    counted(bench, place(bench) + 9, 1 - HERS)
    assert bench.outcomes("e") == []
    counted(bench, place(bench) + 1)
    outcome = answer(bench, "e")
    assert outcome.result == "ACCEPTED"
    assert outcome.event_ids == (bench.log.control[-1].event.event_id,)
    assert outcome.erasure is not None
    assert outcome.erasure.partition == HERS
    assert (outcome.erasure.state_offset, outcome.erasure.control_offset) == (500, place(bench) + 1)


def test_a_worker_that_starts_answers_what_another_left_open(bench: Bench) -> None:
    bench.command("e", erase())
    bench.restart()
    bench.command("e", erase())  # delivered again
    assert len(bench.bodies(PersonErased)) == 1
    counted(bench, place(bench) + 1)
    counted(bench, place(bench) + 2)
    bench.restart()
    counted(bench, place(bench) + 3)
    assert len(bench.outcomes("e")) == 1


def test_an_erasure_that_was_taken_back_is_answered_all_the_same(bench: Bench) -> None:
    bench.command("e", erase())
    bench.command("r", reinstate())
    counted(bench, place(bench) + 1)
    assert answer(bench, "e").erasure is not None


def test_each_erasure_and_reinstatement_counts(bench: Bench) -> None:
    bench.command("e", erase())
    bench.command("r", reinstate())
    assert answer(bench, "r").result == "ACCEPTED"
    assert bench.bodies(PersonReinstated) == [PersonReinstated(ANA)]
    bench.command("again", erase())
    assert [
        each.event.version for each in bench.log.control if each.event.subject == person_subject(ANA)
    ] == [
        1,
        2,
        3,
    ]


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (erase("7471010101900000"), "payload.person: is no person token: 32 lower-case hex characters"),
        (erase(ANA.upper()), "payload.person: is no person token"),
        (command("REINSTATE_PERSON", {"person": ANA, "at": 1}), "payload: extra inputs are not permitted"),
        (command("ERASE_PERSON", {}), "payload.person: field required"),
        (reinstate(), "payload.person: is not erased"),
        (reinstate("nobody"), "payload.person: is no person token"),
    ],
)
def test_what_cannot_be_done_is_refused(bench: Bench, asked: Command, reason: str) -> None:
    bench.command("x", asked)
    outcome = answer(bench, "x")
    assert outcome.result == "REFUSED"
    assert any(each.startswith(reason) for each in outcome.reasons)
    assert "7471010101900000" not in str(outcome)
    assert bench.bodies(PersonErased, PersonReinstated) == []


def test_nobody_is_erased_twice(bench: Bench) -> None:
    bench.command("e", erase())
    bench.command("e2", erase())
    assert answer(bench, "e2").reasons == ("payload.person: was erased on 2026-01-05; nothing is left to do",)
