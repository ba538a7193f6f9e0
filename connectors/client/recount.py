"""Counts what a publication that was broken off has left on its topic: what its manifest must speak of.

Between the last acknowledgement and a crash some records may have arrived and some not; nobody but
the log knows. Sending them again is harmless (the hub counts duplicates), but they are there twice, and a
manifest that counts them once would never add up.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, Self

import numpy as np

from connectors.client.sent import Sent
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.reader import KafkaReader
from schemas.codec import AvroCodec
from schemas.errors import Retryable
from schemas.ids import TOKEN_BYTES
from schemas.names import DTSEN_PERSONS, HEADER_BATCH
from schemas.records import RecordBatch, TopicPartition

_RECORDS_AT_ONCE = 20_000
_POLL_S = 0.5
_SILENT_POLLS = 60
_MS_PER_S = 1000
_CLOCKS_DIFFER = timedelta(minutes=5)
"""A publisher's clock may be ahead of Kafka's; what is read for it in vain is left out by its header."""


class Reader(Protocol):
    """Reads fixed partitions."""

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        """Read exactly these, from these offsets."""

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` records by partition."""

    def position(self, partition: TopicPartition) -> int:
        """Next offset to read."""

    def close(self) -> None:
        """Release the connection."""


class Ends(Protocol):
    """Knows where partitions end."""

    def partitions(self, topic: str) -> int:
        """How many there are; raises ``Refused`` without the topic."""

    def high_watermark(self, partition: TopicPartition) -> int:
        """Offset after the last record."""


class Admin(Ends, Protocol):
    """Also knows where a time lies."""

    def offset_at(self, partition: TopicPartition, timestamp_ms: int) -> int:
        """Offset of the first record Kafka took at or after this time (ms since 1970), or the end."""


class TopicLog:
    """What a publisher wants to know of the topics it writes to."""

    def __init__(self, admin: Admin, reader: Callable[[], Reader], codec: AvroCodec) -> None:
        self._admin, self._reader, self._codec = admin, reader, codec

    @classmethod
    def on_kafka(cls, config: KafkaConfig, codec: AvroCodec) -> Self:
        """On a cluster."""
        return cls(KafkaAdmin(config), lambda: KafkaReader(config), codec)

    def partitions(self, topic: str) -> int:
        """How many there are. Raises ``Refused`` without the topic, ``Retryable`` without Kafka."""
        return self._admin.partitions(topic)

    def count(self, topic: str, batch: str, since: datetime) -> Sent:
        """What lies of a batch on its topic, of the records Kafka took at ``since`` or later."""
        since_ms = int((since - _CLOCKS_DIFFER).timestamp() * _MS_PER_S)
        starts = {
            number: self._admin.offset_at(TopicPartition(topic, number), since_ms)
            for number in range(self._admin.partitions(topic))
        }
        reader = self._reader()
        try:
            return recount(reader, self._admin, self._codec, topic, batch, starts)
        finally:
            reader.close()


def ends_of(ends: Ends, topic: str) -> dict[int, int]:
    """The end of each partition now."""
    return {
        number: ends.high_watermark(TopicPartition(topic, number)) for number in range(ends.partitions(topic))
    }


def recount(
    reader: Reader, ends: Ends, codec: AvroCodec, topic: str, batch: str, starts: Mapping[int, int]
) -> Sent:
    """Count, digest and regencies of the records of ``batch`` from ``starts`` to the end.

    Raises ``Retryable`` if the broker falls silent.
    """
    goals = {TopicPartition(topic, number): end for number, end in ends_of(ends, topic).items()}
    reader.assign({at: starts.get(at.partition, 0) for at in goals})
    sent, silent = Sent(), 0
    while any(reader.position(at) < goal for at, goal in goals.items()):
        batches = reader.consume(_RECORDS_AT_ONCE, _POLL_S)
        for read in batches:
            sent = _add(sent, read, codec, batch.encode())
        silent = 0 if batches else silent + 1
        if silent > _SILENT_POLLS:
            raise Retryable(f"no answer while reading {topic}")
    return sent


def _add(sent: Sent, read: RecordBatch, codec: AvroCodec, batch: bytes) -> Sent:
    own = [row for row, headers in read.headers.items() if headers.get(HEADER_BATCH) == batch]
    pairs = [(read.keys[row], read.values[row]) for row in own]
    good = [(key, value) for key, value in pairs if key is not None and value is not None]
    if not good:
        return sent
    # What this agency's publisher sent can be read, and its keys are tokens.
    rows = codec.decode_batch(read.source.topic, [value for _, value in good]).rows
    tokens = np.frombuffer(bytes.fromhex(b"".join(key for key, _ in good).decode()), np.uint8)
    region = rows["region"] if read.source.topic == DTSEN_PERSONS else None
    return sent.plus(tokens.reshape(-1, TOKEN_BYTES), rows["version"].to_numpy(), region)
