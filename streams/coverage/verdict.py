"""The verdict of one directive about one person, as a small number (docs/rules.md, section 5)."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from schemas.names import GAP_REASONS, PROGRAMS
from streams.coverage.directive import CompiledDirective
from streams.coverage.facts import ENROLLED, Facts
from streams.coverage.ordering import NO_FACT
from streams.coverage.situation import (
    ARREARS_SHIFT,
    HAS_ENROLMENT,
    HAS_SNAPSHOT,
    SITUATIONS,
    MembershipRule,
    situations,
)

NOT_MEANT = 0
COVERED = 1
"""Verdict codes, uint16: 0 not meant, 1 covered, otherwise a gap of missing programs and a reason."""

_MISSING_SHIFT = 4
_REASON_MASK = 0xF
_FIRST_REASON = 2
VERDICTS = 1 << (_MISSING_SHIFT + len(PROGRAMS))
"""Every verdict code is below this."""

_PROGRAM_MASK = (1 << len(PROGRAMS)) - 1


def gap_code(missing: int, reason: str) -> int:
    """Code of a gap: ``missing`` is a program bit mask, ``reason`` a GapReason symbol."""
    return missing << _MISSING_SHIFT | (_FIRST_REASON + GAP_REASONS.index(reason))


def missing_of(codes: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Program bit masks missing, per verdict code."""
    return (codes >> np.uint16(_MISSING_SHIFT)).astype(np.uint8)


def reason_of(codes: NDArray[np.uint16]) -> NDArray[np.int8]:
    """Position in GAP_REASONS per verdict code; -1 where there is no gap."""
    reasons = (codes & np.uint16(_REASON_MASK)).astype(np.int8) - np.int8(_FIRST_REASON)
    positions: NDArray[np.int8] = np.maximum(reasons, np.int8(-1))
    return positions


def is_gap(codes: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Which verdicts are gaps."""
    return codes > COVERED


@cache
def verdict_table(required: int) -> NDArray[np.uint16]:
    """Verdict code per situation for a directive that means the person; shape (SITUATIONS,)."""
    return np.array([_verdict(situation, required) for situation in range(SITUATIONS)], np.uint16)


def _verdict(situation: int, required: int) -> int:
    alive = situation & _PROGRAM_MASK
    missing = required & ~alive
    if not missing:
        return COVERED
    if not situation & HAS_SNAPSHOT:
        reason = "NEVER_REGISTERED"
    elif not situation & HAS_ENROLMENT:
        reason = "MEMBERSHIP_ENDED"
    elif required & alive:
        reason = "PROGRAM_PARTIAL"
    elif missing & situation >> ARREARS_SHIFT & _PROGRAM_MASK:
        reason = "IN_ARREARS"
    else:
        reason = "LAPSED"
    return gap_code(missing, reason)


def situations_of(facts: Facts, rule: MembershipRule) -> NDArray[np.uint16]:
    """Situation of each row under the rule."""
    return situations(facts.paid, facts.bpjs_version != NO_FACT, facts.bpjs_flags & ENROLLED != 0, rule)


def evaluate(directive: CompiledDirective, facts: Facts, situation: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Verdict code of each row under one directive."""
    verdicts = verdict_table(directive.required)[situation]
    verdicts[~directive.means(facts)] = NOT_MEANT
    return verdicts
