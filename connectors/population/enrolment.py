"""Who is a member when the year begins, and who has not paid for how long."""

import numpy as np
from numpy.typing import NDArray

from connectors.population.assumptions import Assumptions
from connectors.population.memberships import (
    APBD_PROVINCE,
    APBD_REGENCY,
    BPU,
    EMPLOYER,
    ENDED,
    JAKON,
    PMI,
    PU,
    PUBLISHED,
    SELF,
    WAGE_EARNER_PROGRAMS,
    Memberships,
    last_day,
    last_days,
    program_mask,
)
from connectors.population.people import ABROAD, OLDEST_MEMBER, People, completed_years
from connectors.population.work import INFORMAL

_PRIVATE_EMPLOYEE, _STATE_EMPLOYEE = 4, 5
_CONSTRUCTION = 11
_BPU_BASE = program_mask("JKK+JKM")
_PUBLISHED_BEFORE = 1
"""Marks a person BPJS will publish in its first full publication; the year gives the real version."""


def funding_number(payer: int, regency: NDArray[np.int16]) -> NDArray[np.int64]:
    """Number of the budget a payer pays from for people of a regency."""
    return payer * 100 + regency.astype(np.int64)


def draw_memberships(
    assumptions: Assumptions, people: People, month: np.datetime64, rng: np.random.Generator
) -> Memberships:
    """The memberships on the first day of ``month``."""
    members = Memberships.none(len(people))
    age = completed_years(people.birth, month.astype("datetime64[D]"))
    grown = (age >= 18) & (age <= OLDEST_MEMBER)
    _enrol_employees(assumptions, people, members, grown, month, rng)
    _enrol_informal(assumptions, people, members, grown, month, rng)
    _enrol_periods(assumptions, people, members, grown, month, rng)
    _enrol_unknown(people, members, month)
    enrolled = members.enrolled()
    ended = grown & ~enrolled & (rng.random(len(people)) < assumptions.number("members", "ended"))
    members.version[enrolled | ended] = _PUBLISHED_BEFORE
    members.cause[enrolled] = PUBLISHED
    members.cause[ended] = ENDED
    return members


def draw_programs(assumptions: Assumptions, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Program masks of new BPU members."""
    table = assumptions.table("programs_bpu")
    masks = np.array([program_mask(text) for text in table])
    return rng.choice(masks, n, p=list(table.values()))


def _some(mask: NDArray[np.bool_], chance: float, rng: np.random.Generator) -> NDArray[np.intp]:
    who = np.flatnonzero(mask)
    return who[rng.random(len(who)) < chance]


def _enrol_employees(
    assumptions: Assumptions,
    people: People,
    members: Memberships,
    grown: NDArray[np.bool_],
    month: np.datetime64,
    rng: np.random.Generator,
) -> None:
    # Wages of a month are due by the 15th of the next: on 1 April, February is paid and March is not due.
    for status, kind in ((_PRIVATE_EMPLOYEE, "pu_private"), (_STATE_EMPLOYEE, "pu_state")):
        who = _some(grown & (people.work == status), assumptions.number("members", kind), rng)
        members.enrol(who, PU, WAGE_EARNER_PROGRAMS, last_day(month - 2), EMPLOYER)


def _enrol_informal(
    assumptions: Assumptions,
    people: People,
    members: Memberships,
    grown: NDArray[np.bool_],
    month: np.datetime64,
    rng: np.random.Generator,
) -> None:
    informal = grown & np.isin(people.work, INFORMAL)
    poor = informal & (people.decile >= 1) & (people.decile <= 5)
    paid_for = _some(poor, assumptions.number("members", "bpu_apbd"), rng)
    budget = funding_number(APBD_REGENCY, people.regency[paid_for])
    members.enrol(paid_for, BPU, _BPU_BASE, last_day(month - 1), APBD_REGENCY, budget)
    twice = paid_for[rng.random(len(paid_for)) < assumptions.number("second_public_payer")]
    province = funding_number(APBD_PROVINCE, np.zeros(len(twice), np.int16))
    members.enrol(twice, BPU, _BPU_BASE, last_day(month - 1), APBD_PROVINCE, province)
    own = _some(informal & ~members.enrolled(), assumptions.number("members", "bpu_self"), rng)
    months, shares = assumptions.numbered("months_behind")
    behind = rng.choice(months, len(own), p=shares)
    members.enrol(own, BPU, draw_programs(assumptions, len(own), rng), last_days(month - 1 - behind), SELF)
    members.stopped[own[behind > 3], 0] = True


def _enrol_periods(
    assumptions: Assumptions,
    people: People,
    members: Memberships,
    grown: NDArray[np.bool_],
    month: np.datetime64,
    rng: np.random.Generator,
) -> None:
    """Building sites and contracts abroad pay for a period that ends on some day."""
    first = last_day(month - 1) + 1
    builders = grown & (people.industry == _CONSTRUCTION) & ~members.in_segment(PU)
    who = _some(builders, assumptions.number("members", "jakon"), rng)
    members.enrol(who, JAKON, _BPU_BASE, first + _period_ends(assumptions, "jakon", len(who), rng), EMPLOYER)
    abroad = _some(grown & (people.presence == ABROAD), assumptions.number("members", "pmi"), rng)
    members.enrol(abroad, PMI, _BPU_BASE, first + _period_ends(assumptions, "pmi", len(abroad), rng), SELF)


def _period_ends(assumptions: Assumptions, kind: str, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    earliest, latest = (
        int(assumptions.number("period_ends", f"{kind}_{end}")) for end in ("earliest", "latest")
    )
    return rng.integers(earliest, latest + 1, n)


def _enrol_unknown(people: People, members: Memberships, month: np.datetime64) -> None:
    who = np.arange(people.ranked, len(people))
    who = who[~members.enrolled()[who]]
    members.enrol(who, BPU, _BPU_BASE, last_day(month - 1), SELF)
