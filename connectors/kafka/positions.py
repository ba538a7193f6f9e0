"""Where a consumer group stands, asked from outside it: also when none of its members runs."""

from collections.abc import Mapping, Sequence

from confluent_kafka import ConsumerGroupTopicPartitions
from confluent_kafka import TopicPartition as KafkaPartition
from confluent_kafka.admin import AdminClient

from connectors.kafka.config import KafkaConfig
from connectors.kafka.errors import translated
from schemas.records import TopicPartition

_TIMEOUT_S = 10.0


class KafkaGroupPositions:
    """The committed positions of one group."""

    def __init__(self, config: KafkaConfig, group: str) -> None:
        self._client = AdminClient(config.client({}))
        self._group = group

    def committed(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int | None]:
        """The next offset the group will read of each, ``None`` where it has committed nothing."""
        wanted = [KafkaPartition(at.topic, at.partition) for at in partitions]
        request = ConsumerGroupTopicPartitions(self._group, wanted)

        def ask() -> ConsumerGroupTopicPartitions:
            futures = self._client.list_consumer_group_offsets([request], request_timeout=_TIMEOUT_S)
            answer: ConsumerGroupTopicPartitions = futures[self._group].result(timeout=2 * _TIMEOUT_S)
            return answer

        found = translated("asking where the engines stand", ask)
        return {
            TopicPartition(at.topic, at.partition): at.offset if at.offset >= 0 else None
            for at in found.topic_partitions or ()
        }
