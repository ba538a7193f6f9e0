"""Registration drives: waves in which a regency enrols poor informal workers who have no cover."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connectors.population.assumptions import Assumptions
from connectors.population.enrolment import funding_number
from connectors.population.memberships import (
    APBD_PROVINCE,
    APBN,
    BPU,
    DIED,
    FREE,
    REGISTERED,
    Memberships,
    last_day,
    program_mask,
)
from connectors.population.people import OLDEST_MEMBER, PRESENT, People, completed_years
from connectors.population.work import INFORMAL
from schemas.names import PAYERS

YOUNGEST_MEMBER = 18
_POOREST = (1, 2, 3, 4)
_PROGRAMS = program_mask("JKK+JKM")
_WITHOUT_REGENCY = (APBN, APBD_PROVINCE)


@dataclass(frozen=True)
class DrivePlan:
    """``chance[k, r]``: the chance in month k that someone in regency r who could be registered is."""

    chance: NDArray[np.float64]


def plan_drives(assumptions: Assumptions, regencies: int, months: int, rng: np.random.Generator) -> DrivePlan:
    """Draw each regency's reach over so many months, and which of them have its waves."""
    reach = rng.uniform(
        assumptions.number("drive_reach", "lowest"), assumptions.number("drive_reach", "highest"), regencies
    )
    waves = int(assumptions.number("drive_waves"))
    chance = np.zeros((months, regencies))
    for regency in range(regencies):
        when = np.sort(rng.choice(months, min(waves, months), replace=False))
        part = reach[regency] / len(when)
        # Later waves draw from those the earlier ones left, so their chance rises.
        chance[when, regency] = [part / (1 - part * done) for done in range(len(when))]
    return DrivePlan(chance)


def register(
    assumptions: Assumptions,
    people: People,
    members: Memberships,
    chance: NDArray[np.float64],
    month: np.datetime64,
    rng: np.random.Generator,
) -> NDArray[np.intp]:
    """One month's wave, ``chance`` by regency; returns who was registered, paid to the end of the month."""
    could = np.flatnonzero(_could_be_registered(people, members, month))
    who = could[rng.random(len(could)) < chance[people.regency[could]]]
    shares = assumptions.table("drive_payers")
    payers = rng.choice([PAYERS.index(name) for name in shares], len(who), p=list(shares.values()))
    for payer in np.unique(payers):
        paid_for = who[payers == payer]
        members.enrol(
            paid_for, BPU, _PROGRAMS, last_day(month), int(payer), _funding(int(payer), people, paid_for)
        )
    members.cause[who] = REGISTERED
    return who


def fundings(regencies: tuple[str, ...], year: int) -> dict[int, str]:
    """What the budgets are called, by funding number."""
    names = {}
    for payer, name in enumerate(PAYERS):
        for number, code in enumerate(regencies):
            place = "ID" if payer == APBN else code[:2] if payer == APBD_PROVINCE else code
            names[int(funding_number(payer, np.array([number], np.int16))[0])] = f"{name}-{place}-{year}"
    return names


def vulnerable_workers(people: People, on: np.datetime64) -> NDArray[np.bool_]:
    """The poor informal workers of working age whom drives look for, shape (n,)."""
    age = completed_years(people.birth, on)
    poor = np.isin(people.decile, _POOREST) | people.extreme
    ranked = np.arange(len(people)) < people.ranked
    of_age = (age >= YOUNGEST_MEMBER) & (age <= OLDEST_MEMBER)
    found: NDArray[np.bool_] = (
        ranked & poor & of_age & np.isin(people.work, INFORMAL) & (people.presence == PRESENT)
    )
    return found


def _could_be_registered(people: People, members: Memberships, month: np.datetime64) -> NDArray[np.bool_]:
    # Someone who still pays, or paid within three months, is left alone; the dead are known to BPJS.
    still_paid = ((members.segment != FREE) & (members.paid > last_day(month - 4))).any(axis=1)
    died = (members.version > 0) & (members.cause == DIED)
    could: NDArray[np.bool_] = vulnerable_workers(people, month.astype("datetime64[D]")) & ~still_paid & ~died
    return could


def _funding(payer: int, people: People, who: NDArray[np.intp]) -> NDArray[np.int64]:
    regency = people.regency[who]
    if payer in _WITHOUT_REGENCY:
        regency = np.zeros_like(regency)
    return funding_number(payer, regency)
