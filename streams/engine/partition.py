"""All an engine holds of one person partition: facts, what was published, positions and counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.coverage.facts import Facts
from streams.coverage.region_index import NO_REGION
from streams.coverage.verdict import NOT_MEANT
from streams.engine.batches import BatchCounts
from streams.engine.guard import Spent
from streams.engine.holds import Holds
from streams.engine.inputs import Inputs
from streams.engine.token_index import TokenIndex, grown

Slot = tuple[str, int]
"""A directive id and version: each has its own column of published verdicts."""

Rows = NDArray[np.intp]

BY_DTSEN, BY_MEMBERSHIP = 1, 2
"""Bits of ``Partition.moved_by``: whose fact was folded of a person since the last decision about them."""

_ROOM_AT_FIRST = 1024

_SCAN_IS_CHEAPER = 64
"""Above one row in so many, marking rows and scanning the marks is faster than sorting."""


@dataclass(slots=True)
class Published:
    """The last record of each person on coverage.persons: seq (0: none yet), region, verdict code per
    slot.
    """

    seq: NDArray[np.uint32]
    region: NDArray[np.uint32]
    verdicts: dict[Slot, NDArray[np.uint16]]

    @classmethod
    def empty(cls, n: int) -> "Published":
        """Nothing published for ``n`` rows."""
        return cls(np.zeros(n, np.uint32), np.full(n, NO_REGION, np.uint32), {})

    def column(self, slot: Slot) -> NDArray[np.uint16]:
        """The verdict column of a slot, made when first asked for."""
        if slot not in self.verdicts:
            self.verdicts[slot] = np.full(len(self.seq), NOT_MEANT, np.uint16)
        return self.verdicts[slot]

    def forget(self, rows: Rows) -> None:
        """Of these rows nothing is published."""
        self.seq[rows], self.region[rows] = 0, NO_REGION
        for column in self.verdicts.values():
            column[rows] = NOT_MEANT

    def grown(self, n: int) -> "Published":
        """A copy with room for ``n`` rows."""
        larger = Published.empty(n)
        larger.seq[: len(self.seq)] = self.seq
        larger.region[: len(self.region)] = self.region
        for slot, codes in self.verdicts.items():
            larger.column(slot)[: len(codes)] = codes
        return larger


def distinct(parts: Sequence[Rows], n: int) -> Rows:
    """All rows of ``parts``, each below ``n``, sorted and once each."""
    together = np.concatenate([np.zeros(0, np.intp), *parts])
    if len(together) * _SCAN_IS_CHEAPER < n:
        return np.unique(together)
    marked = np.zeros(n, bool)
    marked[together] = True
    return np.flatnonzero(marked)


@dataclass(slots=True)
class Scan:
    """Going over all rows after a change of rules. ``cursor`` is the next row; ``refresh``: situations are
    stale.
    """

    cursor: int = 0
    refresh: bool = True
    causes: frozenset[str] = frozenset()


class Partition:
    """State of one partition. Rows are numbered by ``index``; every column has room for more of them,
    ``persons`` to begin with.
    """

    def __init__(self, number: int, *, generation: int = 0, persons: int = 0) -> None:
        room = max(persons, _ROOM_AT_FIRST)
        self.number = number
        self.generation = generation
        self.index = TokenIndex(room)
        self.facts = Facts.empty(room)
        self.published = Published.empty(room)
        self.holds = Holds.empty(room)
        self.spent = Spent()
        self.situation = np.zeros(room, np.uint16)
        self.moved_by = np.zeros(room, np.uint8)
        self.positions: dict[str, int] = {}
        """Next offset to read per agency topic; the truth, written with the state."""
        self.inputs = Inputs()
        self.batches = BatchCounts()
        self.scan: Scan | None = None
        self.removed: set[int] = set()
        """Rows of persons who were erased: empty, and neither counted nor written."""
        self._dirty: list[Rows] = []

    def __len__(self) -> int:
        return len(self.index)

    @property
    def persons(self) -> int:
        """How many persons there are: rows without those removed."""
        return len(self.index) - len(self.removed)

    def rows_for(self, tokens: NDArray[np.void]) -> Rows:
        """Row of each token, making room for new persons."""
        rows = self.index.add(tokens)
        if len(self.index) > len(self.situation):
            self._grow(grown(len(self.index)))
        if self.removed:
            back = rows[np.isin(rows, list(self.removed))]
            self.removed.difference_update(back.tolist())
        return rows

    def touch(self, rows: Rows) -> None:
        """These rows hold new facts: they are decided and written with the next transaction."""
        self._dirty.append(rows)

    def remove(self, rows: Rows) -> None:
        """Nothing is known of these persons any more. A row keeps its number for when somebody comes back."""
        self.facts.clear(rows)
        self.published.forget(rows)
        self.holds.end(rows)
        self.situation[rows], self.moved_by[rows] = 0, 0
        self.removed.update(rows.tolist())

    def present(self, rows: Rows) -> Rows:
        """Those of the rows that were not removed."""
        return rows[~np.isin(rows, list(self.removed))] if self.removed else rows

    def take_dirty(self) -> Rows:
        """The touched rows, sorted and once each, and forget them."""
        rows = distinct(self._dirty, len(self))
        self._dirty.clear()
        return rows

    @property
    def has_dirty(self) -> bool:
        """Whether facts wait to be written."""
        return bool(self._dirty)

    def request_scan(self, causes: frozenset[str], *, refresh: bool) -> None:
        """Compare every person anew; what was still to be compared stays so."""
        running = self.scan
        if running is not None:
            causes, refresh = causes | running.causes, refresh or running.refresh
        self.scan = Scan(0, refresh, causes)

    def _grow(self, capacity: int) -> None:
        self.facts = self.facts.grown(capacity)
        self.published = self.published.grown(capacity)
        self.holds = self.holds.grown(capacity)
        for name in ("situation", "moved_by"):
            column = getattr(self, name)
            larger = np.zeros(capacity, column.dtype)
            larger[: len(column)] = column
            setattr(self, name, larger)
