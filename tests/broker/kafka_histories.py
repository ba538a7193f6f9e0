"""Real Kafka for histories: engines live in the test's process and die of what is planted around adapters."""

import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from confluent_kafka import KafkaException

from connectors.kafka import (
    KafkaAdmin,
    KafkaConfig,
    KafkaGroupConsumer,
    KafkaPlainProducer,
    KafkaReader,
    KafkaTransactionalProducer,
    TopicLayout,
)
from schemas.catalog import load_catalog
from schemas.names import HUB_STATE, PERSON_TOPICS
from schemas.records import TopicPartition
from streams.engine.ports import LogAdmin, PlainProducer, Reader, RebalanceListener
from tests.broker.fresh import make_anew
from tests.property.histories.logs import SINGLE_TOPICS
from tests.streams.engine.composed import Clients

_IN_NO_TIME_S = 0.0005
"""Shorter than any broker takes to answer: librdkafka gives up, and goes on with it in the background."""

_IMPATIENT_ATTEMPTS = 2


class Killable(KafkaGroupConsumer):
    """A member that can end as if it were killed: without telling its engine, which would commit."""

    def __init__(self, config: KafkaConfig, group: str) -> None:
        super().__init__(config, group)
        self._ears = _Ears()

    def subscribe(self, topics: Sequence[str], listener: RebalanceListener) -> None:
        self._ears.listener = listener
        super().subscribe(topics, self._ears)

    def die(self) -> None:
        """The group hears of it at once, the engine never."""
        self._ears.listener = None
        self.close()


class _Ears:
    listener: RebalanceListener | None = None

    def on_assigned(self, partitions: Sequence[TopicPartition]) -> None:
        if self.listener is not None:
            self.listener.on_assigned(partitions)

    def on_revoked(self, partitions: Sequence[TopicPartition]) -> None:
        if self.listener is not None:
            self.listener.on_revoked(partitions)

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        if self.listener is not None:
            self.listener.on_lost(partitions)


class DoubtfulProducer(KafkaTransactionalProducer):
    """See ``tests.fakes.faulty.Doubtful``. The doubt lies beneath the adapter, in calls that time out while
    the library goes on.
    """

    def __init__(self, config: KafkaConfig, transactional_id: str) -> None:
        super().__init__(config, transactional_id)
        self._impatient = _Impatient(self._producer)
        self._producer: Any = self._impatient

    def commit_slowly(self) -> None:
        self._impatient.attempts = _IMPATIENT_ATTEMPTS
        self.commit()

    def commit_half(self) -> None:
        self._impatient.attempts = 1
        with suppress(KafkaException):
            self._impatient.commit_transaction(0.0)


class _Impatient:
    """librdkafka's producer, whose next attempts to commit end before they can succeed."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self.attempts = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def commit_transaction(self, timeout: float) -> None:
        if self.attempts:
            self.attempts -= 1
            timeout = _IN_NO_TIME_S
        self._library.commit_transaction(timeout)


class OnKafka:
    """See ``tests.property.histories.logs.HistoryLog``. Topics are made anew, the group is a new one."""

    in_memory = False
    patience_s = 60.0

    def __init__(self, servers: str, partitions: int) -> None:
        self.partitions = partitions
        self._config = KafkaConfig(servers)
        self._group = f"histories-{uuid.uuid4().hex[:8]}"
        self._admin, self._plain = KafkaAdmin(self._config), KafkaPlainProducer(self._config)
        self._clients: dict[int, Clients] = {}
        self._readers: list[KafkaReader] = []
        counts = dict.fromkeys(PERSON_TOPICS, partitions) | dict.fromkeys(SINGLE_TOPICS, 1)
        catalog = load_catalog()
        make_anew(self._admin, [TopicLayout(name, n, 1, catalog[name].config) for name, n in counts.items()])

    @property
    def admin(self) -> LogAdmin:
        return self._admin

    @property
    def plain(self) -> PlainProducer:
        return self._plain

    def reader(self) -> Reader:
        self._readers.append(KafkaReader(self._config))
        return self._readers[-1]

    def clients(self, slot: int) -> Clients:
        self._clients[slot] = Clients(
            Killable(self._config, self._group),
            DoubtfulProducer(self._config, self._identity(slot)),
            KafkaPlainProducer(self._config),
            self._admin,
            self.reader,
        )
        return self._clients[slot]

    def abandon(self, slot: int) -> None:
        clients = self._clients.pop(slot)
        assert isinstance(clients.consumer, Killable)
        clients.consumer.die()
        clients.producer.close()
        clients.plain.close()

    def expire(self, slot: int) -> None:
        successor = KafkaTransactionalProducer(self._config, self._identity(slot))
        successor.init()
        successor.close()

    def freeze(self, slot: int) -> None:
        raise AssertionError("a process can only be frozen as a whole")

    def lose_state(self, number: int) -> None:
        at = TopicPartition(HUB_STATE, number)
        self._admin.delete_before(at, self._admin.high_watermark(at))

    def now_ms(self) -> int:
        return round(time.time() * 1000)

    def wait(self, seconds: int) -> None:
        """Broker time is what it is."""

    def close(self) -> None:
        """End every client."""
        for slot in list(self._clients):
            self.abandon(slot)
        for reader in self._readers:
            reader.close()
        self._plain.close()

    def _identity(self, slot: int) -> str:
        return f"{self._group}-{slot}"
