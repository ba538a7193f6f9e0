"""A directive compiled to masks over columns: whom it means (docs/rules.md, section 4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from schemas.directive import DirectiveDocument
from schemas.ids import DirectiveId, RegionCode
from schemas.names import PRESENCES, PROGRAMS, SEXES
from streams.coverage.facts import UNKNOWN, UNRANKED, Facts
from streams.coverage.ordering import NO_FACT
from streams.coverage.region_index import RegionIndex
from streams.coverage.rollout import EVERYWHERE, Reach
from streams.coverage.situation import day_number

Mask = NDArray[np.bool_]

FALSE, TRUE, NOT_KNOWN = 0, 1, 2
"""A clause's answer about a person."""

_CODES = 256


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of a directive. ``answer`` maps facts to FALSE, TRUE or NOT_KNOWN per row, uint8."""

    name: str
    asks: str
    answer: Callable[[Facts], NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class CompiledDirective:
    """A directive at one business date. ``required`` is the bit mask of programs that must be alive."""

    id: DirectiveId
    version: int
    required: int
    clauses: tuple[Clause, ...]

    def means(self, facts: Facts) -> Mask:
        """Which rows the directive means."""
        meant = np.ones(len(facts), bool)
        for clause in self.clauses:
            meant &= clause.answer(facts) == TRUE
        return meant

    def incomplete(self, facts: Facts) -> Mask:
        """Rows not meant only because something is not known: no clause is false, one is not known."""
        possible = np.ones(len(facts), bool)
        known = np.ones(len(facts), bool)
        for clause in self.clauses:
            answer = clause.answer(facts)
            possible &= answer != FALSE
            known &= answer != NOT_KNOWN
        return possible & ~known


def compile_directive(
    document: DirectiveDocument, day: date, regions: RegionIndex, reach: Reach = EVERYWHERE
) -> CompiledDirective:
    """Compile for the business date ``day``. ``regions`` may grow afterwards; ``reach``: where it decides."""
    means = document.means
    clauses = [
        Clause("DTSEN", "a DTSEN fact", lambda facts: (facts.dtsen_version != NO_FACT).astype(np.uint8)),
        _listed(
            "PRESENCE", "presence", [PRESENCES.index(p) for p in means.presence], ", ".join(means.presence)
        ),
    ]
    if means.regions:
        wanted = means.regions
        clauses.append(_home_clause("REGION", _codes(wanted), lambda home: _within(wanted, home), regions))
    if reach.is_limited:
        clauses.append(_rollout_clause(reach, regions))
    if means.welfare is not None:
        welfare = means.welfare
        clauses.append(_welfare_clause(welfare.deciles, welfare.extreme_poor, welfare.unranked))
    if means.age is not None:
        clauses.append(_age_clause(means.age.from_, means.age.to, day))
    if means.sex is not None:
        clauses.append(_listed("SEX", "sex", [SEXES.index(means.sex)], means.sex))
    if means.work_statuses is not None:
        clauses.append(_listed_or_unknown("WORK_STATUS", "work_status", means.work_statuses))
    if means.industries is not None:
        clauses.append(_listed_or_unknown("INDUSTRY", "industry", means.industries))
    required = sum(1 << PROGRAMS.index(program) for program in document.requires)
    return CompiledDirective(document.id, document.version, required, tuple(clauses))


def _listed(name: str, column: str, codes: Sequence[int], asks: str) -> Clause:
    table = np.zeros(_CODES, np.uint8)
    table[list(codes)] = TRUE
    return Clause(name, asks, lambda facts: table[getattr(facts, column)])


def _listed_or_unknown(name: str, column: str, codes: Sequence[int]) -> Clause:
    table = np.zeros(_CODES, np.uint8)
    table[list(codes)] = TRUE
    table[UNKNOWN] = NOT_KNOWN
    return Clause(name, ", ".join(map(str, codes)), lambda facts: table[getattr(facts, column)])


def _welfare_clause(deciles: Sequence[int], extreme_poor: bool, unranked: bool) -> Clause:
    """Deciles, extreme poor and unranked are one clause, joined by OR."""
    table = np.zeros((2, _CODES), np.uint8)
    table[:, list(deciles)] = TRUE
    if unranked:
        table[:, UNRANKED] = TRUE
    if extreme_poor:
        table[1, :] = TRUE
    flat = table.reshape(-1)
    asks = ", ".join(
        [
            *(f"decile {d}" for d in deciles),
            *(["extreme poor"] if extreme_poor else []),
            *(["unranked"] if unranked else []),
        ]
    )

    def answer(facts: Facts) -> NDArray[np.uint8]:
        answers: NDArray[np.uint8] = flat[
            facts.extreme_poor.astype(np.uint16) * np.uint16(_CODES) + facts.decile
        ]
        return answers

    return Clause("WELFARE", asks, answer)


def _age_clause(youngest: int, oldest: int, day: date) -> Clause:
    """Completed years at ``day``; born on 29 February one is a year older on 1 March in other years."""
    born_by = day_number(_years_before(day, youngest))
    born_after = day_number(_years_before(day, oldest + 1))

    def answer(facts: Facts) -> NDArray[np.uint8]:
        return ((facts.birth <= born_by) & (facts.birth > born_after)).astype(np.uint8)

    return Clause("AGE", f"{youngest}-{oldest}", answer)


def _years_before(day: date, years: int) -> date:
    """The latest birth date of someone who has completed ``years`` years at ``day``."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February, and no such day in that year
        return date(day.year - years, 3, 1) - timedelta(days=1)


def _rollout_clause(reach: Reach, regions: RegionIndex) -> Clause:
    """False where the rollout has not come to yet, and where a higher version decides instead."""

    def decides(home: RegionCode) -> int:
        if _within(reach.taken, home) == TRUE:
            return FALSE
        return TRUE if reach.within is None else _within(reach.within, home)

    asks = "everywhere" if reach.within is None else _codes(reach.within) or "nowhere yet"
    if reach.taken:
        asks = f"{asks}, except {_codes(reach.taken)}"
    return _home_clause("ROLLOUT", asks, decides, regions)


def _home_clause(
    name: str, asks: str, answer_of: Callable[[RegionCode], int], regions: RegionIndex
) -> Clause:
    """A clause on where a person lives; each region is asked about once."""
    table = np.zeros(0, np.uint8)

    def answer(facts: Facts) -> NDArray[np.uint8]:
        nonlocal table
        if len(table) < len(regions):
            new = [answer_of(RegionCode(text)) if text else FALSE for text in regions.texts[len(table) :]]
            table = np.concatenate([table, np.array(new, np.uint8)])
        return table[facts.region]

    return Clause(name, asks, answer)


def _within(wanted: Sequence[RegionCode], home: RegionCode) -> int:
    """True inside a listed region; not known where the home is coarser than a listed region in it."""
    if any(region.contains(home) for region in wanted):
        return TRUE
    return NOT_KNOWN if any(home.contains(region) for region in wanted) else FALSE


def _codes(regions: Sequence[RegionCode]) -> str:
    return ", ".join(code.text for code in regions)
