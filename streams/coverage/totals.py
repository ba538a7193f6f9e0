"""Counts per regency, as columns: what the hub adds up to regions, provinces and the nation."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.names import GAP_REASONS, PRESENCES
from streams.coverage.directive import CompiledDirective, Mask
from streams.coverage.facts import DIED, ENROLLED, HAS_PU, TWO_PUBLIC_PAYERS, Facts
from streams.coverage.ordering import NO_FACT
from streams.coverage.situation import MembershipRule, by_slot, programs_since
from streams.coverage.verdict import COVERED, NOT_MEANT, is_gap, reason_of

_PRESENT = PRESENCES.index("PRESENT")
_DECEASED = PRESENCES.index("DECEASED")
_PRIVATE_EMPLOYEE = 4
"""Work status of a private employee, who should be a wage-earner member."""

Counts = NDArray[np.int64]
DirectiveKey = tuple[str, int]

DIRECTIVE_COUNTS = (
    "eligible",
    "covered",
    "gap",
    *(reason.lower() for reason in GAP_REASONS),
    "held",
    "lapsing_30_days",
    "incomplete_data",
)
DISCREPANCIES = (
    "dead_at_dtsen_alive_at_bpjs",
    "dead_at_bpjs_present_at_dtsen",
    "two_public_payers",
    "employee_without_pu",
    "member_unknown_to_dtsen",
)


@dataclass(frozen=True, slots=True)
class RegencyCounts:
    """Counts of some persons per regency. ``regencies``: sorted digits (0: no known region), k of them.

    ``persons`` (k,); ``directives``: per directive (k, len(DIRECTIVE_COUNTS)); ``discrepancies`` (k, 5).
    """

    regencies: Counts
    persons: Counts
    directives: Mapping[DirectiveKey, Counts]
    discrepancies: Counts


def count_regencies(
    facts: Facts,
    verdicts: Mapping[DirectiveKey, NDArray[np.uint16]],
    published_region: NDArray[np.uint32],
    held: Mask,
    directives: tuple[CompiledDirective, ...],
    membership: MembershipRule | None,
    regency_of: NDArray[np.int64],
) -> RegencyCounts:
    """Count persons by what was published of them (``verdicts``, ``published_region``) and by their facts.

    ``held``: persons of whom a change is kept back, (n,). ``regency_of`` gives the digits of the regency per
    region index. Without a membership rule (no business date yet) only persons are counted.
    """
    regencies, numbers = np.unique(regency_of, return_inverse=True)
    home, published_home = numbers[facts.region], numbers[published_region]
    k = len(regencies)

    def per(where: NDArray[np.intp], mask: NDArray[np.bool_]) -> Counts:
        return np.bincount(where[mask], minlength=k)

    known = facts.dtsen_version != NO_FACT
    counted: dict[DirectiveKey, Counts] = {}
    discrepancies = np.zeros((k, len(DISCREPANCIES)), np.int64)
    if membership is not None:
        alive, lapsing_alive = _alive(facts, membership)
        for directive in directives:
            key = directive.id, directive.version
            codes = verdicts.get(key, np.zeros(len(facts), np.uint16))
            lapsing = (codes == COVERED) & (directive.required & ~lapsing_alive != 0)
            reasons = reason_of(codes)
            columns = [
                per(published_home, codes != NOT_MEANT),
                per(published_home, codes == COVERED),
                per(published_home, is_gap(codes)),
                *(per(published_home, reasons == number) for number in range(len(GAP_REASONS))),
                per(published_home, held & (codes != NOT_MEANT) & ~directive.means(facts)),
                per(published_home, lapsing),
                per(home, directive.incomplete(facts)),
            ]
            counted[key] = np.stack(columns, axis=1)
        discrepancies = np.stack([per(home, mask) for mask in _discrepancies(facts, alive)], axis=1)
    return RegencyCounts(regencies, per(home, known), counted, discrepancies)


def _alive(facts: Facts, rule: MembershipRule) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Programs alive today, and in 30 days by the same facts."""
    enrolled = np.flatnonzero((facts.bpjs_version != NO_FACT) & (facts.bpjs_flags & ENROLLED != 0))
    columns = by_slot(facts.paid[enrolled])
    now, later = np.zeros(len(facts), np.uint16), np.zeros(len(facts), np.uint16)
    now[enrolled] = programs_since(columns, rule.alive)
    later[enrolled] = programs_since(columns, rule.alive_in_30_days)
    return now, later


def _discrepancies(facts: Facts, alive: NDArray[np.uint16]) -> list[NDArray[np.bool_]]:
    """Masks in the order of DISCREPANCIES (docs/rules.md, section 6)."""
    dtsen, bpjs = facts.dtsen_version != NO_FACT, facts.bpjs_version != NO_FACT
    present = dtsen & (facts.presence == _PRESENT)
    flags = np.where(bpjs, facts.bpjs_flags, 0)
    return [
        dtsen & (facts.presence == _DECEASED) & (alive != 0),
        present & (flags & DIED != 0),
        flags & TWO_PUBLIC_PAYERS != 0,
        present & (facts.work_status == _PRIVATE_EMPLOYEE) & (flags & HAS_PU == 0),
        bpjs & ~dtsen,
    ]
