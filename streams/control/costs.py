"""What it would cost to cover the uncovered, by the tariff tables."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from schemas.errors import InvalidInput
from schemas.events import Cost, UncoveredCell
from schemas.names import NATION, PROGRAMS, Payer, Program
from schemas.policy import Policy
from schemas.policy.tables import Sector

_DECEMBER = 12
# Programs the tariff has a figure for, one for every person alike; the others depend on a wage.
_PRICED = ("JKK", "JKM", "JHT")


def costs(
    uncovered: Iterable[UncoveredCell], policy: Policy | None, day: date, payer: Payer
) -> tuple[tuple[Cost, ...], tuple[Program, ...]]:
    """Per region (regencies, and the nation) and program: persons, rupiah a month and to the end of the year.

    Contribution months run from that of ``day``, whose tariff is the monthly figure, to December. The
    second value is the programs somebody lacks and no tariff says a price for.
    """
    persons: Counter[tuple[str, Program, bool]] = Counter()
    for cell in uncovered:
        for program in cell.missing:
            for region in (cell.regency, NATION):
                persons[region, program, cell.transport] += cell.persons
    prices = {sector: _prices(policy, day, sector, payer) for sector in (True, False)}
    wanted = {program for _, program, _ in persons}
    unpriced = {program for program in wanted if program not in prices[True]}
    found: dict[tuple[str, Program], list[int]] = {}
    for (region, program, transport), number in persons.items():
        if program in unpriced:
            continue
        month, year = prices[transport][program]
        sums = found.setdefault((region, program), [0, 0, 0])
        for at, amount in enumerate((number, number * month, number * year)):
            sums[at] += amount
    ordered = sorted(found, key=lambda key: (key[0] != NATION, key[0], PROGRAMS.index(key[1])))
    return (
        tuple(Cost(region, program, *found[region, program]) for region, program in ordered),
        tuple(program for program in PROGRAMS if program in unpriced),
    )


def _prices(
    policy: Policy | None, day: date, transport: bool, payer: Payer
) -> dict[Program, tuple[int, int]]:
    """Of each program the tariff knows: a person's month, and their months to the end of the year."""
    if policy is None:
        return {}
    sector: Sector = "transport" if transport else "other"
    try:
        tariffs = [
            policy.tariff_of(date(day.year, month, 1), sector, payer)
            for month in range(day.month, _DECEMBER + 1)
        ]
    except InvalidInput:
        return {}  # a year before the first tariff
    return {
        program: (getattr(tariffs[0], program), sum(getattr(tariff, program) for tariff in tariffs))
        for program in PROGRAMS
        if program in _PRICED
    }
