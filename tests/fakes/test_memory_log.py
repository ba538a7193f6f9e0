"""The in-memory log behaves as the behaviour suite asks, and fails where it is told to."""

import itertools
from dataclasses import dataclass, field

import pytest

from schemas.errors import Fenced, Retryable, TransactionAborted
from schemas.records import TopicPartition
from streams.engine.ports import GroupConsumer, LogAdmin, PlainProducer, Reader, TransactionalProducer
from tests.broker.log_suite import LogSuite, Owner, begun, join, joined, outgoing, read_all
from tests.fakes.faults import Point
from tests.fakes.memory_log import (
    MemoryAdmin,
    MemoryBroker,
    MemoryGroupConsumer,
    MemoryPlainProducer,
    MemoryReader,
    MemoryTransactionalProducer,
    ProcessKilled,
)


@dataclass
class MemoryLog:
    """The fake as the suite wants to see it."""

    broker: MemoryBroker = field(default_factory=MemoryBroker)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def create_topic(self, name: str, partitions: int = 2, *, compacted: bool = False) -> str:
        topic = f"{name}-{next(self._numbers)}"
        self.broker.create_topic(topic, partitions, compacted=compacted)
        return topic

    def recreate_topic(self, topic: str, partitions: int = 2) -> None:
        self.broker.delete_topic(topic)
        self.broker.create_topic(topic, partitions)

    def group_consumer(self, group: str = "group") -> GroupConsumer:
        return MemoryGroupConsumer(self.broker, group)

    def reader(self) -> Reader:
        return MemoryReader(self.broker)

    def transactional(self, identity: str = "writer") -> TransactionalProducer:
        return MemoryTransactionalProducer(self.broker, identity)

    def plain(self) -> PlainProducer:
        return MemoryPlainProducer(self.broker)

    def admin(self) -> LogAdmin:
        return MemoryAdmin(self.broker)


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


class TestMemoryLog(LogSuite):
    """The suite, on the fake."""


class TestFaults:
    """What only a fake can do: fail at a chosen point."""

    @pytest.mark.parametrize(("point", "stays"), [("before_commit", []), ("after_commit", ["all"])])
    def test_a_kill_at_the_commit_leaves_nothing_or_all(
        self, log: MemoryLog, point: Point, stays: list[str]
    ) -> None:
        topic = log.create_topic("killed", 1)
        producer = MemoryTransactionalProducer(log.broker, "slot")
        producer.init()
        producer.begin()
        producer.produce(outgoing(topic, 0, "all"))
        producer.faults.plan(point, ProcessKilled())
        with pytest.raises(ProcessKilled):
            producer.commit()
        begun(log, "slot").abort()
        assert read_all(log, TopicPartition(topic, 0)) == stays

    def test_a_failed_transaction_can_only_be_aborted(self, log: MemoryLog) -> None:
        topic = log.create_topic("failed", 1)
        producer = MemoryTransactionalProducer(log.broker, "slot")
        producer.init()
        producer.begin()
        producer.faults.plan("after_produce", TransactionAborted("planned"))
        with pytest.raises(TransactionAborted):
            producer.produce(outgoing(topic, 0, "lost"))
        with pytest.raises(TransactionAborted):
            producer.commit()
        producer.abort()
        producer.begin()
        producer.produce(outgoing(topic, 0, "kept"))
        producer.commit()
        assert read_all(log, TopicPartition(topic, 0)) == ["kept"]

    def test_a_fault_strikes_once_after_the_passes_asked(self, log: MemoryLog) -> None:
        consumer = MemoryGroupConsumer(log.broker, "group")
        consumer.faults.plan("before_consume", Retryable("planned"), skip=1)
        consumer.consume(1, 0.0)
        with pytest.raises(Retryable):
            consumer.consume(1, 0.0)
        consumer.consume(1, 0.0)
        assert consumer.faults.struck == ["before_consume"]

    def test_a_silent_transaction_is_aborted_and_fenced(self, log: MemoryLog) -> None:
        topic = log.create_topic("silent", 1)
        producer = begun(log, "slot")
        producer.produce(outgoing(topic, 0, "late"))
        log.broker.expire_transaction("slot")
        with pytest.raises(Fenced):
            producer.commit()
        assert read_all(log, TopicPartition(topic, 0)) == []

    def test_a_member_given_up_finds_out_later_and_loses_everything(self, log: MemoryLog) -> None:
        topic = log.create_topic("stopped")
        first, owner = joined(log, [topic])
        assert isinstance(first, MemoryGroupConsumer)
        other = Owner()
        second = join(log, [topic], other)
        old = first.group_metadata()
        first.lose_session()
        second.consume(0, 0.0)
        assert len(other.owned) == 2
        producer = begun(log)
        with pytest.raises(TransactionAborted):
            producer.send_offsets({TopicPartition(topic, 0): 1}, old)
        first.consume(0, 0.0)
        assert len(owner.lost) == 2
        assert not owner.owned

    def test_before_kafka_4_3_a_join_aborts_a_stayers_transaction(self, log: MemoryLog) -> None:
        log.broker.older_epochs = False
        topic = log.create_topic("stayer")
        first, owner = joined(log, [topic])
        producer, old = begun(log), first.group_metadata()
        second = join(log, [topic], Owner())
        for _ in range(3):
            first.consume(0, 0.0)
            second.consume(0, 0.0)
        with pytest.raises(TransactionAborted):
            producer.send_offsets({next(iter(owner.owned)): 4}, old)
