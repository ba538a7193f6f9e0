"""What a query asks of a cluster; ``connectors.kafka`` answers on Kafka, ``tests.fakes`` in memory."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from schemas.records import TopicPartition


class Ends(Protocol):
    """Where logs begin and end."""

    def partitions(self, topic: str) -> int:
        """How many partitions the topic has; raises ``Refused`` if it does not exist."""

    def start_offset(self, partition: TopicPartition) -> int:
        """First offset still on the log."""

    def high_watermark(self, partition: TopicPartition) -> int:
        """Offset after the last record, open transactions included."""

    def last_stable_offset(self, partition: TopicPartition) -> int:
        """Offset up to which a read_committed reader can read."""


class GroupPositions(Protocol):
    """Where the engines stand, whether one runs or not."""

    def committed(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int | None]:
        """The group's next offset of each partition, ``None`` where it has committed nothing."""


class Decoder(Protocol):
    """What a query needs of ``schemas.codec.AvroCodec``."""

    def decode(self, topic: str, value: bytes) -> dict[str, Any]:
        """The plain record; raises ``ContractBroken``."""
