"""A reader of fixed partitions: for restores, control logs, and whatever belongs to no group."""

import uuid
from collections.abc import Mapping, Sequence

from confluent_kafka import Consumer, KafkaError, Message
from confluent_kafka import TopicPartition as KafkaPartition

from connectors.kafka.batches import by_partition, source_of
from connectors.kafka.config import KafkaConfig
from connectors.kafka.errors import made, translate, translated
from connectors.kafka.fetching import FAST_FETCH, MOST_PER_CALL
from schemas.records import RecordBatch, TopicPartition


class KafkaReader:
    """Answers the engine's ``Reader`` on Kafka.

    The position is counted here: records move it, and so does the end-of-partition event, which alone
    tells of markers and aborted records at the end. Reading from an offset that is not on the log
    raises ``Refused``.
    """

    def __init__(self, config: KafkaConfig) -> None:
        self._positions: dict[TopicPartition, int] = {}
        self._consumer = made(
            Consumer,
            config.client(
                {
                    **FAST_FETCH,
                    # Required by the client library; the group is never joined and nothing is committed.
                    "group.id": f"reader-{uuid.uuid4().hex}",
                    "group.protocol": "classic",
                    "enable.partition.eof": True,
                }
            ),
        )

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        """Read exactly these partitions from these offsets."""
        wanted = [KafkaPartition(at.topic, at.partition, offset) for at, offset in positions.items()]
        translated("assigning", lambda: self._consumer.assign(wanted))
        self._positions = dict(positions)

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` records by partition; waits at most ``timeout_s``.

        An end-of-partition event takes the place of a record, so the answer may be empty early.
        """
        most = min(max_records, MOST_PER_CALL)
        messages: list[Message] = translated("reading", lambda: self._consumer.consume(most, timeout_s))
        if any(map(Message.error, messages)):
            messages = self._without_events(messages)
        batches = by_partition(messages)
        for batch in batches:
            self._positions[batch.source] = max(self._positions[batch.source], batch.next_offset)
        return batches

    def _without_events(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            error = message.error()
            if error is None:
                continue
            if error.code() != KafkaError._PARTITION_EOF:
                raise translate(error, "reading")
            source, end = source_of(message), message.offset()
            if end is not None:
                self._positions[source] = max(self._positions[source], end)
        return [message for message in messages if message.error() is None]

    def position(self, partition: TopicPartition) -> int:
        """Next offset to read; past markers and aborted records once their end has been seen."""
        return self._positions[partition]

    def close(self) -> None:
        """Release the connection."""
        translated("closing a reader", self._consumer.close)
