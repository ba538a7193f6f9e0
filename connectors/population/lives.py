"""What happens to people in a month: deaths, moves, work, ranks. Changes columns in place."""

import numpy as np
from numpy.typing import NDArray

from connectors.population.assumptions import OLDEST, Assumptions
from connectors.population.enrolment import draw_programs
from connectors.population.memberships import (
    BPU,
    DIED,
    ENDED,
    FREE,
    PU,
    SELF,
    SLOTS,
    TRANSFERRED,
    Memberships,
    last_day,
)
from connectors.population.people import (
    DECEASED,
    PRESENT,
    UNRANKED,
    People,
    completed_years,
    homes_within,
)
from connectors.population.work import WORKING_AGE, draw_work
from schemas.ids import VILLAGE_CHARS

_LOWEST_DECILE, _HIGHEST_DECILE = 1, 10

Who = NDArray[np.intp]


def deaths(
    assumptions: Assumptions,
    people: People,
    members: Memberships,
    on: np.datetime64,
    rng: np.random.Generator,
) -> tuple[Who, Who]:
    """Those whose death DTSEN learns of, and those whose death BPJS learns of."""
    age = np.minimum(completed_years(people.birth, on), OLDEST - 1)
    chance = assumptions.by_age("deaths")[age]
    alive = people.presence == PRESENT
    dying = np.flatnonzero(alive & (rng.random(len(people)) < chance))
    told = rng.choice(
        ["both", "dtsen", "bpjs"], len(dying), p=list(assumptions.table("deaths_told").values())
    )
    by_dtsen = dying[(told != "bpjs") & (dying < people.ranked)]
    by_bpjs = dying[(told != "dtsen") & members.enrolled()[dying]]
    people.presence[by_dtsen] = DECEASED
    members.end(by_bpjs)
    members.cause[by_bpjs] = DIED
    return by_dtsen, by_bpjs


def moves(assumptions: Assumptions, people: People, rng: np.random.Generator) -> Who:
    """Those who move house, some to another regency."""
    present = people.presence[: people.ranked] == PRESENT
    who = _some(present, assumptions.number("moves", "moves"), rng)
    regency = people.regency[who]
    leaves = rng.random(len(who)) < assumptions.number("moves", "leaves_regency")
    regency[leaves] = rng.integers(len(people.places.regencies), size=int(leaves.sum()))
    people.home[who] = homes_within(people.places, people.places.level(VILLAGE_CHARS), regency, rng)
    return who


def work_recorded(
    assumptions: Assumptions, people: People, on: np.datetime64, rng: np.random.Generator
) -> Who:
    """Those whose work is recorded anew."""
    age = completed_years(people.birth[: people.ranked], on)
    chance = assumptions.number("work_changes", "recorded_anew")
    who = _some((age >= WORKING_AGE) & (people.presence[: people.ranked] == PRESENT), chance, rng)
    years = np.minimum(age[who], OLDEST - 1).astype(np.int8)
    people.work[who], people.industry[who] = draw_work(
        assumptions, years, people.female[who], people.decile[who], rng
    )
    return who


def rerank(assumptions: Assumptions, people: People, rng: np.random.Generator) -> Who:
    """A new release: some move by deciles, some get one, some lose theirs."""
    decile = people.decile[: people.ranked]
    before = decile.copy()
    ranked = before != UNRANKED
    moved = _some(ranked, assumptions.number("rerank", "moved"), rng)
    steps, shares = assumptions.numbered("rerank_steps")
    there = decile[moved] + rng.choice(steps, len(moved), p=shares)
    decile[moved] = np.clip(there, _LOWEST_DECILE, _HIGHEST_DECILE)
    decile[_some(ranked, assumptions.number("rerank", "unranked"), rng)] = UNRANKED
    found = _some(~ranked, assumptions.number("rerank", "ranked"), rng)
    decile[found] = rng.integers(_LOWEST_DECILE, _HIGHEST_DECILE + 1, len(found))
    return np.flatnonzero(decile != before)


def jobs_lost(
    assumptions: Assumptions, members: Memberships, month: np.datetime64, rng: np.random.Generator
) -> Who:
    """Wage earners who lose the job; some go on paying for themselves, others have nothing left."""
    who = _some(members.in_segment(PU), assumptions.number("work_changes", "job_lost"), rng)
    for slot in range(SLOTS):
        held = who[members.segment[who, slot] == PU]
        members.segment[held, slot] = FREE
    goes_on = who[rng.random(len(who)) < assumptions.number("work_changes", "goes_on_as_bpu")]
    members.enrol(goes_on, BPU, draw_programs(assumptions, len(goes_on), rng), last_day(month), SELF)
    members.cause[who] = np.where(members.enrolled()[who], TRANSFERRED, ENDED)
    return who


def memberships_ended(assumptions: Assumptions, members: Memberships, rng: np.random.Generator) -> Who:
    """Members who leave altogether."""
    who = _some(members.in_segment(BPU), assumptions.number("work_changes", "membership_ended"), rng)
    members.end(who)
    members.cause[who] = ENDED
    return who


def _some(mask: NDArray[np.bool_], chance: float, rng: np.random.Generator) -> Who:
    who = np.flatnonzero(mask)
    return who[rng.random(len(who)) < chance]
