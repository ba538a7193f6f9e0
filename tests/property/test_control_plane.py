"""However often inputs are delivered and wherever the worker dies, hub.control folds to the same."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import (
    ControlEvent,
    DirectiveApproved,
    DirectiveHeld,
    DirectiveInForce,
    DirectivePreviewed,
)
from schemas.names import HUB_OUTCOMES
from streams.control.bounds import exceeded
from tests.fakes.control_log import Crash
from tests.property.control_inputs import NAMES, Input, Run, histories, smoothly
from tests.streams.control.builders import Bench


def _essence(bench: Bench) -> dict[str, ControlEvent]:
    """What holds, but for the offsets: repeats on the log move them."""
    return {subject: _without_offset(event) for subject, event in bench.log.folded().top().items()}


def _without_offset(event: ControlEvent) -> ControlEvent:
    body = event.body
    if isinstance(body, DirectivePreviewed | DirectiveHeld):
        body = replace(body, figures=replace(body.figures, control_offset=0))
    return replace(event, body=body)


def _standings(bench: Bench) -> dict[str, Any]:
    return {
        name: [(s.version, s.state) for s in bench.statuses(name) if s.state != "REJECTED"][-1:]
        for name in NAMES
    }


@settings(max_examples=150, deadline=None)
@given(inputs=histories(), data=st.data())
def test_redelivery_and_restart_change_nothing(inputs: list[Input], data: st.DataObject) -> None:
    smooth, run = smoothly(inputs), Run()
    bench = run.bench
    for number, each in enumerate(inputs):
        bench.log.die_after = data.draw(st.none() | st.integers(1, 6), label="dies at write")
        bench.log.lose_last = data.draw(st.booleans(), label="last write lost")
        try:
            run.deliver(number, each)
        except Crash:
            bench.restart()
            run.again(inputs, number, data.draw(st.integers(0, number), label="since"))
        bench.log.die_after = None
        if data.draw(st.booleans(), label="delivered twice"):
            run.again(inputs, number, data.draw(st.integers(0, number), label="again since"))
    assert _essence(bench) == _essence(smooth.bench)
    assert _standings(bench) == _standings(smooth.bench)
    for number in smooth.sent:
        answers = {(each.result, each.reasons) for each in bench.outcomes(f"c{number}")}
        assert answers == {(each.result, each.reasons) for each in smooth.bench.outcomes(f"c{number}")}


@settings(max_examples=60, deadline=None)
@given(inputs=histories())
def test_a_second_worker_on_the_same_topics_does_no_harm(inputs: list[Input]) -> None:
    smooth, run = smoothly(inputs), Run()
    bench = run.bench
    for number, each in enumerate(inputs):
        run.deliver(number, each)
        first = bench.desk
        bench.restart()
        bench.log.desks = [first, bench.desk]
        run.again(inputs, number, number)
    assert _essence(bench) == _essence(smooth.bench)


@given(inputs=histories(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_reading_hub_control_again_from_anywhere_folds_to_the_same(
    inputs: list[Input], data: st.DataObject
) -> None:
    run = smoothly(inputs)
    log, view = run.bench.log, run.bench.log.folded()
    since = data.draw(st.integers(0, len(log.control)))
    for offset, decision in enumerate(log.control[since:], since):
        assert not view.fold(decision.event, decision.command, offset)
    assert view.top() == log.folded().top()
    answered = {key for key, _ in log.topics[HUB_OUTCOMES]}
    open_questions = [asked.command for asked in view.previews()] + [each.command for each in view.erasures]
    pending = {command for command in open_questions if command} - answered
    assert len(log.topics[HUB_OUTCOMES]) == len(answered)
    assert len(answered) + len(pending) == len(run.sent)


@given(inputs=histories())
@settings(max_examples=100, deadline=None)
def test_nothing_acts_that_was_not_approved_as_it_was_seen(inputs: list[Input]) -> None:
    seen: set[tuple[str, int, str]] = set()
    approved: dict[tuple[str, int], DirectiveApproved] = {}
    for decision in smoothly(inputs).bench.log.control:
        body = decision.event.body
        if isinstance(body, DirectivePreviewed):
            seen.add((body.directive, body.version, body.figures.digest))
        elif isinstance(body, DirectiveApproved):
            assert (body.directive, body.version, body.digest) in seen
            approved[body.directive, body.version] = body
        elif isinstance(body, DirectiveHeld):
            bounds = approved[body.directive, body.version].bounds
            assert body.exceeded
            assert exceeded(body.figures, bounds) == body.exceeded
        elif isinstance(body, DirectiveInForce):
            assert (body.directive, body.version) in approved
