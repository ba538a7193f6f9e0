"""Previews: asked, answered by every partition at one offset, added up; or clearly incomplete."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import pytest

from schemas.events import DirectivePreviewed, PreviewWanted, WireRecord
from schemas.names import COVERAGE_DIRECTIVES, HUB_OUTCOMES, Movement
from tests.fakes.answering import AnsweringEngines, moves
from tests.fakes.control_log import Crash
from tests.streams.control.asking import DAY, answered, drafted_bench, wanted
from tests.streams.control.builders import (
    NAME,
    Bench,
    advance,
    command,
    document,
    drafted,
    preview,
    revoked,
)
from tests.streams.control.counts import partial, region


@pytest.fixture
def bench() -> Bench:
    return drafted_bench()


def test_the_outcome_comes_with_the_last_answer_and_not_before(bench: Bench) -> None:
    bench.command("p", preview())
    (first,), (second,) = answered(bench, 0), answered(bench, 1, 2)
    bench.run(bench.desk.on_partial(first, bench.now))
    bench.run(bench.desk.on_partial(first, bench.now))
    assert bench.outcomes("p") == []
    bench.run(bench.desk.on_partial(second, bench.now))
    (outcome,) = bench.outcomes("p")
    assert outcome.result == "ACCEPTED"
    assert outcome.preview is not None
    figures = outcome.preview.figures
    assert (figures.entering, figures.leaving, figures.staying) == (5, 0, 0)
    assert figures.control_offset == wanted(bench)[1] + 1
    assert figures.business_date == DAY
    digests = [each.preview.digest for each in (first, second) if each.preview]
    assert figures.digest == hashlib.sha256(bytes.fromhex("".join(digests))).hexdigest()


def test_figures_cells_costs_and_samples_add_up(bench: Bench) -> None:
    bench.engines = AnsweringEngines(
        (
            replace(moves(entering=3, staying=7), public_payers=2),
            moves(regency="74.02", entering=4, leaving=1),
        ),
        parts=3,
    )
    found = bench.preview()
    assert [(each.region, each.entering, each.leaving, each.staying) for each in found.figures.regencies] == [
        ("74.02", 4, 1, 0),
        ("74.71", 3, 0, 7),
    ]
    assert sum(cell.persons for cell in found.cells) == 15
    assert found.public_payers == 2
    assert [(cost.region, cost.program, cost.persons) for cost in found.costs][:2] == [
        ("ID", "JKK", 7),
        ("ID", "JKM", 7),
    ]
    assert {sample.movement for sample in found.sample} == {"ENTERING", "LEAVING", "STAYING"}


def test_at_most_twenty_tokens_of_a_movement_are_shown_the_smallest(bench: Bench) -> None:
    one: Mapping[Movement, int] = {"ENTERING": 1}
    many = {f"74.{number:02}": one for number in range(1, 16)}
    bench.engines.moves = (replace(moves(), regencies=many), replace(moves(), regencies=many))
    tokens = [sample.token for sample in bench.preview().sample]
    assert len(tokens) == 20
    assert tokens == sorted(tokens)
    assert tokens[0] == "0" * 32


def test_a_submitted_draft_leaves_its_figures_on_hub_control(bench: Bench) -> None:
    result = bench.preview()
    (kept,) = bench.bodies(DirectivePreviewed)
    assert kept == DirectivePreviewed(NAME, 1, result.figures)
    event = bench.log.control[-1].event
    assert (event.subject, event.version, event.step) == (f"previewed:{NAME}", 1, 1)
    bench.preview()
    assert bench.log.control[-1].event.step == 2
    assert bench.statuses()[-1].state == "PREVIEWED"


def test_a_what_if_leaves_nothing_but_the_question(bench: Bench) -> None:
    before = len(bench.log.control), len(bench.statuses())
    bench.command("w", command("PREVIEW_DIRECTIVE", {"document": document(9, means={})}))
    bench.answer()
    (outcome,) = bench.outcomes("w")
    assert outcome.preview is not None
    assert (outcome.preview.directive, outcome.preview.version) == (NAME, 9)
    assert (len(bench.log.control), len(bench.statuses())) == (before[0] + 1, before[1])
    assert wanted(bench)[0].purpose == "WHAT_IF"
    assert bench.desk.view.previewed(NAME, 9) is None


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({}, ["payload: name a directive and its version, or give a document, not both"]),
        ({"directive": NAME}, ["payload: name a directive and its version, or give a document, not both"]),
        (
            {"directive": NAME, "version": 1, "document": "id: x"},
            ["payload: name a directive and its version, or give a document, not both"],
        ),
        (
            {"directive": "tak-ada", "version": 1},
            ["payload.directive: there is no such directive; `jangkau directive list` shows them"],
        ),
        ({"directive": NAME, "version": 4}, ["payload.version: there is no valid version 4; valid are 1"]),
        ({"document": "id: ["}, ["payload.document: line 1: not YAML"]),
        (
            {"document": document(0, means={"age": {"from": 70, "to": 10}, "regions": ["99"]}, bound=1)},
            [
                "payload.document: version",
                "payload.document: means.regions[0]",
                "payload.document: means.age",
                "payload.document: bound: no such field",
            ],
        ),
    ],
)
def test_what_cannot_be_previewed_is_refused_with_every_fault(
    bench: Bench, payload: dict[str, object], expected: list[str]
) -> None:
    bench.command("a", command("PREVIEW_DIRECTIVE", payload))
    (outcome,) = bench.outcomes("a")
    assert outcome.result == "REFUSED"
    assert len(outcome.reasons) == len(expected)
    for start in expected:
        assert any(reason.startswith(start) for reason in outcome.reasons), (start, outcome.reasons)
    assert bench.bodies(PreviewWanted) == []


def test_without_a_business_date_nothing_is_previewed() -> None:
    bench = Bench()
    bench.start()
    bench.directive(drafted())
    bench.command("a", preview())
    assert bench.outcomes("a")[0].reasons[0].startswith("payload: the hub has no business date yet")


def test_what_is_in_force_or_revoked_is_not_previewed(bench: Bench) -> None:
    bench.enact(drafted(2, "2026-01-01"))
    bench.command("a", preview(1))
    bench.command("b", preview(2))
    for name in ("a", "b"):
        assert "version 2 has come into force" in bench.outcomes(name)[0].reasons[0]
    bench.directive(drafted(3))
    bench.directive(revoked(3))
    bench.command("c", preview(3))
    assert "revoked" in bench.outcomes("c")[0].reasons[0]


def test_two_previews_at_once_do_not_mix(bench: Bench) -> None:
    bench.command("p", preview())
    one = [answered(bench, number, 3) for number in (0, 1)]
    bench.command("q", preview())
    two = [answered(bench, number, 50) for number in (0, 1)]
    for each in (*two[1], *one[0], *two[0], *one[1]):
        bench.run(bench.desk.on_partial(each, bench.now))
    results = [bench.outcomes(name)[0].preview for name in ("p", "q")]
    assert [each.figures.entering for each in results if each] == [6, 100]


@pytest.mark.parametrize("mixed", ["attempt", "offset", "state", "digest"])
def test_a_preview_is_never_completed_from_answers_that_do_not_belong_together(
    bench: Bench, mixed: str
) -> None:
    bench.command("p", preview())
    bench.partial(*answered(bench, 0, parts=2))
    first, second = answered(bench, 1, parts=2)
    assert second.preview is not None
    odd = {
        "attempt": replace(second, preview=replace(second.preview, attempt=2)),
        "offset": replace(second, control_offset=second.control_offset + 1),
        "state": replace(second, state_offset=99),
        "digest": replace(second, preview=replace(second.preview, digest="f" * 64)),
    }[mixed]
    bench.partial(first, odd)
    assert bench.outcomes("p") == []
    bench.partial(second)
    assert bench.outcomes("p")[0].preview is not None


def test_an_answer_counts_nothing(bench: Bench) -> None:
    """Its regions are empty: added up as counts they would empty the partition."""
    bench.partial(*(partial(number, (region("74.71", 10),), at=(0, 1, 2)) for number in (0, 1)))
    bench.preview()
    assert bench.desk.partials.newest()[0] == 2
    assert sum(counts.regions["74.71"].persons for counts in bench.desk.partials.newest()[1]) == 20


@pytest.mark.parametrize("write", [1, 2, 3])
@pytest.mark.parametrize("lost", [False, True])
def test_a_worker_that_dies_at_any_write_is_followed_by_one_that_answers_the_same(
    write: int, lost: bool
) -> None:
    def previewed(die_after: int | None) -> Bench:
        bench = Bench()
        bench.start()
        bench.command("c0", advance(DAY.isoformat()))
        bench.directive(drafted())
        bench.command("p", preview())
        bench.log.die_after, bench.log.lose_last = die_after, lost
        try:
            bench.answer()
        except Crash:
            bench.restart()
        bench.log.die_after = None
        bench.answer()
        return bench

    smooth, rough = previewed(None), previewed(write)
    assert {each.result for each in rough.outcomes("p")} == {"ACCEPTED"}
    assert rough.outcomes("p")[-1] == smooth.outcomes("p")[-1]
    assert rough.log.folded().top() == smooth.log.folded().top()
    assert rough.statuses()[-1] == smooth.statuses()[-1]


def test_a_question_pending_at_a_restart_is_answered_or_given_up(bench: Bench) -> None:
    bench.command("p", preview())
    bench.restart()
    bench.command("p", preview())  # delivered again: it was asked already
    assert len(bench.bodies(PreviewWanted)) == 1
    bench.answer()
    assert bench.outcomes("p")[0].result == "ACCEPTED"
    bench.engines.absent = frozenset({0})
    bench.command("q", preview())
    bench.restart()
    bench.wait(32)
    assert bench.outcomes("q")[0].result == "REFUSED"
    bench.restart()
    bench.wait(32)
    assert len(bench.outcomes("p")) == len(bench.outcomes("q")) == 1


def test_whoever_has_the_outcome_finds_the_digest_among_the_statuses(bench: Bench) -> None:
    bench.command("p", preview())
    topics = bench.log.topics
    said = {topic: len(records) for topic, records in topics.items()}
    publish, order = bench.log.publish, list[str]()

    async def noted(topic: str, key: str, value: WireRecord) -> None:
        order.append(topic)
        await publish(topic, key, value)

    bench.log.publish = noted  # type: ignore[method-assign]
    bench.answer()
    assert order == [COVERAGE_DIRECTIVES, HUB_OUTCOMES]
    assert len(topics[HUB_OUTCOMES]) == said[HUB_OUTCOMES] + 1
