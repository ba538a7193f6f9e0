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


def compile_directive(document: DirectiveDocument, day: date, regions: RegionIndex) -> CompiledDirective:
    """Compile for the business date ``day``. ``regions`` may grow afterwards."""
    means = document.means
    clauses = [
        Clause("DTSEN", "a DTSEN fact", lambda facts: (facts.dtsen_version != NO_FACT).astype(np.uint8)),
        _listed(
            "PRESENCE", "presence", [PRESENCES.index(p) for p in means.presence], ", ".join(means.presence)
        ),
    ]
    if means.regions:
        clauses.append(_region_clause(means.regions, regions))
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


def _region_clause(wanted: Sequence[RegionCode], regions: RegionIndex) -> Clause:
    """True inside a listed region; not known where the home is coarser than a listed region in it."""
    table = np.zeros(0, np.uint8)

    def answer(facts: Facts) -> NDArray[np.uint8]:
        nonlocal table
        if len(table) < len(regions):
            new = [_region_answer(wanted, text) for text in regions.texts[len(table) :]]
            table = np.concatenate([table, np.array(new, np.uint8)])
        return table[facts.region]

    return Clause("REGION", ", ".join(code.text for code in wanted), answer)


def _region_answer(wanted: Sequence[RegionCode], home: str) -> int:
    if not home:
        return FALSE
    code = RegionCode(home)
    if any(region.contains(code) for region in wanted):
        return TRUE
    return NOT_KNOWN if any(code.contains(region) for region in wanted) else FALSE
