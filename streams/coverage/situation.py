"""Membership at a business date: which programs are alive, which in arrears (docs/rules.md, section 3).

A person's enrolments are held as the latest ``paid_through`` per (segment, program): within a segment a
later one is never worse. ``LastDays`` turns a paid day into the last day of cover once per policy and
tolerance, so that a whole partition is judged by comparing 16-bit days with a threshold per segment.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from schemas.names import PROGRAMS, SEGMENTS
from schemas.policy import Policy, SegmentPolicy

PAID_SLOTS = len(SEGMENTS) * len(PROGRAMS)
"""Width of the paid table; slot = segment number × programs + program number."""

ALIVE_SHIFT = 0
ARREARS_SHIFT = len(PROGRAMS)
HAS_SNAPSHOT = 1 << (2 * len(PROGRAMS))
HAS_ENROLMENT = HAS_SNAPSHOT << 1
SITUATIONS = HAS_ENROLMENT << 1
"""A situation is a number below this: alive bits, arrears bits, has a snapshot, has an enrolment."""

_DAYS = 1 << 16
_EPOCH = date(1970, 1, 1)

Days = NDArray[np.uint16]


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def date_of(number: int) -> date:
    """The date so many days after 1970-01-01."""
    return _EPOCH + timedelta(days=number)


def month_starts() -> NDArray[np.int64]:
    """Day number of the first of each month from January 1970 on, indexed by months since then."""
    months = np.arange(np.datetime64("1970-01", "M"), np.datetime64("2200-01", "M"))
    return months.astype("datetime64[D]").astype(np.int64)


@dataclass(frozen=True, slots=True)
class LastDays:
    """Per segment and paid day, the last day on which months in arrears are at most ``tolerance``.

    ``table`` is int32 of shape (segments, 65536), indexed by the paid day; day 0 (no enrolment) gives -1.
    """

    table: NDArray[np.int32]

    @classmethod
    def of(cls, policy: Policy, tolerance: int) -> "LastDays":
        """``tolerance`` in months."""
        rows = [_last_days(policy.segments[segment], tolerance) for segment in SEGMENTS]
        return cls(np.stack(rows))

    def thresholds(self, day: int) -> Days:
        """Per segment, the earliest paid day that still counts at ``day``; shape (segments,)."""
        first = [np.searchsorted(row, day, side="left") for row in self.table]
        return np.minimum(np.array(first), _DAYS - 1).astype(np.uint16)


def _last_days(segment: SegmentPolicy, tolerance: int) -> NDArray[np.int32]:
    starts = month_starts()
    paid = np.arange(_DAYS, dtype=np.int64)
    if segment.kind == "monthly":
        month = np.searchsorted(starts, paid, side="right") - 1
        due = month + 1 + tolerance + segment.due_month_offset
        last = starts[due] + segment.due_day - 1
    else:
        after = np.searchsorted(starts, paid + 1, side="right") - 1
        last = starts[after + tolerance] - 1 if tolerance else paid
    table: NDArray[np.int32] = last.astype(np.int32)
    table[0] = -1
    return table


@dataclass(frozen=True, slots=True)
class MembershipRule:
    """Everything about membership that the business date and the policy fix.

    ``alive`` and ``arrears`` are thresholds per segment (paid days), ``last`` gives the last day of cover.
    """

    alive: Days
    arrears: Days
    alive_in_30_days: Days
    last: LastDays

    @classmethod
    def at(cls, policy: Policy, day: date) -> "MembershipRule":
        """The rule under ``policy`` on the business date ``day``."""
        number = day_number(day)
        last = LastDays.of(policy, policy.tolerance_at(day))
        arrears = LastDays.of(policy, max(policy.arrears_months, policy.tolerance_at(day)))
        return cls(last.thresholds(number), arrears.thresholds(number), last.thresholds(number + 30), last)


def programs_since(paid: Days, thresholds: Days) -> NDArray[np.uint16]:
    """Bit mask of programs paid at or after the segment's threshold. ``paid``: (PAID_SLOTS, n); returns
    (n,).
    """
    mask = np.zeros(paid.shape[1], np.uint16)
    for program in range(len(PROGRAMS)):
        alive = paid[program] >= thresholds[0]
        for segment in range(1, len(SEGMENTS)):
            alive |= paid[segment * len(PROGRAMS) + program] >= thresholds[segment]
        mask |= alive.astype(np.uint16) << np.uint16(program)
    return mask


def by_slot(paid: Days) -> Days:
    """The paid table of some persons, (n, PAID_SLOTS), turned to one contiguous column per slot."""
    return np.ascontiguousarray(paid.T)


def situations(
    paid: Days, has_snapshot: NDArray[np.bool_], has_enrolment: NDArray[np.bool_], rule: MembershipRule
) -> NDArray[np.uint16]:
    """Situation of each person; ``paid`` (n, PAID_SLOTS), the others (n,)."""
    situation = has_snapshot.astype(np.uint16) * np.uint16(HAS_SNAPSHOT)
    # Most persons have no enrolment: only the others are looked at.
    enrolled = np.flatnonzero(has_enrolment)
    columns = by_slot(paid[enrolled])
    alive = programs_since(columns, rule.alive)
    arrears = programs_since(columns, rule.arrears) & ~alive
    situation[enrolled] |= alive | arrears << np.uint16(ARREARS_SHIFT) | np.uint16(HAS_ENROLMENT)
    return situation


def covered_through(paid: Days, required: NDArray[np.uint8], day: int, last: LastDays) -> NDArray[np.int32]:
    """Last day on which every program of the mask ``required`` (n,) is alive if nothing more is paid.

    ``paid`` is (n, PAID_SLOTS). -1 where nothing is required or a program is not alive at ``day``.
    """
    columns = by_slot(paid)
    earliest = np.full(len(paid), np.iinfo(np.int32).max, np.int32)
    for program in range(len(PROGRAMS)):
        latest = last.table[0][columns[program]]
        for segment in range(1, len(SEGMENTS)):
            latest = np.maximum(latest, last.table[segment][columns[segment * len(PROGRAMS) + program]])
        asked = (required >> program) & 1 == 1
        np.minimum(earliest, latest, out=earliest, where=asked)
    return np.where((required > 0) & (earliest >= day), earliest, -1).astype(np.int32)
