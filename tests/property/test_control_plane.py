"""However often inputs are delivered and wherever the worker dies, hub.control folds to the same."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import Command, DirectiveEvent, Partial
from schemas.names import HUB_OUTCOMES
from tests.fakes.control_log import Crash
from tests.streams.control.builders import NAME, Bench, advance, command, drafted, revoked
from tests.streams.control.counts import partial

_DAYS = [f"2026-01-{day:02}" for day in range(1, 13)]
_NAMES = [NAME, "perda-1-2026"]

_directives = st.builds(
    lambda event, name: (
        name,
        replace(event, document=event.document and event.document.replace(NAME, name)),
    ),
    st.one_of(
        st.builds(
            drafted,
            st.integers(1, 4),
            st.sampled_from(_DAYS),
            st.none() | st.sampled_from(_DAYS[6:]),
        ),
        st.builds(revoked, st.integers(1, 4)),
    ),
    st.sampled_from(_NAMES),
)
_commands = st.one_of(
    st.builds(advance, st.sampled_from(_DAYS)),
    st.builds(
        lambda name, version: command("REVOKE_DIRECTIVE", {"directive": name, "version": version}),
        st.sampled_from(_NAMES),
        st.integers(1, 4),
    ),
    st.builds(
        lambda policy: command("SET_POLICY", {"policy": policy}), st.sampled_from(["v2026.1", "v2026.2"])
    ),
)
_partials = st.builds(
    lambda partition, generation, at: partial(partition, at=(generation, at, 5)),
    st.integers(0, 1),
    st.integers(0, 3),
    st.integers(0, 9),
)
_inputs = st.lists(_directives | _commands | _partials, max_size=12)
_Input = tuple[str, DirectiveEvent] | Command | Partial


def _deliver(bench: Bench, number: int, given_input: _Input) -> None:
    if isinstance(given_input, Command):
        bench.command(f"c{number}", given_input)
    elif isinstance(given_input, Partial):
        bench.partial(given_input)
    else:
        bench.directive(given_input[1], given_input[0])


def _deliver_again(bench: Bench, inputs: list[_Input], upto: int, since: int) -> None:
    """What a group delivers after a restart: from an earlier place on, each topic in its order."""
    offset = -1
    for number, each in enumerate(inputs[: upto + 1]):
        if isinstance(each, Command):
            if number >= since:
                bench.command(f"c{number}", each)
        elif isinstance(each, Partial):
            if number >= since:
                bench.partial(each)
        else:
            offset += 1
            if number >= since:
                bench.again(offset)


def _smoothly(inputs: list[_Input]) -> Bench:
    bench = Bench()
    bench.start()
    for number, each in enumerate(inputs):
        _deliver(bench, number, each)
    return bench


def _standings(bench: Bench) -> dict[str, Any]:
    return {
        name: [(s.version, s.state) for s in bench.statuses(name) if s.state != "REJECTED"][-1:]
        for name in _NAMES
    }


@settings(max_examples=150, deadline=None)
@given(inputs=_inputs, data=st.data())
def test_redelivery_and_restart_change_nothing(inputs: list[_Input], data: st.DataObject) -> None:
    smooth = _smoothly(inputs)
    bench = Bench()
    bench.start()
    for number, each in enumerate(inputs):
        bench.log.die_after = data.draw(st.none() | st.integers(1, 4), label="dies at write")
        bench.log.lose_last = data.draw(st.booleans(), label="last write lost")
        try:
            _deliver(bench, number, each)
        except Crash:
            bench.restart()
            _deliver_again(bench, inputs, number, data.draw(st.integers(0, number), label="since"))
        bench.log.die_after = None
        if data.draw(st.booleans(), label="delivered twice"):
            _deliver_again(bench, inputs, number, data.draw(st.integers(0, number), label="again since"))
    assert bench.log.folded().top() == smooth.log.folded().top()
    assert _standings(bench) == _standings(smooth)
    for number, each in enumerate(inputs):
        if isinstance(each, Command):
            answers = {outcome.result for outcome in bench.outcomes(f"c{number}")}
            assert answers == {outcome.result for outcome in smooth.outcomes(f"c{number}")}


@settings(max_examples=60, deadline=None)
@given(inputs=_inputs)
def test_a_second_worker_on_the_same_topics_does_no_harm(inputs: list[_Input]) -> None:
    smooth = _smoothly(inputs)
    bench = Bench()
    bench.start()
    for number, each in enumerate(inputs):
        _deliver(bench, number, each)
        first = bench.desk
        bench.restart()
        bench.log.desks = [first, bench.desk]
        _deliver_again(bench, inputs, number, number)
    assert bench.log.folded().top() == smooth.log.folded().top()


@given(inputs=_inputs, data=st.data())
@settings(max_examples=60, deadline=None)
def test_reading_hub_control_again_from_anywhere_folds_to_the_same(
    inputs: list[_Input], data: st.DataObject
) -> None:
    bench = _smoothly(inputs)
    view = bench.log.folded()
    since = data.draw(st.integers(0, len(bench.log.control)))
    for decision in bench.log.control[since:]:
        assert not view.fold(decision.event, decision.command)
    assert view.top() == bench.log.folded().top()
    assert len(bench.log.topics[HUB_OUTCOMES]) == sum(isinstance(each, Command) for each in inputs)
