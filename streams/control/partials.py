"""The newest counts of each partition: absolute, repeatable, and the highest position wins."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from schemas.events import BatchCounts, Partial, RegencyClasses, RegionCounts
from schemas.names import RECORD_CLASSES

BatchKey = tuple[str, str]
"""Agency topic and batch id."""


@dataclass(slots=True)
class PartitionCounts:
    """What is known of one partition. ``whole`` once a full partial of this generation has come."""

    generation: int
    state_offset: int
    control_offset: int
    business_date: date | None = None
    whole: bool = False
    regions: dict[str, RegionCounts] = field(default_factory=dict)
    batches: dict[BatchKey, BatchCounts] = field(default_factory=dict)

    @property
    def position(self) -> tuple[int, int, int]:
        """Generation, state offset and control offset: what a later count has more of."""
        return self.generation, self.state_offset, self.control_offset


class PartialBook:
    """Per partition the counts at the highest (generation, state offset, control offset).

    Partials may come twice or late. A full one replaces the regions of its partition, another only
    those it lists. Batch counts are kept when a full one no longer lists a batch: it is closed then, and its
    regencies are no longer told apart, lest years of publications fill the memory.
    """

    def __init__(self) -> None:
        self._partitions: dict[int, PartitionCounts] = {}
        self.taken = 0
        """How many partials were folded; rises with every change."""

    def take(self, partial: Partial) -> bool:
        """Fold one partial; false if it is older than what is held."""
        held = self._partitions.get(partial.partition)
        position = (partial.generation, partial.state_offset, partial.control_offset)
        if held is not None and position < held.position:
            return False
        if held is None or partial.generation > held.generation:
            # Another generation counted another state: nothing of the old one may be mixed in.
            held = self._partitions[partial.partition] = PartitionCounts(*position)
        held.state_offset, held.control_offset = partial.state_offset, partial.control_offset
        held.business_date = partial.business_date
        if partial.full:
            held.whole, held.regions = True, {}
            listed = {(batch.topic, batch.batch) for batch in partial.batches}
            known = held.batches.items()
            held.batches = {key: each if key in listed else _closed(each) for key, each in known}
        held.regions |= {region.region: region for region in partial.regions}
        for batch in partial.batches:
            key = batch.topic, batch.batch
            held.batches[key] = batch if partial.full else _with_known(batch, held.batches.get(key))
        self.taken += 1
        return True

    def clear(self) -> None:
        """Forget everything; the next full round of the engines fills it again."""
        self._partitions.clear()
        self.taken += 1

    def batch(self, key: BatchKey) -> Mapping[int, BatchCounts]:
        """Counts of a batch by partition."""
        found = ((number, counts.batches.get(key)) for number, counts in self._partitions.items())
        return {number: batch for number, batch in found if batch is not None}

    def position(self, partition: int) -> PartitionCounts | None:
        """The newest counts of a partition, None before any have come."""
        return self._partitions.get(partition)

    def generations(self) -> Mapping[int, int]:
        """The state generation last counted, by partition."""
        return {number: counts.generation for number, counts in self._partitions.items()}

    def newest(self) -> tuple[int, list[PartitionCounts]]:
        """The highest control offset counted at, and the whole partitions counted at it.

        Only these may be added up: at another offset another directive or date may have held.
        Gives (-1, []) while no partition is whole.
        """
        whole = [counts for counts in self._partitions.values() if counts.whole]
        offset = max((counts.control_offset for counts in whole), default=-1)
        return offset, [counts for counts in whole if counts.control_offset == offset]


def _closed(batch: BatchCounts) -> BatchCounts:
    """The batch with all of its records under no regency."""
    if len(batch.regencies) <= 1:
        return batch
    by_class = {name: getattr(batch, name) for name in RECORD_CLASSES}
    return replace(batch, regencies=(RegencyClasses("", **by_class),))


def _with_known(batch: BatchCounts, known: BatchCounts | None) -> BatchCounts:
    """The batch with the regencies that have not changed since, unless it names them all."""
    named = sum(_records(each) for each in batch.regencies)
    if known is None or named == _records(batch):
        return batch
    merged = {each.region: each for each in (*known.regencies, *batch.regencies)}
    return replace(batch, regencies=tuple(merged.values()))


def _records(counts: BatchCounts | RegencyClasses) -> int:
    return sum(getattr(counts, name) for name in RECORD_CLASSES)
