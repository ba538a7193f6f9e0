"""What a history needs of a log beyond the engine's ports; and the in-memory one."""

from typing import Protocol

from schemas.names import (
    HUB_ANSWERS,
    HUB_CONTROL,
    HUB_PARTIALS,
    HUB_QUARANTINE,
    HUB_STATE,
    PERSON_TOPICS,
)
from schemas.records import TopicPartition
from streams.engine.ports import LogAdmin, PlainProducer, Reader
from tests.fakes.memory_log import (
    MemoryAdmin,
    MemoryBroker,
    MemoryGroupConsumer,
    MemoryPlainProducer,
    MemoryReader,
    MemoryTransactionalProducer,
)
from tests.property.strategies import BROKER_MS
from tests.streams.engine.composed import Clients

GROUP = "engine"
SINGLE_TOPICS = HUB_CONTROL, HUB_PARTIALS, HUB_QUARANTINE, HUB_ANSWERS


class HistoryLog(Protocol):
    """A log with empty topics of so many ``partitions``. Slots are numbers of engine processes."""

    partitions: int
    in_memory: bool
    """Whether sessions, transactions and clocks are in the hands of the test."""
    patience_s: float
    """How long to wait for the log to get somewhere; none in memory, where nothing takes time."""

    @property
    def admin(self) -> LogAdmin: ...
    @property
    def plain(self) -> PlainProducer: ...
    def reader(self) -> Reader: ...
    def clients(self, slot: int) -> Clients: ...
    def abandon(self, slot: int) -> None:
        """As kill -9 of the process in the slot, once the coordinator has noticed."""

    def expire(self, slot: int) -> None:
        """The broker aborts what a dead process left open."""

    def freeze(self, slot: int) -> None:
        """The process in the slot is given up by the group, and does not know."""

    def lose_state(self, number: int) -> None:
        """A partition of hub.state is emptied."""

    def now_ms(self) -> int:
        """Broker time."""

    def wait(self, seconds: int) -> None:
        """Let broker time go on."""


class InMemory:
    """See ``HistoryLog``."""

    in_memory = True
    patience_s = 0.0

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self.broker = MemoryBroker(clock_ms=BROKER_MS)
        for topic in PERSON_TOPICS:
            self.broker.create_topic(topic, partitions)
        for topic in SINGLE_TOPICS:
            self.broker.create_topic(topic, 1)
        self.admin, self.plain = MemoryAdmin(self.broker), MemoryPlainProducer(self.broker)
        self._consumers: dict[int, MemoryGroupConsumer] = {}

    def reader(self) -> Reader:
        return MemoryReader(self.broker)

    def clients(self, slot: int) -> Clients:
        consumer = self._consumers[slot] = MemoryGroupConsumer(self.broker, GROUP)
        producer = MemoryTransactionalProducer(self.broker, _identity(slot))
        return Clients(consumer, producer, MemoryPlainProducer(self.broker), self.admin, self.reader)

    def abandon(self, slot: int) -> None:
        self._consumers[slot].lose_session()

    def expire(self, slot: int) -> None:
        self.broker.expire_transaction(_identity(slot))

    def freeze(self, slot: int) -> None:
        self._consumers[slot].lose_session()

    def lose_state(self, number: int) -> None:
        at = TopicPartition(HUB_STATE, number)
        self.admin.delete_before(at, self.admin.high_watermark(at))

    def now_ms(self) -> int:
        return self.broker.clock_ms

    def wait(self, seconds: int) -> None:
        self.broker.clock_ms += seconds * 1000


def _identity(slot: int) -> str:
    return f"{GROUP}-{slot}"
