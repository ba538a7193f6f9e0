"""Random histories on the in-memory log: facts, decisions, faults and restarts in any order; then the
laws.
"""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.directive import parse_directive
from schemas.errors import JangkauError, Retryable, TransactionAborted
from schemas.events import REINSTATED_AFTER_MS, DirectiveInForce, PreviewWanted
from schemas.names import HoldDecision
from streams.engine.limits import EngineLimits
from streams.engine.sweep import SweepLimits
from tests.fakes.faults import Point, ProcessKilled
from tests.oracle.examples import directive
from tests.property.decisions import directives, rolling
from tests.property.strategies import BROKER_MS, PARTITIONS, TOKENS, histories
from tests.streams.engine import laws
from tests.streams.engine.world import World

Action = tuple[str, Any]

ABORTS: list[Point] = [
    "before_produce",
    "after_produce",
    "before_send_offsets",
    "after_send_offsets",
    "before_commit",
]
OUTSIDE: list[Point] = ["before_consume", "after_consume", "before_seek", "before_committed"]
DEATHS: list[Point] = [*ABORTS, "before_begin", "after_commit"]
FIRST_DAY = date(2026, 4, 10)

# Few records to a step and few rows to a scan, so that work is cut in as many places as can be.
LIMITS = EngineLimits(records_per_read=5, publish_per_s=100, scan_rows_per_transaction=PARTITIONS)

actions = st.one_of(
    st.tuples(st.just("turn"), st.integers(1, 8)),
    st.tuples(st.just("day"), st.sampled_from([0, 1, 6, 31, 200])),
    st.tuples(st.just("directive"), directives()),
    st.tuples(st.just("directive"), rolling()),
    st.tuples(st.just("pause"), st.booleans()),
    st.tuples(st.just("grant"), st.integers(0, 2)),
    st.tuples(
        st.just("decide"),
        st.tuples(st.sampled_from(["RELEASED", "REFUSED"]), st.sampled_from(["ID", "74", "74.71"])),
    ),
    st.tuples(st.just("preview"), directives()),
    st.tuples(st.just("withdraw"), st.tuples(st.sampled_from(["zz", "bpu-nelayan"]), st.integers(1, 3))),
    st.tuples(
        st.just("abort"), st.tuples(st.sampled_from(ABORTS), st.sampled_from([TransactionAborted, Retryable]))
    ),
    st.tuples(st.just("die"), st.sampled_from(DEATHS)),
    st.tuples(st.just("unread"), st.sampled_from(OUTSIDE)),
    st.tuples(st.just("registry"), st.integers(1, 3)),
    st.tuples(st.just("freeze"), st.just(None)),
    st.tuples(st.just("join"), st.just(None)),
    st.tuples(st.just("restart"), st.just(None)),
    st.tuples(st.just("tell"), st.just(None)),
    st.tuples(st.just("erase"), st.sampled_from(TOKENS)),
    st.tuples(st.just("reinstate"), st.sampled_from(TOKENS)),
    st.tuples(st.just("records"), histories(max_size=6)),
    st.tuples(st.just("records"), histories(max_size=6)),
)


