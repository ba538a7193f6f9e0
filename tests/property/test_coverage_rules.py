"""Columns against the oracle, sections 3 to 5: whom a directive means, and what is desired of them."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.policy import Policy, load_policy
from streams.coverage.directive import FALSE, NOT_KNOWN, TRUE
from streams.coverage.explain import explain_directive, programs_in
from streams.coverage.situation import ARREARS_SHIFT, HAS_ENROLMENT, HAS_SNAPSHOT, MembershipRule
from streams.coverage.verdict import situations_of
from tests.oracle.directive import MEANT, clauses, outcome
from tests.oracle.examples import enrolment, membership, person
from tests.oracle.membership import situation
from tests.oracle.verdict import digest
from tests.property import decisions as decided
from tests.property import strategies as made
from tests.property.reference import policies
from tests.property.together import Scene, documents, filled

ANSWERS = {FALSE: False, TRUE: True, NOT_KNOWN: None}

PLAIN = {
    "id": "everybody",
    "version": 1,
    "title": "Semua orang",
    "legal_basis": "test",
    "requires": ["JKK", "JKM"],
    "effective": {"from": "2025-03-27"},
}


@given(made.scenes(), decided.directives())
def test_clauses(scene: Scene, document: dict[str, Any]) -> None:
    hub, columns = filled(*scene, [document])
    day = scene[1]
    (directive,) = columns.compiled([document], day)
    means, incomplete = directive.means(columns.facts), directive.incomplete(columns.facts)
    for row, token in enumerate(made.TOKENS):
        person = hub.person(token)
        one = columns.facts.take(slice(row, row + 1))
        found = {clause.name: ANSWERS[int(clause.answer(one)[0])] for clause in directive.clauses}
        expected = clauses(document, person, day)
        if person is None:
            assert found["DTSEN"] is False
        else:
            # The columns leave out clauses the directive does not have; those are true of everybody.
            assert {name: found.get(name, True) for name in expected} == expected
        assert means[row] == (outcome(document, person, day) == MEANT)
        assert incomplete[row] == (outcome(document, person, day) == "INCOMPLETE_DATA")


@given(st.lists(made.memberships(), max_size=6), made.business_dates, policies())
def test_situations(snapshots: list[dict[str, Any]], day: date, policy: Policy) -> None:
    """Section 3, whatever the due days and the tolerance."""
    history = [made.raw(token, snapshot) for token, snapshot in zip(made.TOKENS, snapshots, strict=False)]
    hub, columns = filled(history, day, [], policy)
    found = situations_of(columns.facts, MembershipRule.at(policy, day))
    for token, number in zip(made.TOKENS, found.tolist(), strict=True):
        now = situation(hub.membership(token), policy, day, policy.tolerance_at(day))
        assert tuple(programs_in(number)) == now.alive
        assert tuple(programs_in(number >> ARREARS_SHIFT)) == now.in_arrears
        assert bool(number & HAS_SNAPSHOT) == now.has_fact
        assert bool(number & HAS_ENROLMENT) == now.has_enrolment


@given(made.scenes(), documents, policies())
def test_desired_and_its_digest(scene: Scene, rules: list[dict[str, Any]], policy: Policy) -> None:
    hub, columns = filled(*scene, rules, policy)
    day = scene[1]
    found = columns.desired(columns.compiled(rules, day), MembershipRule.at(policy, day))
    assert found == hub.desired
    assert digest(found) == hub.digest


@given(made.scenes(), documents, policies())
def test_covered_through(scene: Scene, rules: list[dict[str, Any]], policy: Policy) -> None:
    hub, columns = filled(*scene, rules, policy)
    day = scene[1]
    found = columns.covered_through(columns.compiled(rules, day), policy, day)
    assert found == {token: hub.covered_through(token) for token in made.TOKENS}


def test_covered_through_to_the_last_day_there_is() -> None:
    day = date(2100, 12, 1)
    document = {**PLAIN, "means": {"presence": ["PRESENT"]}}
    paid = membership(enrolment("PU", date(2100, 12, 31)))
    history = [made.raw(made.TOKENS[0], person()), made.raw(made.TOKENS[0], paid)]
    hub, columns = filled(history, day, [document])
    found = columns.covered_through(columns.compiled([document], day), load_policy(), day)
    assert found[made.TOKENS[0]] == hub.covered_through(made.TOKENS[0]) == date(2101, 2, 15)


@given(made.scenes(), decided.directives())
def test_explanation_says_what_the_verdict_says(scene: Scene, document: dict[str, Any]) -> None:
    hub, columns = filled(*scene, [document])
    day = scene[1]
    (directive,) = columns.compiled([document], day)
    rule = MembershipRule.at(load_policy(), day)
    for row, token in enumerate(made.TOKENS):
        told = explain_directive(directive, columns.facts.take(slice(row, row + 1)), rule)
        why = outcome(document, hub.person(token), day)
        assert told["means"] == (why == MEANT)
        assert told["not_meant_reason"] == (None if why == MEANT else why)
        verdicts = hub.desired[token].verdicts if hub.person(token) is not None else ()
        said = [{"status": v.status, "missing": list(v.missing), "reason": v.reason} for v in verdicts]
        assert told["verdict"] == (said[0] if said else None)
        asked = clauses(document, hub.person(token), day)
        words = {True: "true", False: "false", None: "unknown"}
        assert {c["clause"]: c["result"] for c in told["clauses"]}.items() <= {
            name: words[answer] for name, answer in asked.items()
        }.items(), "no clause is asked of someone without a DTSEN fact but that one"
