"""An input that engines stopped is resumed: each time a decision of its own."""

import pytest

from schemas.events import Command, InputResumed
from tests.streams.control.builders import Bench, command


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.start()
    return made


def resume(topic: str = "bpjs.memberships", **more: int | None) -> Command:
    return command("RESUME_INPUT", {"topic": topic, **more})


def test_each_resumption_counts(bench: Bench) -> None:
    for identity, asked in (("a", resume()), ("b", resume()), ("c", resume(partition=1, rejects=5_000))):
        bench.command(identity, asked)
        assert bench.outcomes(identity)[0].result == "ACCEPTED"
    assert bench.bodies(InputResumed) == [
        InputResumed("bpjs.memberships", None, None),
        InputResumed("bpjs.memberships", None, None),
        InputResumed("bpjs.memberships", 1, 5_000),
    ]
    last = [(each.event.subject, each.event.version) for each in bench.log.control[-3:]]
    assert last == [
        ("input:bpjs.memberships", 1),
        ("input:bpjs.memberships", 2),
        ("input:bpjs.memberships:1", 1),
    ]


@pytest.mark.parametrize(
    "asked", [resume("hub.state"), resume(partition=-1), resume(rejects=0), command("RESUME_INPUT", "[]")]
)
def test_what_makes_no_sense_is_refused(bench: Bench, asked: Command) -> None:
    bench.command("x", asked)
    assert bench.outcomes("x")[0].result == "REFUSED"
    assert bench.bodies(InputResumed) == []
