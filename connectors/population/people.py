"""Draws the people: one NumPy column an attribute, about 50 bytes a person."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connectors.population.assumptions import OLDEST, Assumptions
from connectors.population.niks import draw_niks
from connectors.population.places import Places
from connectors.population.work import draw_work
from schemas.names import PRESENCES

NOT_KNOWN = -1
OLDEST_MEMBER = 64
"""Entry into membership is for those under 65."""
UNRANKED = 0
# Numbers of the symbols, in schema order.
PRESENT, ABROAD, DECEASED, REMOVED, MERGED = range(5)
_LEVEL_LENGTHS = {"village": 13, "district": 8, "regency": 5}


@dataclass(frozen=True)
class People:
    """Columns of shape (n,), the first ``ranked`` of them known to DTSEN; the year changes them in place.

    ``birth`` is in days since 1970-01-01; ``decile`` 0 is unranked; ``work`` and ``industry`` -1 are not
    known; ``home`` points into ``places.homes``; ``replaced_by`` is the number of another person or -1;
    ``version`` is that of the last DTSEN fact.
    """

    places: Places
    ranked: int
    nik: NDArray[np.int64]
    home: NDArray[np.int16]
    birth: NDArray[np.int32]
    female: NDArray[np.bool_]
    decile: NDArray[np.int8]
    extreme: NDArray[np.bool_]
    work: NDArray[np.int8]
    industry: NDArray[np.int8]
    presence: NDArray[np.int8]
    replaced_by: NDArray[np.int32]
    version: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.nik)

    @property
    def regency(self) -> NDArray[np.int16]:
        """Number of the regency each lives in."""
        return self.places.regency[self.home]


def draw_people(
    assumptions: Assumptions, places: Places, share: float, on: np.datetime64, rng: np.random.Generator
) -> People:
    """Draw ``share`` (above 0, at most 1) of the people of each regency and sex, as of the date ``on``.

    Behind them come members DTSEN does not know. The order is random.
    """
    if not 0 < share <= 1:
        raise ValueError("the population share lies above 0 and is at most 1")
    counts = np.maximum(np.rint(places.people * share).astype(np.int64), 1)
    group = np.repeat(np.arange(counts.size, dtype=np.int16), counts.ravel())
    rng.shuffle(group)
    ranked = len(group)
    unknown = round(ranked * assumptions.number("unknown_to_dtsen"))
    group = np.concatenate([group, rng.choice(group, unknown)])
    n = len(group)
    regency, female = group // 2, group % 2 == 1
    age, birth = _draw_births(assumptions, n, on, rng)
    decile = _pick(assumptions, "deciles", n, rng).astype(np.int8)
    work, industry = draw_work(assumptions, age, female, decile, rng)
    presence = _draw_presence(assumptions, n, rng)
    return People(
        places=places,
        ranked=ranked,
        nik=draw_niks(n, places.districts, rng),
        home=_draw_homes(assumptions, places, regency, rng),
        birth=birth,
        female=female,
        decile=decile,
        extreme=rng.random(n) < _by_number(assumptions, "extreme_poor", decile),
        work=work,
        industry=industry,
        presence=presence,
        replaced_by=_draw_replacements(presence, ranked, rng),
        version=np.zeros(n, np.int64),
    )


def _pick(assumptions: Assumptions, name: str, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    keys, shares = assumptions.numbered(name)
    return rng.choice(keys, n, p=shares)


def _by_number(assumptions: Assumptions, name: str, keys: NDArray[np.int8]) -> NDArray[np.float64]:
    numbers, figures = assumptions.numbered(name)
    table = np.zeros(128)
    table[numbers] = figures
    return table[keys]


def _draw_births(
    assumptions: Assumptions, n: int, on: np.datetime64, rng: np.random.Generator
) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
    """Completed years at ``on``, and the birth date in days."""
    by_age = assumptions.by_age("age_bands")
    bands = assumptions.table("age_bands")
    for band in bands:
        lowest, highest = (int(age) for age in band.split("-"))
        by_age[lowest : highest + 1] /= highest - lowest + 1
    age = rng.choice(OLDEST, n, p=by_age).astype(np.int8)
    # 1 to 365 days short of the birthday after: never a year too old or too young, leap days aside.
    days = age * 365.2425 + rng.integers(1, 365, n)
    return age, (on.astype("datetime64[D]").astype(np.int64) - days.astype(np.int64)).astype(np.int32)


def _draw_presence(assumptions: Assumptions, n: int, rng: np.random.Generator) -> NDArray[np.int8]:
    shares = [assumptions.number("presence", name) for name in PRESENCES]
    return rng.choice(len(PRESENCES), n, p=shares).astype(np.int8)


def _draw_replacements(
    presence: NDArray[np.int8], ranked: int, rng: np.random.Generator
) -> NDArray[np.int32]:
    """For those merged, someone else who is not merged."""
    replaced_by = np.full(len(presence), -1, np.int32)
    merged = np.flatnonzero(presence == MERGED)
    others = np.flatnonzero(presence[:ranked] != MERGED)
    replaced_by[merged] = rng.choice(others, len(merged))
    return replaced_by


def _draw_homes(
    assumptions: Assumptions, places: Places, regency: NDArray[np.int16], rng: np.random.Generator
) -> NDArray[np.int16]:
    """A place of the regency, mostly a village; every village of a regency is equally likely."""
    levels = list(_LEVEL_LENGTHS)
    level = rng.choice(
        len(levels), len(regency), p=[assumptions.number("home_level", name) for name in levels]
    )
    home = np.empty(len(regency), np.int16)
    for n, name in enumerate(levels):
        choices = places.level(_LEVEL_LENGTHS[name])
        wanted = np.flatnonzero(level == n)
        home[wanted] = homes_within(places, choices, regency[wanted], rng)
    return home


def homes_within(
    places: Places, choices: NDArray[np.int32], regency: NDArray[np.int16], rng: np.random.Generator
) -> NDArray[np.int16]:
    """For each regency number one of ``choices`` that lies in it, shape of ``regency``."""
    order = choices[np.argsort(places.regency[choices], kind="stable")]
    ends = np.searchsorted(places.regency[order], np.arange(len(places.people) + 1))
    first, count = ends[:-1][regency], np.diff(ends)[regency]
    return order[first + (rng.random(len(regency)) * count).astype(np.int64)].astype(np.int16)


def completed_years(birth: NDArray[np.int32], on: np.datetime64) -> NDArray[np.int64]:
    """Completed years at ``on`` of people born on these days, shape (n,)."""
    born = birth.astype("datetime64[D]")
    month = born.astype("datetime64[M]")
    day = (born - month.astype("datetime64[D]")).astype(np.int64)
    on_month = on.astype("datetime64[M]")
    on_day = int((on.astype("datetime64[D]") - on_month.astype("datetime64[D]")).astype(np.int64))
    months = (on_month - month).astype(np.int64) - (day > on_day)
    years: NDArray[np.int64] = months // 12
    return years
