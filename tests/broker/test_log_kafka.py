"""The Kafka adapters behave as the behaviour suite asks, on a real broker."""

import time
import uuid
from collections.abc import Iterator
from typing import Any, TypeVar

import pytest

from connectors.kafka import (
    KafkaAdmin,
    KafkaConfig,
    KafkaGroupConsumer,
    KafkaPlainProducer,
    KafkaReader,
    KafkaTransactionalProducer,
    TopicLayout,
)
from deploy.cluster import Cluster
from streams.engine.ports import GroupConsumer, LogAdmin, PlainProducer, Reader, TransactionalProducer
from tests.broker.log_suite import DEADLINE_S, LogSuite, until

T = TypeVar("T")

pytestmark = pytest.mark.broker


class KafkaLog:
    """The broker as the suite wants to see it: every name made unique, every client closed at the end."""

    def __init__(self, config: KafkaConfig) -> None:
        self._config = config
        self._run = uuid.uuid4().hex[:8]
        self._admin = KafkaAdmin(config)
        self._clients: list[Any] = []

    def create_topic(self, name: str, partitions: int = 2, *, compacted: bool = False) -> str:
        topic = f"{name}-{self._run}"
        policy = "compact" if compacted else "delete"
        settings = {"cleanup.policy": policy, "message.timestamp.type": "LogAppendTime"}
        self._admin.create([TopicLayout(topic, partitions, 1, settings)])
        until(lambda: topic in self._admin.topics(), lambda: time.sleep(0.05))
        return topic

    def recreate_topic(self, topic: str, partitions: int = 2) -> None:
        self._admin.delete([topic])
        until(lambda: topic not in self._admin.topics(), lambda: time.sleep(0.05))
        self._admin.create([TopicLayout(topic, partitions)])
        until(lambda: topic in self._admin.topics(), lambda: time.sleep(0.05))

    def group_consumer(self, group: str = "group") -> GroupConsumer:
        return self._kept(KafkaGroupConsumer(self._config, f"{group}-{self._run}"))

    def reader(self) -> Reader:
        return self._kept(KafkaReader(self._config))

    def transactional(self, identity: str = "writer") -> TransactionalProducer:
        return self._kept(KafkaTransactionalProducer(self._config, f"{identity}-{self._run}"))

    def plain(self) -> PlainProducer:
        return self._kept(KafkaPlainProducer(self._config, delivery_timeout_s=DEADLINE_S))

    def admin(self) -> LogAdmin:
        return self._admin

    def _kept(self, client: T) -> T:
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()


@pytest.fixture
def log(embedded: Cluster) -> Iterator[KafkaLog]:
    log = KafkaLog(KafkaConfig(embedded.bootstrap_servers))
    yield log
    log.close()


class TestKafkaLog(LogSuite):
    """The suite, on Kafka."""
