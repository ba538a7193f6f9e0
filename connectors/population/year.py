"""A year in a province, month by month: what agencies publish and how the business date moves.

The columns of ``people`` and ``members`` are the truth at any moment; when the last step is done they
are exactly the facts that win at the hub, whatever came late or twice on the way.
"""

from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connectors.population import drives, lives, payments
from connectors.population.assumptions import Assumptions
from connectors.population.delivery import Delivery, Rows
from connectors.population.memberships import Memberships
from connectors.population.niks import nik_texts
from connectors.population.people import People
from connectors.population.rows import membership_rows, person_rows
from connectors.population.spoiled import FAULTS_AT_MOST, spoil_memberships, spoil_people
from connectors.population.steps import Advance, Announce, MonthOver, Publish, Step
from schemas.ids import BatchId
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, Agency, BatchScope

FIRST_MONTH = np.datetime64("2025-04", "M")
"""The month after Inpres 8/2025 of 27 March 2025."""

MONTHS = 12
SLICE = 50_000
_RERANKED_IN = (1, 7, 10)
"""First month of a quarter; April brings the first release, in full."""
_BUDGETS_END_IN = 1
_DUE_DAY, _LATE_DAY = 14, 24

Who = NDArray[np.intp]
Tokenise = Callable[[pa.StringArray], NDArray[np.uint8]]
"""NIKs into tokens of shape (n, 16)."""


