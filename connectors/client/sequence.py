"""Checks that each person's records count 1, 2, 3 … without gap or repeat."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from datetime import timedelta

from schemas.errors import Refused
from schemas.records import TopicPartition

FULL_HISTORY = timedelta(days=7)
"""How long ``coverage.persons`` keeps every record (its ``min.compaction.lag.ms``); then only the last."""

_MS = timedelta(milliseconds=1)
_ENDED = 0


class SequenceBroken(Refused):
    """A record is missing or repeated: what was built from this subscription may be wrong."""


class SequenceCheck:
    """Remembers the last seq of each person seen; about 200 bytes a person.

    What is not remembered is not checked: the first record of a person, and whatever comes after a
    partition was taken away and given back.
    """

    def __init__(self) -> None:
        self._last: defaultdict[TopicPartition, dict[bytes, tuple[int, int]]] = defaultdict(dict)

    def check(
        self,
        source: TopicPartition,
        records: Iterable[tuple[bytes, int | None, int, int]],
        now_ms: int,
        leaving: Container[int] = (),
    ) -> None:
        """Take records of one partition in order: key, seq (``None`` for a tombstone), offset, timestamp.

        A tombstone ends the count: the next record of that person has seq 1. ``leaving`` are offsets after
        which a person is not followed any more, so that whatever comes of them is not checked. Raises
        ``SequenceBroken`` when two neighbours younger than seven days do not follow each other.
        """
        last = self._last[source]
        since_ms = now_ms - FULL_HISTORY // _MS
        for key, seq, offset, timestamp_ms in records:
            before = last.get(key)
            this = _ENDED if seq is None else seq
            last[key] = (this, timestamp_ms)
            if offset in leaving:
                del last[key]
            if before is None or seq is None or seq == before[0] + 1:
                continue
            if before[1] >= since_ms and timestamp_ms >= since_ms:
                raise SequenceBroken(
                    f"{source.topic}/{source.partition} offset {offset}: seq {seq} follows seq {before[0]}",
                    remedy="read the topic again from its start, and tell the hub's operators",
                )

    def forget(self, partitions: Sequence[TopicPartition]) -> None:
        """These may be read again from an earlier position."""
        for partition in partitions:
            self._last.pop(partition, None)
