"""The guard on data: who leaves by a DTSEN change beyond what was granted is held (docs/rules.md, 7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from schemas.names import PRESENCES
from streams.coverage.directive import Mask
from streams.coverage.facts import Facts
from streams.coverage.region_index import RegionIndex
from streams.coverage.verdict import NOT_MEANT, verdict_table
from streams.engine.holds import NOT_HELD, REFUSED, WAITING
from streams.engine.partition import BY_DTSEN, Partition, Rows, Slot
from streams.engine.rules import Rules

Desired = dict[Slot, NDArray[np.uint16]]
Positions = NDArray[np.intp]

_NEVER_HELD = np.array([presence in ("DECEASED", "REMOVED", "MERGED") for presence in PRESENCES])

_NONE = np.zeros(0, np.intp)


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is held back. ``begun``: rows held from now on, or in another state; ``ended``: no longer held;
    ``kept``: per slot which of ``begun`` it means by the published record alone.
    """

    begun: Rows = field(default_factory=lambda: _NONE)
    ended: Rows = field(default_factory=lambda: _NONE)
    kept: Mapping[Slot, Mask] = field(default_factory=dict)

    @property
    def rows(self) -> Rows:
        """Rows whose hold changed."""
        return np.concatenate([self.begun, self.ended])


NOTHING = Withheld()


class Guard:
    """Decides holds for one process; ``regions`` is the process's own index."""

    def __init__(self, regions: RegionIndex) -> None:
        self._regions = regions

    def withhold(
        self,
        partition: Partition,
        rows: Rows | slice,
        facts: Facts,
        desired: Desired,
        rules: Rules,
        control_offset: int,
    ) -> Withheld:
        """Decide anew who of these rows is held, and spend what was granted.

        Only rows that a directive in force means by the published record, and ``desired`` no longer, can
        be held: those that are held already, and those of whom a DTSEN fact was folded since their last
        decision. Writes the partition's ``holds`` and ``spent``, which go to the log with the transaction.
        """
        state = partition.holds.state[rows]
        by_dtsen = partition.moved_by[rows] & BY_DTSEN != 0
        if not state.any() and (rules.grant is None or not by_dtsen.any()):
            return NOTHING
        kept = kept_back(partition, rows, desired)
        leaves = np.logical_or.reduce([np.zeros(len(facts), bool), *kept.values()])
        leaves &= ~_NEVER_HELD[facts.presence]
        at = np.flatnonzero((state != NOT_HELD) | (leaves & by_dtsen))
        if not len(at):
            return NOTHING
        numbers = at + (rows.start or 0) if isinstance(rows, slice) else rows[at]
        before = state[at]
        now = self._decided(partition, numbers, before, rules)
        now[~leaves[at]] = NOT_HELD
        # The guard is asked about whoever is not held yet, and anew about a refused one with a new fact.
        asked = np.flatnonzero(leaves[at] & by_dtsen[at] & ((before == NOT_HELD) | (now == REFUSED)))
        now[asked] = NOT_HELD
        begun = asked[self._beyond(partition, numbers[asked], rules)]
        now[begun] = WAITING
        partition.holds.state[numbers] = now
        if len(begun):
            partition.holds.put(numbers[begun], now[begun], control_offset, rules.day_number)
        told = np.zeros(len(at), bool)
        told[begun] = True
        told |= (now != before) & (now != NOT_HELD)
        return Withheld(
            numbers[told],
            numbers[(before != NOT_HELD) & (now == NOT_HELD)],
            {slot: mask[at[told]] for slot, mask in kept.items()},
        )

    def _decided(
        self, partition: Partition, numbers: Rows, before: NDArray[np.uint8], rules: Rules
    ) -> NDArray[np.uint8]:
        """The states after every decision that was taken since each was held."""
        now = before.copy()
        if not rules.decisions or not before.any():
            return now
        since, homes = partition.holds.since[numbers], partition.published.region[numbers]
        for decision in rules.decisions:
            meant = (before != NOT_HELD) & (decision.offset >= since)
            if meant.any():
                reaches = np.array([decision.reaches(home) for home in self._regions.texts])
                meant &= reaches[homes]
                if decision.token is not None:
                    meant &= partition.index.tokens[numbers] == np.void(decision.token)
                now[meant] = NOT_HELD if decision.released else REFUSED
        return now

    def _beyond(self, partition: Partition, numbers: Rows, rules: Rules) -> Positions:
        """Positions of those whom nothing granted is left for; the first ones of each regency may go."""
        if rules.grant is None or not len(numbers):
            return _NONE
        regencies = self._regions.regencies[partition.published.region[numbers]]
        held = []
        for regency in np.unique(regencies).tolist():
            there = np.flatnonzero(regencies == regency)
            go = min(partition.spent.left(rules.grant, regency, partition.number), len(there))
            partition.spent.spend(regency, go)
            held.append(there[go:])
        return np.sort(np.concatenate(held))


def kept_back(
    partition: Partition, rows: Rows | slice, desired: Mapping[Slot, NDArray[np.uint16]]
) -> dict[Slot, Mask]:
    """Per slot in force the rows it means by the published record while ``desired`` means them by no
    version of that directive any more.
    """
    meant: dict[str, Mask] = {}
    for (name, _), codes in desired.items():
        meant[name] = meant.get(name, False) | (codes != NOT_MEANT)
    published = partition.published.verdicts
    return {
        slot: (published[slot][rows] != NOT_MEANT) & ~meant[slot[0]] for slot in desired if slot in published
    }


def keep_held(
    partition: Partition, rows: Rows | slice, situation: NDArray[np.uint16], desired: Desired, rules: Rules
) -> Mask | None:
    """Let the held be meant as the published record has it, and judged by their situation now: only their
    eligibility is held. Returns who is held, ``None`` for nobody.
    """
    held: Mask = partition.holds.state[rows] != NOT_HELD
    if not held.any():
        return None
    kept = kept_back(partition, rows, desired)
    for directive in rules.directives:
        slot = directive.id, directive.version
        if slot in kept:
            mask = kept[slot] & held
            desired[slot][mask] = verdict_table(directive.required)[situation[mask]]
    return held
