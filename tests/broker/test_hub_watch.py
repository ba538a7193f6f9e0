"""The watch on a broker that stops answering: what it cannot see any more is gone, then it is back."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from connectors.kafka import KafkaConfig, KafkaPlainProducer
from deploy.cluster import Cluster
from deploy.compose.hub_series import OF_A_LOOK
from deploy.compose.hub_watch import watch_hub
from deploy.embedded import EmbeddedStack
from deploy.settings import Settings
from monitoring.figures import HubFigures
from monitoring.handles_hub import HubMetrics
from schemas.names import DTSEN_PERSONS
from schemas.records import Outgoing, TopicPartition
from tests.broker.kafka_world import fresh_topics
from tests.broker.test_client_outages import stopped
from tests.deploy.waiting import wait_until

pytestmark = pytest.mark.broker

LABELS = {"agency": "BPS", "topic": DTSEN_PERSONS, "partition": "1"}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[EmbeddedStack]:
    """A broker of its own, since it is stopped."""
    with EmbeddedStack(tmp_path / "stack") as stack:
        fresh_topics(Cluster(stack.bootstrap_servers, stack.registry_url))
        yield stack


def test_without_kafka_no_lag_is_shown_and_then_it_has_grown(stack: EmbeddedStack, tmp_path: Path) -> None:
    config, registry = KafkaConfig(stack.bootstrap_servers), CollectorRegistry()
    producer = KafkaPlainProducer(config)

    def publish(count: int) -> None:
        keys = [b"0" * 32] * count
        producer.produce(Outgoing(TopicPartition(DTSEN_PERSONS, 1), keys, [b"waiting"] * count))
        assert producer.flush(30) == 0

    def shown(name: str) -> float | None:
        return registry.get_sample_value(f"jangkau_hub_lag_{name}", LABELS)

    def series() -> set[str]:
        return {family.name for family in registry.collect() if family.samples} & set(OF_A_LOOK)

    watch = watch_hub(Settings(data_dir=tmp_path), config, HubFigures, HubMetrics(registry))
    watch.start()
    with closing(watch):
        wait_until(lambda: shown("records") == 0, "nothing waits")
        publish(5)
        wait_until(lambda: shown("records") == 5, "nobody reads it")
        wait_until(lambda: (shown("seconds") or 0) > 3, "it waits longer and longer")
        with stopped(stack):
            wait_until(lambda: not series(), "what cannot be seen is not shown")
            assert watch.last() is None
        wait_until(lambda: shown("records") == 5, "it is seen again")
        assert (shown("seconds") or 0) > 3
        publish(2)
        wait_until(lambda: shown("records") == 7, "it grows")
