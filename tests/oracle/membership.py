"""Section 3: months in arrears, alive, in arrears. Months are counted one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from tests.oracle.records import Record, as_date
from tests.oracle.vocabulary import PROGRAMS


class SegmentRule(Protocol):
    """When the contribution of a segment is due."""

    @property
    def kind(self) -> str: ...
    @property
    def due_day(self) -> int | None: ...
    @property
    def due_month_offset(self) -> int | None: ...


class Policy(Protocol):
    """The policy tables in force."""

    @property
    def segments(self) -> Mapping[Any, SegmentRule]: ...
    @property
    def arrears_months(self) -> int: ...
    def tolerance_at(self, day: date, /) -> int: ...


@dataclass(frozen=True)
class Situation:
    """What a membership fact says on one day: programs in schema order."""

    alive: tuple[str, ...]
    in_arrears: tuple[str, ...]
    has_fact: bool
    has_enrolment: bool


def situation(membership: Record | None, policy: Policy, day: date, tolerance: int) -> Situation:
    """The situation of the person who holds ``membership`` (None: no membership fact) on ``day``."""
    if membership is None:
        return Situation((), (), has_fact=False, has_enrolment=False)
    enrolments: Sequence[Record] = membership["enrolments"]
    alive: list[str] = []
    in_arrears: list[str] = []
    for program in PROGRAMS:
        months = [arrears(e, policy, day) for e in enrolments if program in e["programs"]]
        if any(count <= tolerance for count in months):
            alive.append(program)
        elif any(count <= policy.arrears_months for count in months):
            in_arrears.append(program)
    return Situation(tuple(alive), tuple(in_arrears), has_fact=True, has_enrolment=len(enrolments) > 0)


def arrears(enrolment: Record, policy: Policy, day: date) -> int:
    """Months in arrears of one enrolment on ``day``."""
    paid_through = as_date(enrolment["paid_through"])
    assert paid_through is not None, "a checked record has possible dates"
    rule = policy.segments[enrolment["segment"]]
    if rule.kind == "period":
        return _period_arrears(paid_through, day)
    assert rule.due_day is not None, "a monthly segment has a due day"
    return _monthly_arrears(paid_through, day, rule.due_day, rule.due_month_offset or 0)


def _monthly_arrears(paid_through: date, day: date, due_day: int, offset: int) -> int:
    """Contribution months after the paid one whose due date lies before ``day``."""
    count = 0
    month = _months_later(paid_through.replace(day=1), 1)
    while _months_later(month, offset).replace(day=due_day) < day:
        count += 1
        month = _months_later(month, 1)
    return count


def _period_arrears(paid_through: date, day: date) -> int:
    """Calendar months touched from the day after the paid period up to ``day``; none within the period."""
    if day <= paid_through:
        return 0
    count = 1
    month = (paid_through + timedelta(days=1)).replace(day=1)
    while (month.year, month.month) != (day.year, day.month):
        count += 1
        month = _months_later(month, 1)
    return count


def _months_later(first: date, months: int) -> date:
    """The first of the month so many months later (or earlier)."""
    for _ in range(months):
        first = (first + timedelta(days=31)).replace(day=1)
    for _ in range(-months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first
