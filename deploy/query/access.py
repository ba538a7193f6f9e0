"""The one place where commands that look at a hub join its ports to Kafka and the registry."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.positions import KafkaGroupPositions
from connectors.kafka.producer import KafkaPlainProducer
from connectors.kafka.reader import KafkaReader
from deploy.cluster import Cluster
from deploy.query.status import Sources
from deploy.settings import Settings
from schemas.codec import AvroCodec
from schemas.registry import SchemaRegistry


def kafka_config(settings: Settings, cluster: Cluster) -> KafkaConfig:
    """How to reach the cluster, with the settings' security."""
    return KafkaConfig(cluster.bootstrap_servers, settings.kafka.client_security())


@contextmanager
def sources(settings: Settings, cluster: Cluster) -> Iterator[Sources]:
    """What to read from, closed afterwards."""
    config = kafka_config(settings, cluster)
    with closing(KafkaReader(config)) as reader, closing(_group(settings, config)) as group:
        yield Sources(reader, KafkaAdmin(config), group, codec(cluster))


@contextmanager
def plain_producer(settings: Settings, cluster: Cluster) -> Iterator[KafkaPlainProducer]:
    """Something to write with, closed afterwards; flush before leaving."""
    producer = KafkaPlainProducer(kafka_config(settings, cluster))
    try:
        yield producer
    finally:
        producer.close()


def codec(cluster: Cluster) -> AvroCodec:
    """The codec on the cluster's registry."""
    return AvroCodec(SchemaRegistry(cluster.registry_url))


def _group(settings: Settings, config: KafkaConfig) -> KafkaGroupPositions:
    return KafkaGroupPositions(config, settings.engine.group)
