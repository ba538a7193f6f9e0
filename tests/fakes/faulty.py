"""A log's clients with faults planted around them: the same on the in-memory log and on Kafka."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from schemas.errors import Fenced, TransactionAborted
from schemas.names import HUB_CONTROL, HUB_LOOKUPS, HUB_STATE
from schemas.records import Outgoing, RecordBatch, TopicPartition
from streams.engine.ports import (
    GroupConsumer,
    LogAdmin,
    PlainProducer,
    Reader,
    RebalanceListener,
    TransactionalProducer,
)
from tests.fakes.faults import Faults, Point, ProcessKilled
from tests.fakes.joined import joined

Outcome = Literal["applied", "not", "half"]
Knowing = Literal["known", "fenced", "killed"]


@dataclass
class Doubt:
    """A commit whose outcome is unknown at first. It was *applied*, or *not*, or only the broker knows
    (*half*); it is asked for again until *known*, given up (*fenced*), or the process dies (*killed*).
    """

    outcome: Outcome
    then: Knowing


@runtime_checkable
class Doubtful(Protocol):
    """A producer of a log that takes its time. In memory a commit is asked for once."""

    def commit_slowly(self) -> None:
        """Commit; the first answers do not come in time."""

    def commit_half(self) -> None:
        """Ask for it, and do not wait for the answer."""


class FaultyConsumer:
    """See ``streams.engine.ports.GroupConsumer``."""

    def __init__(
        self, inner: GroupConsumer, faults: Faults, beginning: Callable[[TopicPartition], int]
    ) -> None:
        self._inner, self._faults, self._beginning = inner, faults, beginning
        self.assigned: set[TopicPartition] = set()
        """What the group has given to this member, restored or not."""
        self.begins_again = False
        """Set it, and with the next records their partitions go back to the beginning: as on Kafka when the
        answer where that is comes after a seek.
        """

    def subscribe(self, topics: Sequence[str], listener: RebalanceListener) -> None:
        self._inner.subscribe(topics, _Noting(listener, self.assigned))

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        self._faults.strike("before_consume")
        batches = self._inner.consume(max_records, timeout_s)
        if self.begins_again and batches:
            self.begins_again = False
            batches = self._begin_again(batches, max_records, timeout_s)
        self._faults.strike("after_consume")
        return batches

    def _begin_again(
        self, batches: Sequence[RecordBatch], max_records: int, timeout_s: float
    ) -> Sequence[RecordBatch]:
        """What was read, and as much as there is room for from the beginning behind it."""
        for batch in batches:
            self._inner.seek(batch.source, self._beginning(batch.source))
        room = max_records - sum(map(len, batches))
        return joined([*batches, *self._inner.consume(room, timeout_s)]) if room > 0 else batches

    def pause(self, partitions: Sequence[TopicPartition]) -> None:
        self._inner.pause(partitions)

    def resume(self, partitions: Sequence[TopicPartition]) -> None:
        self._inner.resume(partitions)

    def seek(self, position: TopicPartition, offset: int) -> None:
        self._faults.strike("before_seek")
        self._inner.seek(position, offset)

    def committed(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int | None]:
        self._faults.strike("before_committed")
        return self._inner.committed(partitions)

    def group_metadata(self) -> object:
        return self._inner.group_metadata()

    def close(self) -> None:
        self._inner.close()


@dataclass
class _Noting:
    """A listener that notes what is owned, and tells the engine's."""

    listener: RebalanceListener
    assigned: set[TopicPartition]

    def on_assigned(self, partitions: Sequence[TopicPartition]) -> None:
        self.assigned.update(partitions)
        self.listener.on_assigned(partitions)

    def on_revoked(self, partitions: Sequence[TopicPartition]) -> None:
        self.assigned.difference_update(partitions)
        self.listener.on_revoked(partitions)

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        self.assigned.difference_update(partitions)
        self.listener.on_lost(partitions)


class FaultyReader:
    """See ``streams.engine.ports.Reader``; what it reads tells whether it controls, restores or rebuilds.

    A read that fails afterwards has taken records from the log that nobody got: the position stays.
    """

    def __init__(self, inner: Reader, faults: Faults) -> None:
        self._inner, self._faults = inner, faults
        self._points: tuple[Point, Point] | None = None
        self._stayed: dict[TopicPartition, int] = {}

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        topics = {at.topic for at in positions}
        self._points = None
        if topics == {HUB_CONTROL}:
            self._points = "before_control", "after_control"
        elif topics == {HUB_STATE}:
            self._points = "before_restore", "after_restore"
        elif topics and topics != {HUB_LOOKUPS}:
            self._points = "before_rebuild", "after_rebuild"
        self._stayed = dict(positions)
        self._inner.assign(positions)

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        if self._points is None:
            return self._inner.consume(max_records, timeout_s)
        before, after = self._points
        self._faults.strike(before)
        batches = self._inner.consume(max_records, timeout_s)
        self._faults.strike(after)
        self._stayed = {at: self._inner.position(at) for at in self._stayed}
        return batches

    def position(self, partition: TopicPartition) -> int:
        return self._inner.position(partition) if self._points is None else self._stayed[partition]

    def close(self) -> None:
        self._inner.close()


