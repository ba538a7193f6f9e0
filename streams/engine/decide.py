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
from streams.engine.withhold import NOTHING, Desired, Guard, Withheld, keep_held

OPENED, CLOSED, CHANGED = 0, 1, 2
"""Positions in the schema's Change enum."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Persons whose last record does not say what is desired; all arrays of length n, in row order.

    ``facts`` are copies of their rows; ``desired`` has a verdict code per directive in force, ``region``
    the home to publish: both as published for the held. ``change`` is a position in Change; ``moved_by``
    the bits of ``Partition.moved_by``. ``withheld`` is what was decided about holds on the way.
    """

    rows: Rows
    facts: Facts
    desired: Mapping[Slot, NDArray[np.uint16]]
    region: NDArray[np.uint32]
    change: NDArray[np.uint8]
    moved_by: NDArray[np.uint8]
    seq: NDArray[np.uint32]
    previous_region: NDArray[np.uint32]
    withheld: Withheld

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
            self.region[head],
            self.change[head],
            self.moved_by[head],
            self.seq[head],
            self.previous_region[head],
            self.withheld,
        )


def desire(facts: Facts, situation: NDArray[np.uint16], rules: Rules) -> Desired:
    """Verdict codes of each row under each version in force, by the facts alone."""
    return {
        (directive.id, directive.version): evaluate(directive, facts, situation)
        for directive in rules.directives
    }


def compare(
    partition: Partition,
    rows: Rows | slice,
    rules: Rules,
    *,
    refresh: bool,
    guard: Guard | None = None,
    control_offset: int = 0,
) -> Differences:
    """Compare these rows. ``refresh`` computes their situations anew; otherwise those in memory are taken
    as they are. The ``guard`` decides holds at this position of hub.control; without one none begins or ends.
    """
    facts = partition.facts.take(rows)
    if refresh:
        situation = situations_of(facts, rules.membership)
        partition.situation[rows] = situation
    else:
        situation = partition.situation[rows]
    desired = desire(facts, situation, rules)
    withheld = NOTHING
    if guard is not None:
        withheld = guard.withhold(partition, rows, facts, desired, rules, control_offset)
    held = keep_held(partition, rows, situation, desired, rules)
    published = partition.published
    region = facts.region if held is None else np.where(held, published.region[rows], facts.region)
    differs = np.zeros(len(facts), bool)
    for slot, codes in desired.items():
        differs |= codes != published.column(slot)[rows]
    for slot, column in published.verdicts.items():
        if slot not in desired:
            differs |= column[rows] != NOT_MEANT
    differs |= (published.seq[rows] > 0) & (region != published.region[rows])
    found = np.flatnonzero(differs)
    chosen = found + (rows.start or 0) if isinstance(rows, slice) else rows[found]
    return Differences(
        chosen,
        facts.take(found),
        {slot: codes[found] for slot, codes in desired.items()},
        region[found],
        _change(partition, chosen, [codes[found] for codes in desired.values()]),
        partition.moved_by[chosen],
        published.seq[chosen] + np.uint32(1),
        published.region[chosen],
        withheld,
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
    published.region[rows] = differences.region