class Year:
    """Plays ``months`` months on ``people`` and ``members``, which it changes."""

    def __init__(
        self,
        assumptions: Assumptions,
        people: People,
        members: Memberships,
        tokenise: Tokenise,
        rng: np.random.Generator,
        months: int = MONTHS,
    ) -> None:
        self.people, self.members = people, members
        self.tokens = _tokens(people, tokenise)
        self.fundings = drives.fundings(people.places.regencies, _year(FIRST_MONTH))
        self._assumptions, self._rng, self._months = assumptions, rng, months
        # Of the whole year, also where only its beginning is played.
        self._plan = drives.plan_drives(assumptions, len(people.places.regencies), MONTHS, rng)
        self._delivery = {topic: Delivery(assumptions, rng) for topic in (DTSEN_PERSONS, BPJS_MEMBERSHIPS)}
        self._corrections = 0
        self._release = _release(FIRST_MONTH)

    def steps(self) -> Iterator[Step]:
        """The year. A publication's slices must be used up before the next step is asked for."""
        for number in range(self._months):
            month = FIRST_MONTH + number
            yield Advance(_day(month, 0))
            if number == 0:
                yield from self._begin(month)
            yield from self._first_half(month)
            yield Advance(_day(month, 15))
            yield from self._second_half(month, number)
            yield Advance(_day(month + 1, -1))
            yield MonthOver(_day(month, 0), number)

    def _begin(self, month: np.datetime64) -> Iterator[Step]:
        yield self._persons(np.arange(self.people.ranked), month, 0, "FULL")
        yield self._memberships(np.flatnonzero(self.members.version > 0), month, 0, "FULL")
        yield Announce()

    def _first_half(self, month: np.datetime64) -> Iterator[Step]:
        payments.stop_paying(self._assumptions, self.members, self._rng)
        if _month_of_year(month) == _BUDGETS_END_IN:
            payments.end_budgets(self._assumptions, self.people, self.members)
        paid = payments.pay(self._assumptions, self.members, month, late=False, rng=self._rng)
        yield self._memberships(paid, month, _DUE_DAY, "PART")

    def _second_half(self, month: np.datetime64, number: int) -> Iterator[Step]:
        given, rng = self._assumptions, self._rng
        on = month.astype("datetime64[D]") + _LATE_DAY
        by_dtsen, by_bpjs = lives.deaths(given, self.people, self.members, on, rng)
        changed = [
            by_dtsen,
            lives.moves(given, self.people, rng),
            lives.work_recorded(given, self.people, on, rng),
        ]
        if _month_of_year(month) in _RERANKED_IN and number > 0:
            self._release = _release(month)
            changed.append(lives.rerank(given, self.people, rng))
        last = number == self._months - 1
        yield self._persons(np.concatenate(changed), month, _LATE_DAY, "PART", last=last)
        chance = self._plan.chance[number]
        told = [
            payments.pay(given, self.members, month, late=True, rng=rng),
            payments.renew_periods(given, self.members, month, rng),
            lives.jobs_lost(given, self.members, month, rng),
            lives.memberships_ended(given, self.members, rng),
            drives.register(given, self.people, self.members, chance, month, rng),
            by_bpjs,
        ]
        yield self._memberships(np.concatenate(told), month, _LATE_DAY, "PART", last=last)

    def _persons(
        self, changed: Who, month: np.datetime64, day: int, scope: BatchScope, *, last: bool = False
    ) -> Publish:
        who = self._shuffled(changed)
        self.people.version[who] = (self._release << 32) + self._corrections
        self._corrections += 1

        def rows(part: Who, batch: str) -> Rows:
            observed = _milliseconds(month, day)
            return Rows(self.tokens[part], person_rows(self.people, self.tokens, part, batch, observed))

        return self._publish("BPS", DTSEN_PERSONS, who, rows, month, day, scope, last)

    def _memberships(
        self, changed: Who, month: np.datetime64, day: int, scope: BatchScope, *, last: bool = False
    ) -> Publish:
        who = self._shuffled(changed)
        self.members.version[who] = _milliseconds(month, day) * 1000 + np.arange(len(who))

        def rows(part: Who, batch: str) -> Rows:
            observed = _milliseconds(month, day)
            return Rows(
                self.tokens[part], membership_rows(self.members, self.fundings, part, batch, observed)
            )

        return self._publish("BPJSTK", BPJS_MEMBERSHIPS, who, rows, month, day, scope, last)

    def _publish(
        self,
        agency: Agency,
        topic: str,
        who: Who,
        rows: Callable[[Who, str], Rows],
        month: np.datetime64,
        day: int,
        scope: BatchScope,
        last: bool,
    ) -> Publish:
        batch = BatchId(f"{agency}-{_day(month, day):%Y-%m-%d}-{scope}")
        parts = (rows(who[start : start + SLICE], batch) for start in range(0, len(who), SLICE))
        slices = self._delivery[topic].send(parts, batch, full=scope == "FULL", last=last)
        spoiled: list[str] = []
        if scope == "PART" and day == _LATE_DAY:
            some = self._rng.choice(self.people.ranked, FAULTS_AT_MOST, replace=False)
            slices = _with_spoiled(slices, lambda: rows(some, batch), topic, spoiled)
        return Publish(agency, topic, batch, scope, _day(month, day), slices, spoiled)

    def _shuffled(self, who: Who) -> Who:
        """Each once, in no order. Marked rather than sorted: np.unique takes ten times as long."""
        changed = np.zeros(len(self.people), np.bool_)
        changed[who] = True
        return self._rng.permutation(np.flatnonzero(changed))


def _with_spoiled(
    slices: Iterator[Rows], good: Callable[[], Rows], topic: str, reasons: list[str]
) -> Iterator[Rows]:
    yield from slices
    spoiled = (spoil_people if topic == DTSEN_PERSONS else spoil_memberships)(good())
    reasons.extend(spoiled.reasons)
    yield spoiled.rows


def _tokens(people: People, tokenise: Tokenise) -> NDArray[np.uint8]:
    tokens = np.empty((len(people), 16), np.uint8)
    for start in range(0, len(people), SLICE):
        part = slice(start, start + SLICE)
        tokens[part] = tokenise(nik_texts(people.nik[part]))
    return tokens


def _day(month: np.datetime64, day: int) -> date:
    """The day so many days after the first of the month."""
    found: date = (month.astype("datetime64[D]") + day).item()
    return found


def _year(month: np.datetime64) -> int:
    return _day(month, 0).year


def _month_of_year(month: np.datetime64) -> int:
    return _day(month, 0).month


def _release(month: np.datetime64) -> int:
    """DTSEN's number of the quarter the month lies in."""
    first = _day(month, 0)
    return first.year * 10 + (first.month - 1) // 3 + 1


def _milliseconds(month: np.datetime64, day: int) -> int:
    return int((month.astype("datetime64[D]") + day).astype("datetime64[ms]").astype(np.int64))
