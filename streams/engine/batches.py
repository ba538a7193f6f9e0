"""Counts per agency batch in one partition: every record in exactly one class (law 4)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from schemas.digest import NOTHING, plus, total
from schemas.names import RECORD_CLASSES

CLASSES = RECORD_CLASSES
"""The first four are those of ``streams.coverage.ordering``, by the same numbers."""
QUARANTINED = CLASSES.index("quarantined")
ERASED = CLASSES.index("erased")

OPEN_DAYS = 7
"""Business days a batch stays open after its last record: a manifest may come that late."""

REMEMBERED = 1_000
"""Closed batches are remembered up to this many per partition, lest one that goes on after a jump of the
business date began to count anew. The oldest are forgotten first.
"""

MOST_OPEN = 10_000
"""Batches counted apart per partition; a publisher inventing ids beyond that is counted under
``OVERFLOW``.
"""

OVERFLOW = "…"

MOST_REGENCIES = 200_000
"""Pairs of batch and regency counted apart per partition (a national publication has 514); beyond that a
record counts under no regency.
"""

NOWHERE = 0
"""Digits of no known regency."""

BatchKey = tuple[str, str]
"""Topic and batch id; the id is empty for a reject that carries none."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What some records add to a batch: how many per class, the same per regency (by its digits), their
    digest without those in quarantine, the offset of the first, and the business date's number (0 before
    there is one).
    """

    by_class: Sequence[int]
    regencies: Mapping[int, Sequence[int]]
    digest: int
    first_offset: int
    day: int

    @classmethod
    def of(
        cls,
        classes: NDArray[np.integer],
        slots: NDArray[np.integer],
        digits: NDArray[np.int64],
        words: NDArray[np.uint64],
        first_offset: int,
        day: int,
    ) -> "Growth":
        """``classes``, ``slots`` and ``words`` (n,) are the records'; ``slots`` are places in ``digits``."""
        width = len(CLASSES)
        cells = np.bincount(slots.astype(np.intp) * width + classes, minlength=len(digits) * width)
        table = cells.reshape(len(digits), width)
        there = np.flatnonzero(table.any(axis=1))
        regencies = dict(zip(digits[there].tolist(), table[there].tolist(), strict=True))
        return cls(table.sum(axis=0).tolist(), regencies, total(words), first_offset, day)


@dataclass(slots=True)
class Count:
    """``by_class``: records per class. ``first_offset``: where the batch begins. ``day``: last business
    date it grew. ``digest``: of those not in quarantine. ``regencies``: ``by_class`` by the regency's digits.
    """

    by_class: list[int]
    first_offset: int
    day: int
    digest: int = NOTHING
    regencies: dict[int, list[int]] = field(default_factory=dict)

    def closed(self, day: int) -> bool:
        """Whether it has not grown for ``OPEN_DAYS`` before ``day``."""
        return self.day + OPEN_DAYS < day


@dataclass(slots=True)
class BatchCounts:
    """Open and remembered batches of one partition. ``changed`` lists those that grew since the last
    transaction, each with the regencies that did.
    """

    open: dict[BatchKey, Count] = field(default_factory=dict)
    changed: dict[BatchKey, set[int]] = field(default_factory=dict)
    most_regencies: int = MOST_REGENCIES
    _pairs: int = 0

    def add(self, topic: str, batch: str, growth: Growth) -> None:
        """Count records of one batch."""
        key = topic, batch
        if key not in self.open and len(self.open) >= MOST_OPEN:
            key = topic, OVERFLOW
        count = self.open.get(key)
        if count is None:
            count = self.open[key] = Count([0] * len(CLASSES), growth.first_offset, growth.day)
        _add(count.by_class, growth.by_class)
        count.digest = plus(count.digest, growth.digest)
        count.first_offset = min(count.first_offset, growth.first_offset)
        count.day = max(count.day, growth.day)
        grown = self.changed.setdefault(key, set())
        for digits, by_class in growth.regencies.items():
            if digits not in count.regencies and self._pairs >= self.most_regencies:
                digits = NOWHERE
            if digits not in count.regencies:
                count.regencies[digits] = [0] * len(CLASSES)
                self._pairs += 1
            _add(count.regencies[digits], by_class)
            grown.add(digits)

    def take_changed(self) -> Iterator[tuple[BatchKey, Count]]:
        """Those that grew, with the regencies that did, for the state; forgets that they did."""
        changed, self.changed = self.changed, {}
        for key in sorted(changed):
            count = self.open[key]
            grown = {digits: count.regencies[digits] for digits in sorted(changed[key])}
            yield key, replace(count, regencies=grown)

    def repeat_all(self) -> None:
        """Write every open batch with the next transaction: a sweep deletes what was written before."""
        self.changed = {key: set(count.regencies) for key, count in self.open.items()}

    def forget_closed(self, day: int) -> None:
        """Above ``REMEMBERED``, or with half of the regencies that can be told apart, forget the oldest of
        those that are closed on ``day``.
        """
        if not self._is_full():
            return
        closed = [key for key, count in self.open.items() if count.closed(day)]
        for key in sorted(closed, key=lambda key: self.open[key].day):
            if key not in self.changed:
                self._pairs -= len(self.open.pop(key).regencies)
            if not self._is_full():
                return

    def _is_full(self) -> bool:
        return len(self.open) > REMEMBERED or self._pairs > self.most_regencies // 2

    def put(self, topic: str, batch: str, count: Count) -> None:
        """Set a count as the state says; a regency it does not name stands as before."""
        before = self.open.get((topic, batch))
        if before is not None:
            count = replace(count, regencies=before.regencies | count.regencies)
            self._pairs -= len(before.regencies)
        self._pairs += len(count.regencies)
        self.open[topic, batch] = count


def _add(counts: list[int], more: Sequence[int]) -> None:
    for number, records in enumerate(more):
        counts[number] += records
