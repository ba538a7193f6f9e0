"""The lag an engine shows of itself, where publishers use transactions."""

from dataclasses import dataclass, field

import pytest
from prometheus_client import CollectorRegistry

from connectors.kafka.config import KafkaConfig
from connectors.kafka.producer import KafkaTransactionalProducer
from deploy.cluster import Cluster
from deploy.compose.lag import LagWatch
from monitoring.registry import EngineMetrics
from schemas.names import DTSEN_PERSONS
from schemas.records import Outgoing, TopicPartition
from streams.engine.owned import Owned
from streams.engine.partition import Partition
from tests.broker.kafka_world import fresh_topics
from tests.deploy.waiting import wait_until

pytestmark = pytest.mark.broker

AT = TopicPartition(DTSEN_PERSONS, 0)


@dataclass
class Standing:
    """An engine that has read so far."""

    owned: dict[int, Owned] = field(default_factory=dict)

    def stand_at(self, offset: int) -> None:
        self.owned[0] = Owned(Partition(0), {}, {DTSEN_PERSONS: offset})


def test_a_publishers_markers_are_no_lag_and_its_records_are(embedded: Cluster) -> None:
    fresh_topics(embedded)
    config, registry, engine = KafkaConfig(embedded.bootstrap_servers), CollectorRegistry(), Standing()
    watch = LagWatch(config, engine, EngineMetrics(registry).lag)

    def lag(name: str = "records") -> float | None:
        return registry.get_sample_value(f"jangkau_lag_{name}", {"topic": AT.topic, "partition": "0"})

    def becomes(records: int | None) -> None:
        """A marker is written a moment after its commit is answered, and only who stands still is looked at
        closely.
        """

        def found() -> bool:
            watch.look()
            return lag() == records

        wait_until(found, f"a lag of {records}")

    producer = KafkaTransactionalProducer(config, "a-publisher")
    producer.init()

    def publish(*, commit: bool) -> None:
        producer.begin()
        producer.produce(Outgoing(AT, [b"k"], [b"v"]))
        producer.send_offsets({}, None)
        if commit:
            producer.commit()
        else:
            producer.abort()

    publish(commit=True)  # record 0, marker 1
    engine.stand_at(0)
    becomes(2)
    engine.stand_at(1)
    becomes(0)
    assert lag("seconds") == 0
    publish(commit=False)  # record 2, marker 3
    becomes(0)
    publish(commit=True)  # record 4, marker 5
    becomes(2)  # an aborted record is none
    engine.stand_at(5)
    becomes(0)
    engine.owned.clear()
    becomes(None)
    producer.close()