class FaultyProducer:
    """See ``streams.engine.ports.TransactionalProducer``. After an error that asks for an abort it takes
    nothing but that, as Kafka's does.
    """

    def __init__(self, inner: TransactionalProducer, faults: Faults) -> None:
        self._inner, self._faults = inner, faults
        self._must_abort = False
        self._doubts: list[Doubt] = []

    def doubt(self, doubt: Doubt) -> None:
        """Let the outcome of the next commit be unknown at first."""
        self._doubts.append(doubt)

    def forget_doubts(self) -> None:
        """Let commits be as they are."""
        self._doubts.clear()

    def init(self) -> None:
        self._inner.init()

    def begin(self) -> None:
        self._strike("before_begin")
        self._inner.begin()

    def produce(self, records: Outgoing) -> None:
        self._strike("before_produce")
        self._inner.produce(records)
        self._strike("after_produce")

    def send_offsets(self, positions: Mapping[TopicPartition, int], group_metadata: object) -> None:
        self._strike("before_send_offsets")
        try:
            self._inner.send_offsets(positions, group_metadata)
        except TransactionAborted:
            self._must_abort = True
            raise
        self._strike("after_send_offsets")

    def commit(self) -> None:
        self._strike("before_commit")
        if self._doubts:
            self._commit_in_doubt(self._doubts.pop(0))
        else:
            self._inner.commit()
        self._faults.strike("after_commit")

    def _commit_in_doubt(self, doubt: Doubt) -> None:
        if isinstance(self._inner, Doubtful):
            if doubt.then == "known" or doubt.outcome == "applied":
                self._inner.commit_slowly()
            elif doubt.outcome == "half":
                self._inner.commit_half()
        elif doubt.then == "known" or doubt.outcome != "not":
            self._inner.commit()
        if doubt.then == "fenced":
            raise Fenced("planted: the outcome of a commit stayed unknown")
        if doubt.then == "killed":
            raise ProcessKilled

    def abort(self) -> None:
        self._faults.strike("before_abort")
        self._inner.abort()
        self._must_abort = False

    def close(self) -> None:
        self._inner.close()

    def _strike(self, point: Point) -> None:
        assert not self._must_abort, "a transaction that has failed is only aborted"
        try:
            self._faults.strike(point)
        except TransactionAborted:
            self._must_abort = True
            raise


class FaultyPlain:
    """See ``streams.engine.ports.PlainProducer``."""

    def __init__(self, inner: PlainProducer, faults: Faults) -> None:
        self._inner, self._faults = inner, faults

    def produce(self, records: Outgoing) -> None:
        self._faults.strike("before_tell")
        self._inner.produce(records)
        self._faults.strike("after_tell")

    def flush(self, timeout_s: float) -> int:
        return self._inner.flush(timeout_s)

    def close(self) -> None:
        self._inner.close()


class FaultyAdmin:
    """See ``streams.engine.ports.LogAdmin``."""

    def __init__(self, inner: LogAdmin, faults: Faults) -> None:
        self._inner, self._faults = inner, faults

    def partitions(self, topic: str) -> int:
        return self._inner.partitions(topic)

    def topic_id(self, topic: str) -> str:
        self._faults.strike("before_topic_id")
        return self._inner.topic_id(topic)

    def start_offset(self, partition: TopicPartition) -> int:
        self._faults.strike("before_start_offset")
        return self._inner.start_offset(partition)

    def high_watermark(self, partition: TopicPartition) -> int:
        self._faults.strike("before_high_watermark")
        return self._inner.high_watermark(partition)

    def offset_at(self, partition: TopicPartition, timestamp_ms: int) -> int:
        self._faults.strike("before_offset_at")
        return self._inner.offset_at(partition, timestamp_ms)

    def delete_before(self, partition: TopicPartition, offset: int) -> None:
        self._faults.strike("before_delete")
        self._inner.delete_before(partition, offset)
        self._faults.strike("after_delete")
