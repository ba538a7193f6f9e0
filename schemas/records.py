"""Plain values of a Kafka log that streams and connectors both speak of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class TopicPartition(NamedTuple):
    """One partition of a topic."""

    topic: str
    partition: int


Headers = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """Consecutive records of one partition, oldest first, as read from the log.

    ``keys`` and ``values`` are as they came (``None`` for null). ``offsets`` and ``timestamps``
    (broker time, milliseconds since the epoch) are int64 arrays of the same length; offsets rise
    but may have gaps where transaction markers or aborted records lie. ``headers`` maps the index
    of a record to its headers, for records that have any.
    """

    source: TopicPartition
    keys: Sequence[bytes | None]
    values: Sequence[bytes | None]
    offsets: NDArray[np.int64]
    timestamps: NDArray[np.int64]
    headers: Mapping[int, Headers] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def next_offset(self) -> int:
        """The position after the last record."""
        return int(self.offsets[-1]) + 1

    def beyond(self, position: int) -> "RecordBatch":
        """Those that lie at ``position`` or after it, each once and rising: without what was read before."""
        before = np.maximum.accumulate(np.concatenate(([position - 1], self.offsets[:-1])))
        fresh = np.flatnonzero(self.offsets > before)
        return self if len(fresh) == len(self) else self._only(fresh.tolist())

    def _only(self, kept: list[int]) -> "RecordBatch":
        headers = ((at, self.headers.get(i)) for at, i in enumerate(kept))
        return RecordBatch(
            self.source,
            [self.keys[i] for i in kept],
            [self.values[i] for i in kept],
            self.offsets[kept],
            self.timestamps[kept],
            {at: each for at, each in headers if each is not None},
        )


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Records to append to one partition, in this order. ``keys`` may be ``None`` for a keyless topic."""

    target: TopicPartition
    keys: Sequence[bytes] | None
    values: Sequence[bytes | None]
    headers: Sequence[Headers | None] | None = None

    def __len__(self) -> int:
        return len(self.values)
