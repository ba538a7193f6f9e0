"""All partitions of a topic from positions the caller keeps: no group, nothing stored at Kafka."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, Self

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.reader import KafkaReader
from schemas.records import RecordBatch, TopicPartition


class Reader(Protocol):
    """Reads fixed partitions."""

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        """Read exactly these, from these offsets."""

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` committed records by partition."""

    def close(self) -> None:
        """Release the connection."""


class Admin(Protocol):
    """Knows a topic's partitions and where they begin."""

    def partitions(self, topic: str) -> int:
        """How many there are; raises ``Refused`` without the topic."""

    def start_offset(self, partition: TopicPartition) -> int:
        """First offset still on the log."""


class PositionSource:
    """Reads every partition of a topic; those without a position from the start of the log."""

    def __init__(
        self, reader: Reader, admin: Admin, topic: str, positions: Mapping[TopicPartition, int]
    ) -> None:
        every = [TopicPartition(topic, number) for number in range(admin.partitions(topic))]
        self._reader = reader
        reader.assign({at: positions[at] if at in positions else admin.start_offset(at) for at in every})

    @classmethod
    def on_kafka(cls, config: KafkaConfig, topic: str, positions: Mapping[TopicPartition, int]) -> Self:
        """On a cluster."""
        return cls(KafkaReader(config), KafkaAdmin(config), topic, positions)

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` committed records by partition."""
        return self._reader.consume(max_records, timeout_s)

    def ready(self) -> bool:
        """From the start."""
        return True

    def done(self, positions: Mapping[TopicPartition, int]) -> None:
        """Nothing is stored: the caller keeps its positions."""

    def on_gone(self, tell: Callable[[Sequence[TopicPartition]], None]) -> None:
        """Nothing is ever taken away."""

    def close(self) -> None:
        """Release the connection."""
        self._reader.close()
