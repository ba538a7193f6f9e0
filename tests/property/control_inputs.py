"""Histories of what reaches the control plane, and a run that can deliver each input again."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from schemas.events import Command, DirectiveEvent, Partial
from schemas.names import AGENCY_FACTS
from tests.fakes.answering import moves
from tests.streams.control.builders import (
    NAME,
    Bench,
    advance,
    approve,
    command,
    drafted,
    preview,
    revoked,
)
from tests.streams.control.counts import partial, region

NAMES = [NAME, "perda-1-2026"]
_DAYS = [f"2026-01-{day:02}" for day in range(1, 13)]


@dataclass(frozen=True)
class Approves:
    """Somebody looks at the newest preview of a version and approves it, within so many entering."""

    name: str
    version: int
    entering: int


@dataclass(frozen=True)
class Answers:
    """The engines answer whatever was asked by now; so many enter in each partition."""

    entering: int


@dataclass(frozen=True)
class Asks:
    """An operator previews a submitted version."""

    name: str
    version: int


Input = tuple[str, DirectiveEvent] | Command | Partial | Approves | Answers | Asks


def _named(event: DirectiveEvent, name: str) -> tuple[str, DirectiveEvent]:
    return name, replace(event, document=event.document and event.document.replace(NAME, name))


_names, _versions, _bounded = st.sampled_from(NAMES), st.integers(1, 4), st.sampled_from([4, 9, 1000])
_directives = st.builds(
    _named,
    st.one_of(
        st.builds(drafted, _versions, st.sampled_from(_DAYS), st.none() | st.sampled_from(_DAYS[6:])),
        st.builds(revoked, _versions),
    ),
    _names,
)
_commands = st.one_of(
    st.builds(advance, st.sampled_from(_DAYS)),
    st.builds(
        lambda kind, name, version: command(kind, {"directive": name, "version": version}),
        st.sampled_from(["REVOKE_DIRECTIVE", "PAUSE_ROLLOUT", "RESUME_ROLLOUT"]),
        _names,
        _versions,
    ),
    st.builds(
        lambda policy: command("SET_POLICY", {"policy": policy}), st.sampled_from(["v2026.1", "v2026.2"])
    ),
    st.builds(
        lambda persons: command("SET_GUARD", {"regency": "74.71", "persons": persons}),
        st.none() | st.integers(0, 9),
    ),
    st.builds(
        lambda decision: command("DECIDE_HOLDS", {"decision": decision, "region": "74"}),
        st.sampled_from(["RELEASED", "REFUSED"]),
    ),
    st.sampled_from(
        [
            command("ERASE_PERSON", {"person": "0" * 32}),
            command("REINSTATE_PERSON", {"person": "0" * 32}),
            command("RESUME_INPUT", {"topic": AGENCY_FACTS[0]}),
        ]
    ),
)
_partials = st.builds(
    lambda number, generation, at: partial(number, (region("74.71", 900, 100 * at),), at=(generation, at, 5)),
    st.integers(0, 1),
    st.integers(0, 3),
    st.integers(0, 9),
)
_steps = st.one_of(
    st.builds(Asks, _names, _versions),
    st.builds(Approves, _names, _versions, _bounded),
    st.builds(Answers, st.integers(1, 5)),
)
_ROLLOUT = [{"from": _DAYS[5], "regions": ["74.71"]}, {"from": _DAYS[9]}]


@st.composite
def _whole_life(draw: st.DrawFn) -> list[Input]:
    """A version from its draft to its activation, which random inputs alone seldom reach."""
    name, version = draw(_names), draw(_versions)
    event = drafted(version, draw(st.sampled_from(_DAYS[:4])), rollout=draw(st.sampled_from([[], _ROLLOUT])))
    return [
        _named(event, name),
        Asks(name, version),
        Answers(draw(st.integers(1, 4))),
        Approves(name, version, draw(_bounded)),
        advance(draw(st.sampled_from(_DAYS[:6]))),
        Answers(draw(st.integers(1, 5))),
    ]


@st.composite
def histories(draw: st.DrawFn) -> list[Input]:
    """Lives of versions, laid over each other and mixed with whatever else comes."""
    inputs: list[Input] = [advance(_DAYS[0])]
    lives = draw(st.lists(_whole_life(), max_size=3))
    loose: list[Input] = draw(st.lists(_directives | _commands | _partials | _steps, max_size=10))
    queues = [each for each in (*lives, loose) if each]
    while queues:
        queue = queues[draw(st.integers(0, len(queues) - 1))]
        inputs.append(queue.pop(0))
        queues = [each for each in queues if each]
    return inputs


class Run:
    """A bench, and each command as it was first sent: what is delivered again is the same."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.bench.start()
        self.sent: dict[int, Command] = {}

    def deliver(self, number: int, each: Input) -> None:
        """An input comes for the first time."""
        bench = self.bench
        if isinstance(each, Approves):
            seen = bench.log.folded().previewed(each.name, each.version)
            digest = seen.body.figures.digest if seen else None
            self.sent[number] = approve(digest, each.version, {"entering": each.entering}, each.name)
        elif isinstance(each, Asks):
            self.sent[number] = preview(each.version, each.name)
        elif isinstance(each, Command):
            self.sent[number] = each
        if number in self.sent:
            bench.command(f"c{number}", self.sent[number])
        elif isinstance(each, Answers):
            bench.engines.moves = (moves(entering=each.entering), moves("74.02", entering=each.entering))
            bench.answer()
        elif isinstance(each, Partial):
            bench.partial(each)
        elif isinstance(each, tuple):
            bench.directive(each[1], each[0])

    def again(self, inputs: list[Input], upto: int, since: int) -> None:
        """What a group delivers after a restart: from an earlier place on, each topic in its order."""
        offset = -1
        for number, each in enumerate(inputs[: upto + 1]):
            offset += isinstance(each, tuple)
            if number < since:
                continue
            if number in self.sent:
                self.bench.command(f"c{number}", self.sent[number])
            elif isinstance(each, Partial):
                self.bench.partial(each)
            elif isinstance(each, tuple):
                self.bench.again(offset)
            elif number == upto:
                self.bench.answer()


def smoothly(inputs: list[Input]) -> Run:
    """Everything is delivered once and nobody dies."""
    run = Run()
    for number, each in enumerate(inputs):
        run.deliver(number, each)
    return run
