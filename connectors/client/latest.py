"""The newest value of each key of compacted topics: all there is, then whatever comes."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self

from connectors.client.connection import Login, connection
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.reader import KafkaReader
from schemas.codec import AvroCodec
from schemas.errors import ContractBroken, Retryable
from schemas.records import RecordBatch, TopicPartition

_RECORDS_AT_ONCE = 5_000
_POLL_S = 0.2
_PATIENCE_S = 30.0
"""Without a record for so long before the end of what is there, the broker is taken to be away."""


class Reader(Protocol):
    """Reads fixed partitions."""

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        """Read exactly these, from these offsets."""

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` committed records by partition."""

    def position(self, partition: TopicPartition) -> int:
        """Next offset to read."""

    def close(self) -> None:
        """Release the connection."""


class Admin(Protocol):
    """Knows a topic's partitions, where they begin and where they end."""

    def partitions(self, topic: str) -> int:
        """How many there are; raises ``Refused`` without the topic."""

    def start_offset(self, partition: TopicPartition) -> int:
        """First offset still on the log."""

    def high_watermark(self, partition: TopicPartition) -> int:
        """Offset after the last record."""


class Entry(NamedTuple):
    """One record: ``value`` is the plain form, ``None`` for a tombstone."""

    topic: str
    key: str
    value: dict[str, Any] | None


class Latest:
    """Reads whole topics, oldest first, and remembers how far. One thread reads; any may ``stop``."""

    def __init__(self, reader: Reader, admin: Admin, codec: AvroCodec, topics: Sequence[str]) -> None:
        self._reader, self._admin, self._codec = reader, admin, codec
        self._partitions = [
            TopicPartition(topic, number) for topic in topics for number in range(admin.partitions(topic))
        ]
        self._stopped = False
        reader.assign({at: admin.start_offset(at) for at in self._partitions})

    @classmethod
    def connect(
        cls,
        bootstrap_servers: str,
        registry_url: str,
        topics: Sequence[str],
        registry_login: Login | None,
        security: Mapping[str, str] | None,
        secret_files: Mapping[str, Path] | None,
    ) -> Self:
        """On a cluster. Raises ``InvalidInput``, ``Retryable`` without Kafka, ``Refused`` without a topic."""
        config, codec = connection(
            "jangkau-reader", bootstrap_servers, registry_url, registry_login, security, secret_files
        )
        return cls(KafkaReader(config), KafkaAdmin(config), codec, topics)

    def there(self) -> Iterator[Entry]:
        """What lies on the topics now and was not read yet. Raises ``Retryable`` if Kafka falls silent."""
        goals = {at: self._admin.high_watermark(at) for at in self._partitions}
        heard = time.monotonic()
        while any(self._reader.position(at) < goal for at, goal in goals.items()):
            before = [self._reader.position(at) for at in goals]
            yield from self._read(_POLL_S)
            if before != [self._reader.position(at) for at in goals]:
                heard = time.monotonic()
            elif time.monotonic() - heard > _PATIENCE_S:
                raise Retryable("no answer while reading", remedy="check that the broker can be reached")

    def coming(self, idle_s: float | None) -> Iterator[Entry]:
        """What comes, for ever, or until nothing has come for ``idle_s``, or until ``stop``."""
        quiet_since = time.monotonic()
        while not self._stopped and (idle_s is None or time.monotonic() - quiet_since < idle_s):
            for entry in self._read(_POLL_S):
                yield entry
                if self._stopped:
                    return
                quiet_since = time.monotonic()

    def stop(self) -> None:
        """End ``coming`` within a quarter of a second."""
        self._stopped = True

    def close(self) -> None:
        """Release the connection."""
        self._reader.close()

    def _read(self, wait_s: float) -> Iterator[Entry]:
        for batch in self._reader.consume(_RECORDS_AT_ONCE, wait_s):
            topic = batch.source.topic
            for key, value in zip(batch.keys, batch.values, strict=True):
                if key is None:
                    raise ContractBroken("INVALID_KEY", f"a record of {topic} has no key")
                plain = None if value is None else self._codec.decode(topic, value)
                yield Entry(topic, key.decode("utf-8", "replace"), plain)
