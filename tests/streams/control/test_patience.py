"""Partitions that do not answer: asked again, waited for, and named when a command is given up."""

import pytest

from schemas.events import DirectivePreviewed
from tests.streams.control.asking import answered, drafted_bench, wanted
from tests.streams.control.builders import Bench, preview
from tests.streams.control.counts import partial, region


@pytest.fixture
def bench() -> Bench:
    return drafted_bench()


def test_a_partition_that_had_passed_the_question_is_asked_again(bench: Bench) -> None:
    bench.engines.past = frozenset({1})
    bench.command("p", preview())
    bench.answer()
    assert bench.outcomes("p") == []
    bench.engines.past = frozenset()
    bench.wait(2)
    asked, _ = wanted(bench)
    assert (asked.attempt, asked.purpose) == (2, "DRAFT")
    bench.answer()
    result = bench.outcomes("p")[0].preview
    assert result is not None
    assert result.figures.control_offset == wanted(bench)[1] + 1


def test_a_partition_whose_counts_are_of_later_decisions_is_asked_again(bench: Bench) -> None:
    """Its answer was lost, or it came to an engine that had gone past the question."""
    bench.command("p", preview())
    bench.partial(*answered(bench, 0))
    later = wanted(bench)[1] + 2
    bench.partial(partial(1, (region("74.71", 10),), at=(0, 11, later)))
    bench.wait(2)
    assert wanted(bench)[0].attempt == 2


def test_an_engine_that_passes_everything_is_asked_ever_more_rarely(bench: Bench) -> None:
    bench.engines.past = frozenset({0, 1})
    bench.command("p", preview())
    for _ in range(29):
        bench.answer()
        bench.wait(1)
    assert 4 <= wanted(bench)[0].attempt <= 6


def test_after_thirty_seconds_it_says_who_has_not_answered(bench: Bench) -> None:
    bench.engines.absent = frozenset({1})
    bench.command("p", preview())
    bench.answer()
    bench.wait(29)
    assert bench.outcomes("p") == []
    bench.wait(3)
    (outcome,) = bench.outcomes("p")
    assert outcome.result == "REFUSED"
    assert outcome.reasons == (
        "partition 1 has not answered within 30 s: "
        "see `jangkau status`, and preview again when every engine works",
    )
    bench.partial(*answered(bench, 1))  # too late: a command has one answer
    bench.wait(2)
    assert len(bench.outcomes("p")) == 1
    assert bench.bodies(DirectivePreviewed) == []


def test_a_worker_that_does_not_read_the_answers_refuses_nothing(bench: Bench) -> None:
    bench.desk.previews.adds_up = False
    bench.command("p", preview())
    bench.wait(60)
    assert bench.outcomes("p") == []
