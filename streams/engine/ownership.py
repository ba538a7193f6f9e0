"""Which person partitions are ours: only those of which every agency topic's partition is assigned."""

from collections.abc import Callable, Sequence

from schemas.errors import JangkauError
from schemas.names import AGENCY_FACTS
from schemas.records import TopicPartition

Flush = Callable[[Sequence[int]], None]
"""Commits what is folded, from within a revocation."""


class Ownership:
    """The rebalance listener. It notes what changed and acts on nothing, save the flush before a
    revocation.
    """

    def __init__(self, flush: Flush) -> None:
        self._flush = flush
        self._assigned: set[TopicPartition] = set()
        self._gone: set[int] = set()
        self._gained: set[int] = set()
        self._lost: set[int] = set()
        self.error: JangkauError | None = None
        """What the last flush raised; a callback must not raise."""

    def holds(self, number: int) -> bool:
        """Whether partition ``number`` of every agency topic is assigned."""
        return all(TopicPartition(topic, number) in self._assigned for topic in AGENCY_FACTS)

    def has_lost(self, number: int) -> bool:
        """Whether the partition went since the last ``take``: nothing of it may be committed any more."""
        return number in self._gone

    def take(self) -> tuple[set[int], set[int]]:
        """Partitions gone and gained since the last call; raises what a flush has raised."""
        error, self.error = self.error, None
        if error is not None:
            raise error  # what has changed is told by the next call
        gone, gained = self._gone, {number for number in self._gained if self.holds(number)}
        self._gone, self._gained = set(), set()
        return gone, gained

    def take_lost(self) -> set[int]:
        """Partitions that went without notice since the last call; they are among the gone as well."""
        lost, self._lost = self._lost, set()
        return lost

    def on_assigned(self, partitions: Sequence[TopicPartition]) -> None:
        """See ``ports.RebalanceListener``."""
        self._assigned.update(partitions)
        self._gained.update(p.partition for p in partitions)

    def on_revoked(self, partitions: Sequence[TopicPartition]) -> None:
        """See ``ports.RebalanceListener``."""
        try:
            self._flush(sorted({p.partition for p in partitions}))
        except JangkauError as error:
            self.error = error
        self._forget(partitions)

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        """See ``ports.RebalanceListener``."""
        self._lost.update(p.partition for p in partitions)
        self._forget(partitions)

    def _forget(self, partitions: Sequence[TopicPartition]) -> None:
        self._assigned.difference_update(partitions)
        numbers = {p.partition for p in partitions}
        self._gone |= numbers
        self._gained -= numbers
