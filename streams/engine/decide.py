"""What is desired compared with what is published. Pacing, restarts and replays all fall out of this
comparison.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.coverage.facts import Facts
from streams.coverage.verdict import NOT_MEANT, evaluate, is_gap, situations_of
from streams.engine.partition import Partition, Rows, Slot
from streams.engine.rules import Rules

OPENED, CLOSED, CHANGED = 0, 1, 2
"""Positions in the schema's Change enum."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Persons whose last record does not say what is desired; all arrays of length n, in row order.

    ``facts`` are copies of their rows; ``desired`` has a verdict code per directive in force;
    ``change`` is a position in Change; ``moved_by`` the bits of ``Partition.moved_by``.
    """

    rows: Rows
    facts: Facts
    desired: Mapping[Slot, NDArray[np.uint16]]
    change: NDArray[np.uint8]
    moved_by: NDArray[np.uint8]
    seq: NDArray[np.uint32]
    previous_region: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.rows)

    def first(self, n: int) -> "Differences":
        """The first ``n`` of them."""
        if n >= len(self):
            return self
        head = slice(0, n)
        desired = {slot: codes[head] for slot, codes in self.desired.items()}
        return Differences(
            self.rows[head],
            self.facts.take(head),
            desired,
            self.change[head],
            self.moved_by[head],
            self.seq[head],
            self.previous_region[head],
        )


def compare(partition: Partition, rows: Rows | slice, rules: Rules, *, refresh: bool) -> Differences:
    """Compare these rows. ``refresh`` computes their situations anew; otherwise those held are taken as
    they are.
    """
    facts = partition.facts.take(rows)
    if refresh:
        situation = situations_of(facts, rules.membership)
        partition.situation[rows] = situation
    else:
        situation = partition.situation[rows]
    desired: dict[Slot, NDArray[np.uint16]] = {
        (directive.id, directive.version): evaluate(directive, facts, situation)
        for directive in rules.directives
    }
    published = partition.published
    differs = np.zeros(len(facts), bool)
    for slot, codes in desired.items():
        differs |= codes != published.column(slot)[rows]
    for slot, column in published.verdicts.items():
        if slot not in desired:
            differs |= column[rows] != NOT_MEANT
    differs |= (published.seq[rows] > 0) & (facts.region != published.region[rows])
    found = np.flatnonzero(differs)
    chosen = found + (rows.start or 0) if isinstance(rows, slice) else rows[found]
    return Differences(
        chosen,
        facts.take(found),
        {slot: codes[found] for slot, codes in desired.items()},
        _change(partition, chosen, [codes[found] for codes in desired.values()]),
        partition.moved_by[chosen],
        published.seq[chosen] + np.uint32(1),
        published.region[chosen],
    )


def _change(partition: Partition, rows: Rows, desired: list[NDArray[np.uint16]]) -> NDArray[np.uint8]:
    before = np.zeros(len(rows), bool)
    for column in partition.published.verdicts.values():
        before |= is_gap(column[rows])
    after = np.zeros(len(rows), bool)
    for codes in desired:
        after |= is_gap(codes)
    return np.select([after & ~before, before & ~after], [OPENED, CLOSED], default=CHANGED).astype(np.uint8)


def mark_published(partition: Partition, differences: Differences) -> None:
    """Remember that these were published as desired."""
    rows, published = differences.rows, partition.published
    for slot, column in published.verdicts.items():
        column[rows] = differences.desired.get(slot, NOT_MEANT)
    published.seq[rows] = differences.seq
    published.region[rows] = differences.facts.region
    partition.moved_by[rows] = 0
