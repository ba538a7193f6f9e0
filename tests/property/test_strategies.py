"""The generators make what they promise: otherwise the laws would be tried on nothing."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy

from schemas.names import GAP_REASONS
from tests.oracle.directive import CLAUSES, MEANT
from tests.oracle.partition import partition_of
from tests.oracle.records import RawRecord, Record
from tests.property import strategies
from tests.property.decisions import date_set, decisions, directives, in_force, policy_set
from tests.property.reference import oracle
from tests.property.together import Scene

T = TypeVar("T")

CLASSES = {"accepted", "duplicate", "stale", "conflict", "quarantined"}
REASONS = {
    "INVALID_KEY",
    "WRONG_PARTITION",
    "NULL_VALUE",
    "UNDECODABLE",
    "INVALID_VERSION",
    "VERSION_AHEAD",
    "UNKNOWN_REGION",
    "INVALID_DATE",
    "INVALID_DECILE",
    "INVALID_WORK_STATUS",
    "INVALID_INDUSTRY",
    "INVALID_REPLACED_BY",
    "TOO_MANY_ENROLMENTS",
}
DISCREPANCIES = {
    "dead_at_dtsen_alive_at_bpjs",
    "dead_at_bpjs_present_at_dtsen",
    "two_public_payers",
    "employee_without_pu",
    "member_unknown_to_dtsen",
}


def test_every_partition_has_a_person() -> None:
    found = {partition_of(token.encode(), strategies.PARTITIONS) for token in strategies.TOKENS}
    assert found == set(range(strategies.PARTITIONS))


@given(st.lists(strategies.persons() | strategies.memberships(), min_size=1, max_size=5))
def test_good_records_are_usable(records: list[dict[str, object]]) -> None:
    hub = oracle()
    for record in records:
        hub.record(strategies.raw(strategies.TOKENS[0], record))
    assert hub.quarantined == []


def see(examples: SearchStrategy[T], tell: Callable[[T], Iterable[object]], expected: set[object]) -> None:
    """Draw until everything expected has been told of; fails if that takes too long."""
    missing = set(expected)

    def all_seen(example: T) -> bool:
        missing.difference_update(tell(example))
        return not missing

    try:
        find(examples, all_seen, settings=settings(max_examples=3000, database=None, phases=[Phase.generate]))
    except NoSuchExample:
        pytest.fail(f"never made: {missing}")


def test_histories_hold_every_class_and_every_reason() -> None:
    def tell(history: list[RawRecord]) -> Iterable[str]:
        hub = oracle()
        for record in history:
            yield hub.record(record)
        yield from (reject.reason for reject in hub.quarantined)

    see(strategies.histories(), tell, {*CLASSES, *REASONS})


def test_scenes_hold_every_outcome_every_reason_of_a_gap_and_every_count() -> None:
    def tell(drawn: tuple[Scene, Record]) -> Iterable[object]:
        (history, day), document = drawn
        hub = oracle()
        for event in (policy_set(), date_set(day), in_force(document)):
            hub.control(event)
        for record in history:
            hub.record(record)
        for token in hub.tokens:
            yield from hub.outcomes(token).values()
        for person in hub.desired.values():
            yield from (verdict.reason or verdict.status for verdict in person.verdicts)
        for total in hub.totals.values():
            yield from (name for _, name in total.directives)
            yield from total.discrepancies

    # Rollouts are played in histories of the engine.
    outcomes = {*CLAUSES, MEANT, "INCOMPLETE_DATA", *GAP_REASONS, "COVERED"} - {"ROLLOUT"}
    counts = {"lapsing_30_days", "incomplete_data", *DISCREPANCIES}
    see(st.tuples(strategies.scenes(), directives()), tell, {*outcomes, *counts})


def test_decisions_overtake_and_withdraw() -> None:
    def tell(history: list[Record]) -> Iterable[object]:
        hub = oracle()
        for event in history:
            yield event["body"][0].rpartition(".")[2], hub.control(event)
        yield len(hub.state.directives)

    kinds = ["BusinessDateSet", "DirectiveInForce", "DirectiveWithdrawn", "PolicyInForce"]
    see(decisions(), tell, {0, 1, 2, *((kind, news) for kind in kinds for news in (True, False))})
