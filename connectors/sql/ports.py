"""What the sink needs of a log and of a database, and the plain values they exchange."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from connectors.sql.rows import PersonRows
from schemas.codec import DecodedBatch
from schemas.records import RecordBatch, TopicPartition

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """Where the sink stands in one partition of a topic.

    ``seen_at``: everything published before then is in the tables. ``topic_id`` and ``cluster_id`` say
    which log the offset counts in: a topic deleted and made again has another id.
    """

    next_offset: int
    topic_id: str
    cluster_id: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Work:
    """What one transaction writes, beside the positions. ``None`` for a value deletes the row of that key."""

    persons: PersonRows | None = None
    regions: Mapping[str, Row | None] = field(default_factory=dict)
    directives: Mapping[str, Row | None] = field(default_factory=dict)
    records: Mapping[str, int] = field(default_factory=dict)


class Store(Protocol):
    """A database the view is kept in. One process writes at a time; calls come from one thread and block.

    ``Retryable``: away for now; ``close`` and ``open`` again, and go on from the positions ``open`` gives:
    they alone tell what was committed. ``InvalidInput``: wrong password, no such database, no such
    folder. ``Refused``: another sink writes, the tables are of a newer release, the disk is full,
    a constraint does not hold: nobody but an operator can mend it.
    """

    def open(self) -> dict[TopicPartition, Position]:
        """Connect, become the only writer, bring the tables up to date, say how far they are."""

    def write(self, work: Work, positions: Mapping[TopicPartition, Position]) -> None:
        """Rows and positions, in one transaction."""

    def empty(self) -> None:
        """Delete all rows and positions, in one transaction; readers' regions stay."""

    def close(self) -> None:
        """Release the connection and the right to write; never raises."""


class Reader(Protocol):
    """Reads fixed partitions, committed records only."""

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        """Read exactly these, from these offsets."""

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` by partition; raises ``Refused`` for an offset that is not on the log."""

    def position(self, partition: TopicPartition) -> int:
        """Next offset to read, past transaction markers once the end has been seen."""

    def close(self) -> None:
        """Release the connection."""


class Admin(Protocol):
    """Knows logs and topics. Raises ``Retryable`` while the broker is away, ``Refused`` without the topic."""

    def cluster_id(self) -> str:
        """The cluster's own unique id."""

    def partitions(self, topic: str) -> int:
        """How many there are."""

    def topic_id(self, topic: str) -> str:
        """The broker's unique id of the topic."""

    def start_offset(self, partition: TopicPartition) -> int:
        """First offset still on the log."""

    def high_watermark(self, partition: TopicPartition) -> int:
        """Offset after the last record, open transactions included."""

    def last_stable_offset(self, partition: TopicPartition) -> int:
        """Offset up to which committed records can be read."""


class Codec(Protocol):
    """Decodes values."""

    def decode(self, topic: str, value: bytes) -> dict[str, Any]:
        """One record; raises ``ContractBroken`` or ``Retryable``."""

    def decode_batch(self, topic: str, values: Sequence[bytes | None]) -> DecodedBatch:
        """Many; raises only ``Retryable``."""
