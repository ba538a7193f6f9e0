"""An in-memory Kafka: topics, partitions, transactions with markers, groups. One thread, no waiting."""

import enum
import uuid
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from schemas.errors import Fenced, Refused, TransactionAborted
from schemas.partitioner import partition_for
from schemas.records import Headers, Outgoing, RecordBatch, TopicPartition
from tests.fakes.memory_group import MemberView, MemoryGroup


class TransactionState(enum.Enum):
    """How a transaction stands."""

    OPEN = enum.auto()
    COMMITTED = enum.auto()
    ABORTED = enum.auto()


@dataclass(eq=False)
class Transaction:
    """One transaction: the partitions it wrote to, and the positions it will commit per group."""

    state: TransactionState = TransactionState.OPEN
    partitions: "dict[TopicPartition, MemoryPartition]" = field(default_factory=dict)
    positions: dict[str, dict[TopicPartition, int]] = field(default_factory=dict)


@dataclass
class MemoryPartition:
    """Records as columns. A transaction marker takes an offset, as on Kafka, but is not stored."""

    keys: list[bytes | None] = field(default_factory=list)
    values: list[bytes | None] = field(default_factory=list)
    headers: list[Headers | None] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    timestamps: list[int] = field(default_factory=list)
    writers: list[Transaction | None] = field(default_factory=list)
    open: dict[Transaction, int] = field(default_factory=dict)
    start: int = 0
    end: int = 0

    @property
    def last_stable_offset(self) -> int:
        return min(self.open.values(), default=self.end)

    def append(self, records: Outgoing, timestamp_ms: int, writer: Transaction | None) -> None:
        count = len(records)
        if writer is not None:
            self.open.setdefault(writer, self.end)
        self.keys.extend(records.keys if records.keys is not None else [None] * count)
        self.values.extend(records.values)
        self.headers.extend(records.headers if records.headers is not None else [None] * count)
        self.offsets.extend(range(self.end, self.end + count))
        self.timestamps.extend([timestamp_ms] * count)
        self.writers.extend([writer] * count)
        self.end += count

    def mark(self, writer: Transaction) -> None:
        """Write the marker that ends a transaction here."""
        del self.open[writer]
        self.end += 1

    def read_committed(
        self, source: TopicPartition, position: int, most: int
    ) -> tuple[RecordBatch | None, int]:
        """Up to ``most`` committed records from ``position`` on, and the position after them.

        Records of aborted transactions and markers are skipped. Raises ``Refused`` for a position
        that is not on the log.
        """
        if not self.start <= position <= self.end:
            raise Refused(f"offset {position} of {source.topic}/{source.partition} is not on the log")
        stable = self.last_stable_offset
        index, last = bisect_left(self.offsets, position), bisect_left(self.offsets, stable)
        rows: list[int] = []
        while index < last and len(rows) < most:
            writer = self.writers[index]
            if writer is None or writer.state is TransactionState.COMMITTED:
                rows.append(index)
            index += 1
        after = max(position, stable) if index >= last else self.offsets[index]
        return (self._batch(source, rows) if rows else None), after

    def _batch(self, source: TopicPartition, rows: Sequence[int]) -> RecordBatch:
        return RecordBatch(
            source=source,
            keys=[self.keys[row] for row in rows],
            values=[self.values[row] for row in rows],
            offsets=np.array([self.offsets[row] for row in rows], np.int64),
            timestamps=np.array([self.timestamps[row] for row in rows], np.int64),
            headers={at: headers for at, row in enumerate(rows) if (headers := self.headers[row])},
        )

    def offset_at(self, timestamp_ms: int) -> int:
        row = bisect_left(self.timestamps, timestamp_ms)
        return self.offsets[row] if row < len(self.offsets) else self.end

    def delete_before(self, offset: int) -> None:
        cut = bisect_left(self.offsets, offset)
        for column in (self.keys, self.values, self.headers, self.offsets, self.timestamps, self.writers):
            del column[:cut]
        self.start = max(self.start, offset)


@dataclass
class MemoryTopic:
    """A topic: its id, its partitions, and whether it is compacted (then nothing can be deleted)."""

    id: str
    partitions: list[MemoryPartition]
    compacted: bool = False


@dataclass
class Identity:
    """The holder of a transactional id: a higher epoch fences all lower ones."""

    epoch: int = -1
    transaction: Transaction | None = None


