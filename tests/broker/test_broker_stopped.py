"""The embedded broker itself: stopped in the middle of commits, each transaction is whole or not there.

Some releases are not so good (decision 0014): whoever raises the version of the broker sees it here.
"""

import random
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer

from connectors.kafka.admin import KafkaAdmin, TopicLayout
from connectors.kafka.config import KafkaConfig
from connectors.kafka.reader import KafkaReader
from deploy.embedded import EmbeddedStack
from deploy.embedded.kafka import is_ready
from schemas.records import TopicPartition
from tests.deploy.waiting import wait_until

pytestmark = pytest.mark.broker

TOPIC, PARTITIONS, PARTS, WRITERS, STOPS = "everywhere", 150, 3, 24, 2
_BETWEEN = 500
"""Transactions between two stops."""
_OPEN_AT_MOST_S = 0.1
"""So that some transaction ends at each moment of the broker's way down."""
_STOP_S = 30.0


class Writer(threading.Thread):
    """One record to every partition in each transaction, one transaction after the other."""

    def __init__(self, servers: str, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._settings = {"bootstrap.servers": servers, "transactional.id": name, "linger.ms": 0}
        self._random = random.Random(name)
        self.stopping = threading.Event()
        self.committed: list[bytes] = []
        self.tried = 0

    def run(self) -> None:
        while not self.stopping.is_set():
            producer = Producer({**self._settings, "transaction.timeout.ms": 5_000})
            try:
                producer.init_transactions(30.0)
                while not self.stopping.is_set():
                    self._once(producer)
            except KafkaException:
                self.stopping.wait(0.2)  # whatever happened to it: the next producer ends what was open

    def _once(self, producer: Producer) -> None:
        self.tried += 1
        value = f"{self.name}:{self.tried}".encode()
        producer.begin_transaction()
        for partition in self._random.sample(range(PARTITIONS), PARTS):
            producer.produce(TOPIC, value, partition=partition)
        producer.flush(30.0)
        time.sleep(self._random.uniform(0.0, _OPEN_AT_MOST_S))
        producer.commit_transaction(30.0)
        self.committed.append(value)


@pytest.mark.timeout(300)
def test_a_transaction_is_whole_or_not_there_when_the_broker_was_stopped(tmp_path: Path) -> None:
    stack = EmbeddedStack(tmp_path)
    stack.start()
    try:
        admin = KafkaAdmin(KafkaConfig(stack.bootstrap_servers))
        admin.create([TopicLayout(TOPIC, PARTITIONS, 1, {})])
        writers = [Writer(stack.bootstrap_servers, f"writer-{number}") for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        for stop in range(STOPS):
            wait_until(partial(_have_committed, writers, (stop + 1) * _BETWEEN), "transactions are committed")
            _stop_and_start(stack)
        for writer in writers:
            writer.stopping.set()
        for writer in writers:
            writer.join(60.0)
        seen = _values(stack)
    finally:
        stack.stop()
    assert all(set(values.values()) <= {1} for values in seen)
    parts = Counter(value for values in seen for value in values)
    assert {value: n for value, n in parts.items() if n < PARTS} == {}
    assert {value for writer in writers for value in writer.committed} <= parts.keys()


def _have_committed(writers: list[Writer], transactions: int) -> bool:
    return sum(len(writer.committed) for writer in writers) >= transactions


def _stop_and_start(stack: EmbeddedStack) -> None:
    broker = stack.processes[0]
    broker.stop(_STOP_S)
    broker.start()
    port = int(stack.bootstrap_servers.rpartition(":")[2])
    wait_until(lambda: is_ready(port), "the broker is back")


def _values(stack: EmbeddedStack) -> list[Counter[bytes | None]]:
    """What can be read of each partition as committed, to its end."""
    config = KafkaConfig(stack.bootstrap_servers)
    places = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
    ends = KafkaAdmin(config).high_watermarks(places)
    reader, values = KafkaReader(config), [Counter[bytes | None]() for _ in places]
    reader.assign(dict.fromkeys(places, 0))

    def are_read() -> bool:
        for batch in reader.consume(10_000, 1.0):
            values[batch.source.partition].update(batch.values)
        return all(reader.position(at) >= end for at, end in ends.items())

    try:
        wait_until(are_read, "every partition is read to its end: no transaction hangs")
    finally:
        reader.close()
    return values
