"""Where a consumer group stands, asked from outside it: also when none of its members runs."""

from collections.abc import Mapping, Sequence

from confluent_kafka import Consumer
from confluent_kafka import TopicPartition as KafkaPartition

from connectors.kafka.config import KafkaConfig
from connectors.kafka.errors import made, translate, translated
from schemas.records import TopicPartition

_TIMEOUT_S = 10.0


class KafkaGroupPositions:
    """The committed positions of one group. The group is asked about and never joined.

    It asks as a consumer: the admin client's request for a group's offsets ends the process with a
    segmentation fault when the coordinator is still loading (librdkafka 2.16).
    """

    def __init__(self, config: KafkaConfig, group: str) -> None:
        properties = {
            "group.id": group,
            "group.protocol": "classic",
            "enable.auto.commit": False,
            # The last committed position will do: waiting out the engines' open transaction would not end
            # on a busy hub.
            "isolation.level": "read_uncommitted",
        }
        self._consumer = made(Consumer, config.client(properties))

    def committed(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int | None]:
        """The next offset the group will read of each, ``None`` where it has committed nothing.

        What the engines' open transaction will commit does not count yet. Raises ``Retryable`` while the
        coordinator is not there.
        """
        wanted = [KafkaPartition(at.topic, at.partition) for at in partitions]
        found: list[KafkaPartition] = translated(
            "asking where the engines stand", lambda: self._consumer.committed(wanted, timeout=_TIMEOUT_S)
        )
        for at in found:
            if at.error is not None:
                raise translate(at.error, "asking where the engines stand")
        return {TopicPartition(at.topic, at.partition): at.offset if at.offset >= 0 else None for at in found}

    def close(self) -> None:
        """Release the connection."""
        translated("closing", self._consumer.close)
