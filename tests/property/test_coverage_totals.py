"""Columns against the oracle, section 6: counts per regency, and what only a hub can see."""

from datetime import date
from typing import Any

import numpy as np
from hypothesis import given
from numpy.typing import NDArray

from schemas.ids import RegionCode
from schemas.policy import Policy
from streams.coverage.situation import MembershipRule
from streams.coverage.totals import DIRECTIVE_COUNTS, DISCREPANCIES, count_regencies
from streams.coverage.verdict import evaluate, situations_of
from tests.property import strategies as made
from tests.property.columns import Columns
from tests.property.reference import policies
from tests.property.together import Scene, documents, filled

Published = dict[tuple[str, int], NDArray[np.uint16]]
Counted = dict[str, tuple[int, dict[tuple[str, str], int], dict[str, int]]]
"""Persons, counts by (directive, name) and discrepancies per regency; what is zero is left out."""


def counted(columns: Columns, rules: list[dict[str, Any]], day: date, policy: Policy) -> Counted:
    facts, rule = columns.facts, MembershipRule.at(policy, day)
    directives = tuple(columns.compiled(rules, day))
    situation = situations_of(facts, rule)
    # Published equals desired: the totals of a hub that has caught up.
    verdicts: Published = {(d.id, d.version): evaluate(d, facts, situation) for d in directives}
    nobody = np.zeros(len(facts), bool)
    counts = count_regencies(facts, verdicts, facts.region, nobody, directives, rule, columns.index.regencies)
    found: Counted = {}
    for k, digits in enumerate(counts.regencies.tolist()):
        by_directive = {
            (name, column): int(table[k, i])
            for (name, _), table in counts.directives.items()
            for i, column in enumerate(DIRECTIVE_COUNTS)
            if table[k, i]
        }
        seen = {name: int(n) for name, n in zip(DISCREPANCIES, counts.discrepancies[k], strict=True) if n}
        region = RegionCode.from_digits(digits).text if digits else ""
        found[region] = int(counts.persons[k]), by_directive, seen
    return {region: row for region, row in found.items() if row != (0, {}, {})}


@given(made.scenes(), documents, policies())
def test_totals_equal_the_count_over_persons(
    scene: Scene, rules: list[dict[str, Any]], policy: Policy
) -> None:
    """Law 5."""
    hub, columns = filled(*scene, rules, policy)
    day = scene[1]
    expected = {
        region: (total.persons, dict(total.directives), dict(total.discrepancies))
        for region, total in hub.totals.items()
        if total.persons or total.directives or total.discrepancies
    }
    assert counted(columns, rules, day, policy) == {
        r: row for r, row in expected.items() if row != (0, {}, {})
    }


@given(made.scenes(), documents, policies())
def test_totals_of_parts_add_up(scene: Scene, rules: list[dict[str, Any]], policy: Policy) -> None:
    """Every directive's eligible are its covered and its gap, and its gap is the sum of the reasons."""
    _, columns = filled(*scene, rules, policy)
    day = scene[1]
    rule = MembershipRule.at(policy, day)
    directives = tuple(columns.compiled(rules, day))
    situation = situations_of(columns.facts, rule)
    verdicts: Published = {(d.id, d.version): evaluate(d, columns.facts, situation) for d in directives}
    nobody = np.zeros(len(columns.facts), bool)
    counts = count_regencies(
        columns.facts, verdicts, columns.facts.region, nobody, directives, rule, columns.index.regencies
    )
    of = DIRECTIVE_COUNTS.index
    for table in counts.directives.values():
        assert np.array_equal(table[:, of("eligible")], table[:, of("covered")] + table[:, of("gap")])
        reasons = table[:, of("never_registered") : of("lapsed") + 1]
        assert np.array_equal(table[:, of("gap")], reasons.sum(axis=1))
        assert (table[:, of("lapsing_30_days")] <= table[:, of("covered")]).all()
