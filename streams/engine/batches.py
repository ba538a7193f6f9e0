"""Counts per agency batch in one partition: every record in exactly one class (law 4)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

CLASSES = ("accepted", "duplicate", "stale", "conflict", "quarantined", "erased")
QUARANTINED = CLASSES.index("quarantined")
"""The first four are those of ``streams.coverage.ordering``, by the same numbers."""

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

BatchKey = tuple[str, str]
"""Topic and batch id; the id is empty for a reject that carries none."""


@dataclass(slots=True)
class Count:
    """``by_class``: records per class. ``first_offset``: where the batch begins. ``day``: last business
    date it grew.
    """

    by_class: list[int]
    first_offset: int
    day: int


@dataclass(slots=True)
class BatchCounts:
    """Open and remembered batches of one partition. ``changed`` lists those that grew since the last
    transaction.
    """

    open: dict[BatchKey, Count] = field(default_factory=dict)
    changed: set[BatchKey] = field(default_factory=set)

    def add(self, topic: str, batch: str, classes: NDArray[np.integer], first_offset: int, day: int) -> None:
        """Count records of one batch by class number; ``day`` is the business date's number, 0 before there
        is one.
        """
        key = topic, batch
        if key not in self.open and len(self.open) >= MOST_OPEN:
            key = topic, OVERFLOW
        count = self.open.setdefault(key, Count([0] * len(CLASSES), first_offset, day))
        for number, records in enumerate(np.bincount(classes, minlength=len(CLASSES)).tolist()):
            count.by_class[number] += records
        count.first_offset = min(count.first_offset, first_offset)
        count.day = max(count.day, day)
        self.changed.add(key)

    def take_changed(self) -> Iterator[tuple[BatchKey, Count]]:
        """Those that grew, for the state; forgets that they did."""
        changed, self.changed = self.changed, set()
        return ((key, self.open[key]) for key in sorted(changed))

    def repeat_all(self) -> None:
        """Write every open batch with the next transaction: a sweep deletes what was written before."""
        self.changed.update(self.open)

    def forget_closed(self, day: int) -> None:
        """Above ``REMEMBERED``, forget the oldest of those that have not grown for ``OPEN_DAYS`` before
        ``day``.
        """
        surplus = len(self.open) - REMEMBERED
        if surplus <= 0:
            return
        closed = [key for key, count in self.open.items() if count.day + OPEN_DAYS < day]
        for key in sorted(closed, key=lambda key: self.open[key].day)[:surplus]:
            if key not in self.changed:
                del self.open[key]

    def put(self, topic: str, batch: str, by_class: list[int], first_offset: int, day: int) -> None:
        """Set a count as the state says."""
        self.open[topic, batch] = Count(list(by_class), first_offset, day)