class Play:
    """Plays actions on a world; an engine that dies of one is started again in its slot."""

    def __init__(self, limits: EngineLimits) -> None:
        self.limits = limits
        self.world = World(partitions=PARTITIONS)
        self.world.broker.clock_ms = BROKER_MS
        self.day = FIRST_DAY
        self.slots, self.steps = 1, 0
        self.in_force: dict[str, Any] = directive()
        self.previews: list[str] = []
        self.world.start(0, limits=self.limits)

    def run(self, script: list[Action]) -> None:
        """Play the whole script on a hub with one directive, then check every law."""
        self.world.set_policy()
        self.world.set_date(FIRST_DAY)
        self.world.grant(FIRST_DAY, 1)
        self.world.put_in_force(directive())
        for action in script:
            self.act(action)
        self.finish()
        laws.check_all(self.world)
        self.every_preview_is_answered()

    def act(self, action: Action) -> None:
        """Do one thing, then turn the engines once."""
        kind, what = action
        getattr(self, f"_{kind}")(what)
        self.turn_safely(1)

    def turn_safely(self, times: int) -> None:
        """Turn each engine; one that is killed by a planted fault is replaced."""
        for _ in range(times):
            for slot, member in enumerate(list(self.world.members)):
                try:
                    member.engine.step()
                except Retryable:
                    pass  # as the process does: a pause, then on
                except ProcessKilled:
                    self._replace(slot)

    def finish(self) -> None:
        """No more faults: let everything come to rest."""
        for member in self.world.members:
            member.producer.faults._planned.clear()
            member.consumer.faults._planned.clear()
        self.world.registry.away_for = 0
        self.world.settle()

    def _replace(self, slot: int) -> None:
        self.world.members[slot].kill()
        replacement = self.world.start(slot, limits=self.limits)
        self.world.members.remove(replacement)
        self.world.members[slot] = replacement

    def _turn(self, times: int) -> None:
        self.turn_safely(times)

    def _day(self, days: int) -> None:
        self.day += timedelta(days=days)
        self.world.set_date(self.day)

    def _directive(self, document: dict[str, Any]) -> None:
        self.world.put_in_force(document)

        self.in_force = document

    def _pause(self, paused: bool) -> None:
        """The last document once more, its rollout standing still or going on."""
        self.steps += 1
        document = parse_directive(json.dumps(self.in_force))
        body = DirectiveInForce(
            document.id, document.version, document.canonical_json(), self.day if paused else None
        )
        self.world.control(f"directive:{document.id}", document.version, 10 + self.steps, body)

    def _grant(self, elsewhere: int) -> None:
        self.steps += 1
        self.world.grant(self.day, elsewhere, self.steps)

    def _decide(self, what: tuple[HoldDecision, str]) -> None:
        self.steps += 1
        self.world.decide_holds(str(self.steps), *what)

    def _preview(self, document: dict[str, Any]) -> None:
        self.steps += 1
        name, draft = f"p{self.steps}", parse_directive(json.dumps(document))
        self.previews.append(name)
        wanted = PreviewWanted(name, 1, "WHAT_IF", draft.id, draft.version, draft.canonical_json())
        self.world.control(f"preview:{name}", 1, 0, wanted)

    def every_preview_is_answered(self) -> None:
        """Of the newest preview every partition says something: counts, or that it had gone past."""
        told = {
            (partial["preview"]["preview"], partial["partition"])
            for partial in laws.all_partials(self.world)
            if partial["preview"] is not None
        }
        for name in self.previews[-1:]:
            assert {number for preview, number in told if preview == name} == set(range(PARTITIONS))

    def _withdraw(self, named: tuple[str, int]) -> None:
        self.world.withdraw(*named)

    def _abort(self, how: tuple[Point, type[JangkauError]]) -> None:
        point, error = how
        self.world.members[0].producer.faults.plan(point, error("planted"))

    def _die(self, point: Point) -> None:
        self.world.members[0].producer.faults.plan(point, ProcessKilled())

    def _unread(self, point: Point) -> None:
        self.world.members[0].consumer.faults.plan(point, Retryable("planted"))

    def _registry(self, calls: int) -> None:
        """The registry is away for some calls, and engines that start now know no schema yet."""
        self.world.registry.away_for = calls
        self._restart(None)

    def _erase(self, token: str) -> None:
        self.world.erase(token)

    def _reinstate(self, token: str) -> None:
        if token in self.world.erased:
            self.world.reinstate(token)
            self.world.broker.clock_ms += REINSTATED_AFTER_MS

    def _freeze(self, _: None) -> None:
        self.world.members[0].consumer.lose_session()

    def _join(self, _: None) -> None:
        if self.slots < 2:
            self.world.start(self.slots, limits=self.limits)
            self.slots += 1

    def _tell(self, _: None) -> None:
        self.world.now_s += 1.0  # counts are due

    def _restart(self, _: None) -> None:
        for slot in range(len(self.world.members)):
            self._replace(slot)

    def _records(self, records: list[Any]) -> None:
        for record in records:
            self.world.append(record)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(script=st.lists(actions, max_size=14))
def test_the_laws_hold_after_any_history(script: list[Action]) -> None:
    Play(LIMITS).run(script)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(script=st.lists(actions, max_size=10))
def test_the_laws_hold_while_the_state_is_swept_all_the_time(script: list[Action]) -> None:
    play = Play(replace(LIMITS, sweep=SweepLimits(bytes_at_least=2_000, garbage_factor=0, slice_rows=1)))
    play.run(script)
