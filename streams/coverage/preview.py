"""What a draft would do to many persons, as columns (docs/rules.md, section 8)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.names import GAP_REASONS, MOVEMENTS, PROGRAMS, SEXES, STANDINGS
from streams.coverage.facts import PUBLIC_PAYER, Facts
from streams.coverage.token_order import in_token_order, smallest, token_digest
from streams.coverage.verdict import COVERED, NOT_MEANT, VERDICTS, is_gap, missing_of, reason_of

SAMPLE = 20
"""At most so many entering and so many leaving are named."""

_ENTERING, _LEAVING, _STAYING = (MOVEMENTS.index(name) for name in ("ENTERING", "LEAVING", "STAYING"))
_DECILES = 11
_REGENCIES = 10_000
"""Digits of a regency are below this."""

_MOVES = len(MOVEMENTS) * len(STANDINGS)
_PEOPLE = _DECILES * len(SEXES)
_LACKS = 1 << len(PROGRAMS)

Column = NDArray[np.int64]
Rows = NDArray[np.intp]
Codes = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Cells:
    """Persons that move alike; all arrays of one length, sorted by regency, decile, sex, movement, standing.

    ``movement``, ``sex`` and ``standing`` are schema numbers, ``regency`` its digits (0: none known),
    ``decile`` 0 for unranked. ``persons`` is above 0.
    """

    movement: Column
    regency: Column
    decile: Column
    sex: Column
    standing: Column
    persons: Column

    def __len__(self) -> int:
        return len(self.persons)


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Persons the draft means with a gap; sorted by regency, missing programs (bit mask) and transport."""

    regency: Column
    missing: Column
    transport: Column
    persons: Column

    def __len__(self) -> int:
        return len(self.persons)


@dataclass(frozen=True, slots=True)
class Preview:
    """``entering`` and ``leaving`` are the rows with the smallest tokens, in token order; ``digest`` the
    32 bytes over all tokens the draft means.
    """

    cells: Cells
    uncovered: Uncovered
    public_payers: int
    entering: Rows
    leaving: Rows
    digest: bytes


def preview(
    facts: Facts,
    tokens: NDArray[np.void],
    before: Codes,
    after: Codes,
    required: int,
    regency_of: Column,
    transport: Sequence[int],
) -> Preview:
    """Compare who is meant now with whom the draft means. All columns have one row a person.

    ``tokens`` are 16 opaque bytes each; ``before`` and ``after`` verdict codes; ``required`` the draft's
    programs as a bit mask; ``regency_of`` digits of the regency per region index; ``transport`` the
    industries of that sector.
    """
    was, will = before != NOT_MEANT, after != NOT_MEANT
    numbers, regencies = _numbered(regency_of)
    entering, leaving = np.flatnonzero(will & ~was), np.flatnonzero(was & ~will)
    meant = np.flatnonzero(will)
    return Preview(
        _cells(facts, before, after, np.flatnonzero(was | will), numbers, regencies),
        _uncovered(facts, after, np.flatnonzero(is_gap(after)), numbers, regencies, transport),
        _public_payers(facts, after, required),
        smallest(tokens, entering, SAMPLE),
        smallest(tokens, leaving, SAMPLE),
        token_digest(tokens, in_token_order(tokens, meant)),
    )


def _numbered(regency_of: Column) -> tuple[NDArray[np.int32], Column]:
    """A small number per region index, and the digits of each number; numbers rise with the digits."""
    there = np.zeros(_REGENCIES, bool)
    there[regency_of] = True
    number = np.cumsum(there, dtype=np.int32) - np.int32(1)
    return number[regency_of], np.flatnonzero(there)


def _cells(
    facts: Facts,
    before: Codes,
    after: Codes,
    rows: Rows,
    numbers: NDArray[np.int32],
    regencies: Column,
) -> Cells:
    # Each part of the key comes out of a table that holds it already multiplied.
    key = (numbers * np.int32(_PEOPLE * _MOVES))[facts.region[rows]]
    key += _multiples(_DECILES, len(SEXES) * _MOVES)[facts.decile[rows]]
    key += _multiples(len(SEXES), _MOVES)[facts.sex[rows]]
    stands = _STANDING_OF[after[rows]]
    was = before[rows]
    stands += np.where(stands < 0, _LEFT[was], _MOVED[(was != NOT_MEANT).view(np.uint8)])
    key += stands
    found, persons = _counted(key, len(regencies) * _PEOPLE * _MOVES)
    found, standing = np.divmod(found, len(STANDINGS))
    found, movement = np.divmod(found, len(MOVEMENTS))
    found, sex = np.divmod(found, len(SEXES))
    number, decile = np.divmod(found, _DECILES)
    return Cells(movement, regencies[number], decile, sex, standing, persons)


def _uncovered(
    facts: Facts,
    after: Codes,
    rows: Rows,
    numbers: NDArray[np.int32],
    regencies: Column,
    transport: Sequence[int],
) -> Uncovered:
    in_transport = np.zeros(256, np.int32)
    in_transport[list(transport)] = 1
    key = (numbers * np.int32(_LACKS * 2))[facts.region[rows]]
    key += missing_of(after[rows]).astype(np.int32) << 1
    key += in_transport[facts.industry[rows]]
    found, persons = _counted(key, len(regencies) * _LACKS * 2)
    found, sector = np.divmod(found, 2)
    number, missing = np.divmod(found, _LACKS)
    return Uncovered(regencies[number], missing, sector, persons)


def _public_payers(facts: Facts, after: Codes, required: int) -> int:
    """Persons meant of whose required programs one is alive, and some enrolment of whom is paid publicly."""
    codes = np.arange(VERDICTS, dtype=np.uint16)
    some_alive = (codes != NOT_MEANT) & (missing_of(codes) != required)
    # With a program alive there is a membership fact, so its flags mean something.
    return int(np.count_nonzero(some_alive[after] & (facts.bpjs_flags & PUBLIC_PAYER != 0)))


def _counted(key: NDArray[np.int32], below: int) -> tuple[Column, Column]:
    """The keys there are, and how many of each."""
    counts = np.bincount(key, minlength=below)
    found = np.flatnonzero(counts)
    return found, counts[found]


def _multiples(n: int, step: int) -> NDArray[np.int32]:
    """0, step, 2 × step …, one for every value of a byte; those from ``n`` on never occur."""
    table = np.zeros(256, np.int32)
    table[:n] = np.arange(n) * step
    return table


def _standings() -> NDArray[np.int32]:
    """Number of the standing per verdict code; -1 for not meant."""
    codes = np.arange(VERDICTS, dtype=np.uint16)
    by_reason = np.array([STANDINGS.index(reason) for reason in GAP_REASONS], np.int32)
    # Codes with a reason that is none never occur.
    standings = by_reason[np.clip(reason_of(codes), 0, len(GAP_REASONS) - 1)]
    standings[COVERED], standings[NOT_MEANT] = STANDINGS.index("COVERED"), -1
    return standings


_STANDING_OF = _standings()
_MOVED = np.array([_ENTERING, _STAYING], np.int32) * np.int32(len(STANDINGS))
"""What to add to the standing of someone the draft means, by whether they are meant now."""

_LEFT = _STANDING_OF + np.int32(_LEAVING * len(STANDINGS) + 1)
"""What to add to the -1 of someone the draft does not mean, by the verdict on them now."""
