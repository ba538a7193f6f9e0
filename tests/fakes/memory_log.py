"""The in-memory log's clients: everything ``streams.engine.ports`` asks for, without a broker."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.errors import Refused, Retryable, TransactionAborted
from schemas.records import Outgoing, RecordBatch, TopicPartition
from streams.engine.ports import RebalanceListener
from tests.fakes.faults import Faults, ProcessKilled
from tests.fakes.joined import joined
from tests.fakes.memory_broker import Identity, MemoryBroker, MemoryPartition, Transaction, TransactionState
from tests.fakes.memory_group import MemberView, MemoryGroup

__all__ = [
    "Faults",
    "MemoryAdmin",
    "MemoryBroker",
    "MemoryGroupConsumer",
    "MemoryPartition",
    "MemoryPlainProducer",
    "MemoryReader",
    "MemoryTransactionalProducer",
    "ProcessKilled",
]


@dataclass
class _Fetcher:
    """Positions of assigned partitions, and fair reading from them: each call begins with another one."""

    broker: MemoryBroker
    positions: dict[TopicPartition, int] = field(default_factory=dict)
    paused: set[TopicPartition] = field(default_factory=set)
    _turn: int = 0

    def fetch(self, max_records: int) -> list[RecordBatch]:
        batches: list[RecordBatch] = []
        running = [at for at in self.positions if at not in self.paused]
        for step in range(len(running)):
            if max_records <= 0:
                break
            at = running[(self._turn + step) % len(running)]
            batch, after = self.broker.partition(at).read_committed(at, self.positions[at], max_records)
            self.positions[at] = after
            if batch is not None:
                batches.append(batch)
                max_records -= len(batch)
        self._turn += 1
        return batches


class MemoryGroupConsumer:
    """A group member; see ``streams.engine.ports.GroupConsumer``.

    Rebalances happen one step a ``consume`` call. ``faults`` strikes at ``before_consume``,
    ``after_consume``, ``before_seek`` and ``before_committed``.
    """

    def __init__(self, broker: MemoryBroker, group_id: str) -> None:
        self.faults = Faults()
        self.begins_again = False
        """Set it, and with the next records their partitions go back to the beginning: as on Kafka when the
        answer where that is comes after a seek.
        """
        self._broker = broker
        self._group_id = group_id
        self._fetcher = _Fetcher(broker)
        self._member_id = 0
        self._topics: tuple[str, ...] = ()
        self._listener: RebalanceListener | None = None

    @property
    def _group(self) -> MemoryGroup:
        return self._broker.group(self._group_id)

    @property
    def owned(self) -> set[TopicPartition]:
        """Partitions this member believes it owns."""
        return set(self._fetcher.positions)

    def subscribe(self, topics: Sequence[str], listener: RebalanceListener) -> None:
        self._topics, self._listener = tuple(topics), listener
        self._member_id = self._group.join(topics, self._broker.partition_counts())

    def lose_session(self) -> None:
        """The coordinator gives this member up, as after a long SIGSTOP. It finds out when it consumes."""
        self._group.leave(self._member_id, self._broker.partition_counts())

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        self._serve_group()
        self.faults.strike("before_consume")
        batches = self._fetcher.fetch(max_records)
        if self.begins_again and batches:
            self.begins_again = False
            self._fetcher.positions.update(dict.fromkeys((batch.source for batch in batches), 0))
            batches = joined([*batches, *self._fetcher.fetch(max_records - sum(map(len, batches)))])
        self.faults.strike("after_consume")
        return batches

    def _serve_group(self) -> None:
        listener, group = self._listener, self._group
        if listener is None:
            return
        if self._member_id not in group.members:
            lost = sorted(self.owned)
            self._forget(lost)
            if lost:
                listener.on_lost(lost)
            group.rejoin(self._member_id, self._topics, self._broker.partition_counts())
            return
        if revoked := group.to_revoke(self._member_id):
            listener.on_revoked(revoked)
            self._forget(revoked)
            if self._member_id not in group.members:
                return  # its session ended meanwhile: the rest is lost, which the next call tells
            group.release(self._member_id, revoked)
        if gained := group.advance(self._member_id):
            self._fetcher.positions.update(dict.fromkeys(gained, 0))
            self._fetcher.paused.update(gained)
            listener.on_assigned(gained)

    def _forget(self, partitions: Iterable[TopicPartition]) -> None:
        for at in partitions:
            del self._fetcher.positions[at]
            self._fetcher.paused.discard(at)

    def pause(self, partitions: Sequence[TopicPartition]) -> None:
        self._check_owned(partitions)
        self._fetcher.paused.update(partitions)

    def resume(self, partitions: Sequence[TopicPartition]) -> None:
        self._check_owned(partitions)
        self._fetcher.paused.difference_update(partitions)

    def seek(self, position: TopicPartition, offset: int) -> None:
        self.faults.strike("before_seek")
        self._check_owned([position])
        self._fetcher.positions[position] = offset

    def _check_owned(self, partitions: Sequence[TopicPartition]) -> None:
        if foreign := [at for at in partitions if at not in self._fetcher.positions]:
            raise Retryable(f"not assigned: {foreign}")

    def committed(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int | None]:
        self.faults.strike("before_committed")
        group = self._group
        if any(group.is_pending(at) for at in partitions):
            raise Retryable("a transaction is pending on these offsets")
        return {at: group.committed.get(at) for at in partitions}

    def group_metadata(self) -> object:
        member = self._group.members.get(self._member_id)
        return MemberView(self._group_id, self._member_id, member.epoch if member else -1)

    def close(self) -> None:
        if self._listener is not None and self.owned:
            self._listener.on_revoked(sorted(self.owned))
            self._forget(list(self.owned))
        self._group.leave(self._member_id, self._broker.partition_counts())


class MemoryReader:
    """A reader of fixed partitions; see ``streams.engine.ports.Reader``. ``faults`` as in the group."""

    def __init__(self, broker: MemoryBroker) -> None:
        self.faults = Faults()
        self._fetcher = _Fetcher(broker)

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        self._fetcher.positions = dict(positions)

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        self.faults.strike("before_consume")
        batches = self._fetcher.fetch(max_records)
        self.faults.strike("after_consume")
        return batches

    def position(self, partition: TopicPartition) -> int:
        return self._fetcher.positions[partition]

    def close(self) -> None:
        self._fetcher.positions.clear()


class MemoryTransactionalProducer:
    """A transactional producer; see ``streams.engine.ports.TransactionalProducer`` and ``Faults``."""

    def __init__(self, broker: MemoryBroker, transactional_id: str) -> None:
        self.faults = Faults()
        self._broker = broker
        self._id = transactional_id
        self._epoch: int | None = None
        self._positions_sent = False
        self._failed = False

    def init(self) -> None:
        self._epoch = self._broker.take_over(self._id)

    def _identity(self) -> Identity:
        assert self._epoch is not None, "init() first"
        return self._broker.identity(self._id, self._epoch)

    def _transaction(self) -> Transaction:
        transaction = self._identity().transaction
        assert transaction is not None, "begin() first"
        if self._failed:
            raise TransactionAborted("this transaction has failed: abort it")
        return transaction

    def _strike(self, *points: str) -> None:
        for point in points:
            try:
                self.faults.strike(point)  # type: ignore[arg-type]
            except TransactionAborted:
                self._failed = True
                raise

    def begin(self) -> None:
        self._strike("before_begin")
        identity = self._identity()
        assert identity.transaction is None, "a transaction is open"
        identity.transaction = Transaction()
        self._positions_sent = self._failed = False

    def produce(self, records: Outgoing) -> None:
        self._strike("before_produce")
        transaction = self._transaction()
        assert not self._positions_sent, "nothing may be produced after send_offsets"
        self._broker.append(records, transaction)
        self._strike("after_produce")

    def send_offsets(self, positions: Mapping[TopicPartition, int], group_metadata: object) -> None:
        self._strike("before_send_offsets")
        transaction = self._transaction()
        self._positions_sent = True
        if positions:
            assert isinstance(group_metadata, MemberView)
            try:
                self._broker.add_positions(transaction, positions, group_metadata)
            except TransactionAborted:
                self._failed = True
                raise
        self._strike("after_send_offsets")

    def commit(self) -> None:
        self._strike("before_commit")
        self._transaction()
        self._broker.end(self._identity(), TransactionState.COMMITTED)
        self.faults.strike("after_commit")

    def abort(self) -> None:
        self._strike("before_abort")
        identity = self._identity()
        if identity.transaction is not None:
            self._broker.end(identity, TransactionState.ABORTED)
        self._failed = False

    def close(self) -> None:
        self._epoch = None


class MemoryPlainProducer:
    """An at-least-once producer; see ``streams.engine.ports.PlainProducer``."""

    def __init__(self, broker: MemoryBroker) -> None:
        self.faults = Faults()
        self._broker = broker

    def produce(self, records: Outgoing) -> None:
        self.faults.strike("before_produce")
        self._broker.append(records)
        self.faults.strike("after_produce")

    def flush(self, timeout_s: float) -> int:
        self.faults.strike("before_flush")
        return 0

    def close(self) -> None:
        """Nothing is held."""


class MemoryAdmin:
    """What can be asked about logs; see ``streams.engine.ports.LogAdmin``."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker

    def partitions(self, topic: str) -> int:
        return len(self._broker.topic(topic).partitions)

    def topic_id(self, topic: str) -> str:
        return self._broker.topic(topic).id

    def start_offset(self, partition: TopicPartition) -> int:
        return self._broker.partition(partition).start

    def high_watermark(self, partition: TopicPartition) -> int:
        return self._broker.partition(partition).end

    def offset_at(self, partition: TopicPartition, timestamp_ms: int) -> int:
        return self._broker.partition(partition).offset_at(timestamp_ms)

    def delete_before(self, partition: TopicPartition, offset: int) -> None:
        if self._broker.topic(partition.topic).compacted:
            raise Refused(f"{partition.topic} is compacted: records cannot be deleted")
        self._broker.partition(partition).delete_before(offset)
