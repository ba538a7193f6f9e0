"""What the engine asks of a log. ``connectors.kafka`` answers on Kafka, ``tests.fakes`` in memory.

All calls come from the engine's one thread. Offsets are positions: the next offset to read.
Errors are those of ``schemas.errors``: ``Retryable`` (try again later), ``TransactionAborted``
(abort, restore memory, do it again), ``Fenced`` (exit), anything else stops the process.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from schemas.records import Outgoing, RecordBatch, TopicPartition


class RebalanceListener(Protocol):
    """Told of ownership from inside ``GroupConsumer.consume``; must never raise."""

    def on_assigned(self, partitions: Sequence[TopicPartition]) -> None:
        """These partitions were gained; they are already paused at their first record and deliver nothing."""

    def on_revoked(self, partitions: Sequence[TopicPartition]) -> None:
        """These are about to go to another member. Commit or abort now: until this returns they are ours."""

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        """These went without notice; another member may own them already. Abort, commit nothing."""


class GroupConsumer(Protocol):
    """A member of the engine's consumer group, reading committed records only."""

    def subscribe(self, topics: Sequence[str], listener: RebalanceListener) -> None:
        """Join the group. Partitions arrive through the listener during later ``consume`` calls."""

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` records, grouped by partition; waits at most ``timeout_s``.

        ``max_records`` 0 only serves the group (heartbeat, callbacks). Raises ``Retryable`` on a
        broken connection; what had been fetched is then fetched again after ``seek``.
        """

    def pause(self, partitions: Sequence[TopicPartition]) -> None:
        """Deliver nothing from these until resumed; they stay owned."""

    def resume(self, partitions: Sequence[TopicPartition]) -> None:
        """Deliver again from the current position."""

    def seek(self, position: TopicPartition, offset: int) -> None:
        """Move an owned partition; never called from a listener. Raises ``Retryable`` if it did not
        happen.
        """

    def committed(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int | None]:
        """The group's committed offsets once no transaction is pending on them; ``None`` where there is none.

        A time-out means "not yet" and raises ``Retryable``, never "none".
        """

    def group_metadata(self) -> object:
        """The member and epoch as of now, to be passed to ``send_offsets`` unchanged."""

    def close(self) -> None:
        """Leave the group."""


class Reader(Protocol):
    """A read_committed reader of fixed partitions, in no group."""

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        """Read exactly these partitions from these offsets."""

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` records, grouped by partition; waits at most ``timeout_s``."""

    def position(self, partition: TopicPartition) -> int:
        """Next offset to read, past transaction markers and aborted records already skipped."""

    def close(self) -> None:
        """Release the connection."""


class TransactionalProducer(Protocol):
    """The engine's one writer. Everything between ``begin`` and ``commit`` becomes visible at once or not
    at all.
    """

    def init(self) -> None:
        """Take over the transactional id: an older holder is fenced and its open transaction aborted."""

    def begin(self) -> None:
        """Open a transaction."""

    def produce(self, records: Outgoing) -> None:
        """Append; returns when queued. Blocks while the queue is full. Raises ``TransactionAborted``."""

    def send_offsets(self, positions: Mapping[TopicPartition, int], group_metadata: object) -> None:
        """Flush with every acknowledgement, then add the input positions to the transaction.

        Nothing may be produced after it. Raises ``TransactionAborted`` if the member or epoch is old.
        """

    def commit(self) -> None:
        """Commit, retrying while the outcome is unknown. Raises ``TransactionAborted`` or ``Fenced``."""

    def abort(self) -> None:
        """Abort: nothing since ``begin`` will be seen by a read_committed reader."""

    def close(self) -> None:
        """Flush nothing, release the connection."""


class PlainProducer(Protocol):
    """For what is repeatable from state: partials and answers. At least once."""

    def produce(self, records: Outgoing) -> None:
        """Append to a partition; a negative partition number lets the key decide. Returns when queued."""

    def flush(self, timeout_s: float) -> int:
        """Wait for acknowledgements; returns how many are still outstanding."""

    def close(self) -> None:
        """Release the connection."""


class LogAdmin(Protocol):
    """What the engine asks about logs rather than of them."""

    def partitions(self, topic: str) -> int:
        """How many partitions the topic has; raises ``Refused`` if it does not exist."""

    def topic_id(self, topic: str) -> str:
        """The broker's unique id of the topic: a topic deleted and made again has another."""

    def start_offset(self, partition: TopicPartition) -> int:
        """First offset still on the log."""

    def high_watermark(self, partition: TopicPartition) -> int:
        """Offset after the last record, open transactions included (not the last stable offset)."""

    def offset_at(self, partition: TopicPartition, timestamp_ms: int) -> int:
        """Offset of the first record the broker took at or after this time (ms since 1970); the high
        watermark if there is none.
        """

    def delete_before(self, partition: TopicPartition, offset: int) -> None:
        """Delete records before the offset (DeleteRecords)."""
