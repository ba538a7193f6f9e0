"""No more leave than was granted, whatever happens; and a preview says what coming into force does."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.directive import parse_directive
from schemas.errors import TransactionAborted
from schemas.events import CoverageState, PreviewWanted
from schemas.names import DTSEN_PERSONS
from schemas.partitioner import partition_for
from schemas.records import TopicPartition
from tests.oracle.examples import RELEASE_2026_1, person
from tests.property.decisions import directives
from tests.property.strategies import PARTITIONS, TOKENS, histories
from tests.property.test_engine_histories import ABORTS, DEATHS, FIRST_DAY, LIMITS, Play
from tests.streams.engine import laws
from tests.streams.engine.world import World

_COMMON = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

actions = st.one_of(
    st.tuples(st.just("turn"), st.integers(1, 6)),
    st.tuples(st.just("next_day"), st.integers(0, 2)),
    # What is released leaves beside the grant, so nothing is.
    st.tuples(st.just("decide"), st.just(("REFUSED", "ID"))),
    st.tuples(st.just("abort"), st.tuples(st.sampled_from(ABORTS), st.just(TransactionAborted))),
    st.tuples(st.just("die"), st.sampled_from(DEATHS)),
    st.tuples(st.just("freeze"), st.just(None)),
    st.tuples(st.just("join"), st.just(None)),
    st.tuples(st.just("restart"), st.just(None)),
    st.tuples(
        st.just("rank"), st.lists(st.tuples(st.sampled_from(TOKENS), st.sampled_from([2, 9])), max_size=8)
    ),
    st.tuples(st.just("rank"), st.just([(token, 2) for token in TOKENS])),
    st.tuples(st.just("rank"), st.just([(token, 9) for token in TOKENS])),
    st.tuples(st.just("records"), histories(max_size=6)),
)


class Guarded(Play):
    """One directive from the beginning to the end, and one grant a day."""

    def __init__(self) -> None:
        super().__init__(LIMITS)
        self.granted = {FIRST_DAY: 1}
        self.corrections = 10

    def _rank(self, deciles: list[tuple[str, int]]) -> None:
        """BPS ranks these people of Kendari anew, each time with a higher version."""
        for token, decile in deciles:
            self.corrections += 1
            fact = person(version=RELEASE_2026_1 + self.corrections, decile=decile)
            self.world.publish(DTSEN_PERSONS, token, fact)

    def _next_day(self, elsewhere: int) -> None:
        self.day += timedelta(days=1)
        self.granted[self.day] = elsewhere
        self.world.set_date(self.day)
        self.world.grant(self.day, elsewhere)


def left_by_dtsen(world: World) -> Counter[tuple[date, str]]:
    """By business date and regency of the record before, who left by a DTSEN fact that is no death."""
    found: Counter[tuple[date, str]] = Counter()
    for token, states in world.published().items():
        for before, after in pairwise(states):
            leaves = before.verdicts and not after.verdicts and "DTSEN" in after.causes
            if leaves and _presence(world, token, after) not in ("DECEASED", "REMOVED", "MERGED"):
                found[after.business_date, before.region[: len("74.71")]] += 1
    return found


def _presence(world: World, token: str, state: CoverageState) -> str:
    """What the fact that a record rests on says."""
    assert state.evidence.dtsen is not None
    source = TopicPartition(DTSEN_PERSONS, partition_for(token.encode(), world.partitions))
    value = world.broker.partition(source).values[state.evidence.dtsen.offset]
    return str(world.codec.decode(DTSEN_PERSONS, value or b"")["presence"])


@_COMMON
@given(script=st.lists(actions, max_size=14))
def test_what_was_granted_is_never_overspent(script: list[Any]) -> None:
    play = Guarded()
    play.run(script)
    for (day, regency), persons in left_by_dtsen(play.world).items():
        assert persons <= play.granted[day], regency


@_COMMON
@given(
    history=histories(max_size=25),
    now=directives(st.just("inpres-8-2025"), st.just(1)),
    draft=directives(st.just("inpres-8-2025"), st.just(2)),
)
def test_a_preview_is_what_coming_into_force_does(
    history: list[Any], now: dict[str, Any], draft: dict[str, Any]
) -> None:
    play = Play(replace(LIMITS, records_per_read=50))
    world = play.world
    world.set_policy()
    world.set_date(FIRST_DAY)
    world.put_in_force(now)
    for record in history:
        world.append(record)
    world.settle()
    before = {token: states[-1] for token, states in world.published().items()}
    parsed = parse_directive(json.dumps(draft))
    wanted = PreviewWanted("p", 1, "WHAT_IF", parsed.id, 2, parsed.canonical_json())
    world.control("preview:p", 1, 0, wanted)
    world.settle()
    told: Counter[str] = Counter()
    answered = set()
    for partial in laws.all_partials(world):
        answer = partial["preview"]
        if answer is not None and not answer["passed"]:
            answered.add(partial["partition"])
            for cell in answer["cells"]:
                told[cell["movement"]] += cell["persons"]
    assert answered == set(range(PARTITIONS))
    world.put_in_force(draft)
    world.settle()
    after = {token: states[-1] for token, states in world.published().items()}
    meant_before = {token for token, state in before.items() if state.verdicts}
    meant_after = {token for token, state in after.items() if state.verdicts}
    assert +told == +Counter(
        ENTERING=len(meant_after - meant_before),
        LEAVING=len(meant_before - meant_after),
        STAYING=len(meant_before & meant_after),
    )
    laws.check_all(world)