@dataclass
class MemoryBroker:
    """The whole in-memory cluster.

    ``clock_ms`` is broker time, set by the test: the timestamp of what is appended next.
    ``older_epochs`` says whether a transaction with an older member epoch is accepted for partitions
    the member has held since then (Kafka 4.3 and later) or refused (before).
    """

    clock_ms: int = 1_767_225_600_000
    older_epochs: bool = True
    topics: dict[str, MemoryTopic] = field(default_factory=dict)
    groups: dict[str, MemoryGroup] = field(default_factory=dict)
    identities: dict[str, Identity] = field(default_factory=dict)

    def create_topic(self, name: str, partitions: int, *, compacted: bool = False) -> None:
        """Make a topic; one deleted and made again has another id."""
        if name in self.topics:
            raise Refused(f"topic {name} exists")
        self.topics[name] = MemoryTopic(
            uuid.uuid4().hex, [MemoryPartition() for _ in range(partitions)], compacted
        )
        for group in self.groups.values():
            group.rebalance(self.partition_counts())

    def delete_topic(self, name: str) -> None:
        """Remove a topic with all it holds, the positions of groups included."""
        del self.topics[name]
        for group in self.groups.values():
            for at in [at for at in group.committed if at.topic == name]:
                del group.committed[at]

    def topic(self, name: str) -> MemoryTopic:
        """The topic; raises ``Refused`` if it does not exist."""
        if name not in self.topics:
            raise Refused(f"topic {name} does not exist")
        return self.topics[name]

    def partition(self, at: TopicPartition) -> MemoryPartition:
        """One partition; raises ``Refused`` if it does not exist."""
        partitions = self.topic(at.topic).partitions
        if not 0 <= at.partition < len(partitions):
            raise Refused(f"{at.topic} has no partition {at.partition}")
        return partitions[at.partition]

    def partition_counts(self) -> dict[str, int]:
        """Partition count by topic."""
        return {name: len(topic.partitions) for name, topic in self.topics.items()}

    def group(self, group_id: str) -> MemoryGroup:
        """The group, made on first use."""
        return self.groups.setdefault(group_id, MemoryGroup())

    def append(self, records: Outgoing, writer: Transaction | None = None) -> None:
        """Append to the target partition; a negative one lets the key decide, record by record."""
        if records.target.partition >= 0:
            self._append(records, writer)
            return
        count = len(self.topic(records.target.topic).partitions)
        for row, value in enumerate(records.values):
            key = records.keys[row] if records.keys is not None else None
            at = TopicPartition(records.target.topic, partition_for(key, count) if key is not None else 0)
            headers = [records.headers[row]] if records.headers is not None else None
            self._append(Outgoing(at, [key] if key is not None else None, [value], headers), writer)

    def _append(self, records: Outgoing, writer: Transaction | None) -> None:
        partition = self.partition(records.target)
        if writer is not None:
            writer.partitions[records.target] = partition
        partition.append(records, self.clock_ms, writer)

    def take_over(self, transactional_id: str) -> int:
        """Give the id to a new holder: its open transaction is aborted. Returns the new epoch."""
        identity = self.identities.setdefault(transactional_id, Identity())
        if identity.transaction is not None:
            self.end(identity, TransactionState.ABORTED)
        identity.epoch += 1
        return identity.epoch

    def identity(self, transactional_id: str, epoch: int) -> Identity:
        """The identity if ``epoch`` is its newest; raises ``Fenced`` otherwise."""
        identity = self.identities[transactional_id]
        if identity.epoch != epoch:
            raise Fenced(f"another producer has taken over {transactional_id}")
        return identity

    def expire_transaction(self, transactional_id: str) -> None:
        """What ``transaction.timeout.ms`` does to a silent producer: abort, and fence it."""
        self.take_over(transactional_id)

    def add_positions(
        self, transaction: Transaction, positions: Mapping[TopicPartition, int], member: MemberView
    ) -> None:
        """Make input positions part of the transaction; the broker checks member and epoch, not ownership."""
        group = self.group(member.group_id)
        if not group.accepts(member, positions, self.older_epochs):
            raise TransactionAborted("the member or its epoch is old")
        transaction.positions.setdefault(member.group_id, {}).update(positions)
        group.pending.setdefault(transaction, set()).update(positions)

    def end(self, identity: Identity, state: TransactionState) -> None:
        """Commit or abort the open transaction of an identity: a marker on each partition it wrote to."""
        transaction = identity.transaction
        assert transaction is not None, "no transaction is open"
        identity.transaction = None
        transaction.state = state
        for partition in transaction.partitions.values():
            partition.mark(transaction)
        for group_id, positions in transaction.positions.items():
            group = self.group(group_id)
            group.pending.pop(transaction, None)
            if state is TransactionState.COMMITTED:
                group.committed.update(positions)
