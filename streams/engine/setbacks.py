"""What an engine could not do because something outside was not there, until it has done it."""

from collections.abc import Collection, Mapping, Sequence

from schemas.records import RecordBatch, TopicPartition
from streams.engine.owned import Owned


class Setbacks:
    """Kept because turns that merely find nothing to do are no sign that the outside is back: after a failed
    turn the client has often nothing to hand out yet, and a takeover begins again.
    """

    def __init__(self) -> None:
        self._unfolded: dict[TopicPartition, int] = {}
        """The offset after the batch that could not be folded."""
        self._not_taken_over: set[int] = set()
        self._uncommitted: set[int] = set()
        self.telling = False
        """Whether answers and counts were begun and not ended."""

    def not_folded(self, batch: RecordBatch) -> None:
        """This batch, or a part of it."""
        self._unfolded[batch.source] = max(batch.next_offset, self._unfolded.get(batch.source, 0))

    def not_taken_over(self, number: int) -> None:
        """This partition; it is begun again."""
        self._not_taken_over.add(number)

    def not_committed(self, numbers: Sequence[int]) -> None:
        """What was drafted of these partitions; they start over from the log."""
        self._uncommitted.update(numbers)

    def committed(self, numbers: Collection[int]) -> None:
        """What was drafted of these partitions is on the log."""
        self._uncommitted.difference_update(numbers)

    def left(self, owned: Mapping[int, Owned], takeovers: Collection[int]) -> bool:
        """Whether anything has still to be done. What is no longer ours is others' to do."""
        self._unfolded = {at: end for at, end in self._unfolded.items() if _is_unfolded(owned, at, end)}
        self._not_taken_over.intersection_update(takeovers)
        self._uncommitted.intersection_update({*owned, *takeovers})
        return bool(self._unfolded or self._not_taken_over or self._uncommitted or self.telling)


def _is_unfolded(owned: Mapping[int, Owned], source: TopicPartition, end: int) -> bool:
    one = owned.get(source.partition)
    if one is None or source.topic in one.partition.inputs.stopped:
        return False
    return one.partition.positions[source.topic] < end
