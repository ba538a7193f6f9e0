"""Kafka: the only room that knows confluent_kafka. Its classes answer the ports of those who use a log."""

from connectors.kafka.admin import KafkaAdmin, TopicLayout, TopicState
from connectors.kafka.config import KafkaConfig
from connectors.kafka.group import KafkaGroupConsumer
from connectors.kafka.producer import KafkaPlainProducer, KafkaTransactionalProducer
from connectors.kafka.reader import KafkaReader

__all__ = [
    "KafkaAdmin",
    "KafkaConfig",
    "KafkaGroupConsumer",
    "KafkaPlainProducer",
    "KafkaReader",
    "KafkaTransactionalProducer",
    "TopicLayout",
    "TopicState",
]
