"""What the gateway asks of the world; ``deploy.compose.gateway`` joins these to Kafka and the view."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from schemas.ids import PersonToken
from schemas.records import Outgoing, RecordBatch, TopicPartition


class Log(Protocol):
    """Where records go. Called from one thread; never blocks."""

    def append(self, records: Sequence[Outgoing]) -> "Future[None]":
        """Queue all of them; done when every one is acknowledged, ``Retryable`` if one was not in time (it
        may still be on the log). Raises ``Retryable``, with nothing queued, when the queue has no room.
        """

    def stalled_s(self) -> float:
        """How long the oldest of what is queued has waited for its acknowledgement; 0 for nothing."""


class Codec(Protocol):
    """What the gateway needs of ``schemas.codec.AvroCodec``."""

    def encode(self, topic: str, record: dict[str, Any]) -> bytes:
        """One value; raises ``InvalidInput`` naming the fields that do not fit."""

    def decode(self, topic: str, value: bytes) -> dict[str, Any]:
        """One record; raises ``ContractBroken``."""

    def columns(self, topic: str) -> pa.Schema:
        """The columns of a topic's values."""

    def encode_batch(self, topic: str, rows: pa.RecordBatch) -> list[bytes]:
        """The values of rows with these columns; raises ``InvalidInput``."""


class Reader(Protocol):
    """Reads committed records of fixed partitions."""

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        """Read exactly these, from these offsets."""

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` records by partition; waits at most ``timeout_s``."""

    def position(self, partition: TopicPartition) -> int:
        """The next offset to read."""

    def close(self) -> None:
        """Release the connection."""


class Ends(Protocol):
    """Where logs begin and end."""

    def partitions(self, topic: str) -> int:
        """How many partitions; raises ``Refused`` without the topic."""

    def start_offset(self, partition: TopicPartition) -> int:
        """First offset still on the log."""

    def high_watermark(self, partition: TopicPartition) -> int:
        """Offset after the last record."""

    def last_stable_offset(self, partition: TopicPartition) -> int:
        """Offset up to which committed records can be read."""

    def offset_at(self, partition: TopicPartition, timestamp_ms: int) -> int:
        """Offset of the first record of this time or later; the end if there is none."""


class Page(Protocol):
    """One page of the view."""

    @property
    def items(self) -> Sequence[Any]:
        """Frozen dataclasses, one a person."""

    @property
    def next(self) -> str | None:
        """Where the next page begins; ``None`` after the last."""

    @property
    def as_of(self) -> datetime | None:
        """How far the view has come."""


class View(Protocol):
    """The view in SQL. Raises ``Retryable`` while the database is away."""

    async def page(
        self,
        region: str,
        status: str | None,
        reason: str | None,
        directive: str | None,
        after: str | None,
        limit: int,
    ) -> Page:
        """Persons of a region and everything below it."""

    async def history(self, token: PersonToken) -> Sequence[Any]:
        """What was published about a person, as frozen dataclasses."""


class Views(Protocol):
    """Where the view is to be had."""

    async def get(self) -> View | None:
        """The view; ``None`` if none is configured. Raises ``Retryable`` while it is away."""


class Say(Protocol):
    """Puts an explanation into words."""

    def sentences(self, explanation: str) -> Sequence[tuple[str, str]]:
        """An engine's answer (JSON) for whoever checks it, every clause, Indonesian and English each."""

    def spoken(self, explanation: str) -> Sequence[tuple[str, str]]:
        """The same as a clerk reads it out to the person."""

    def name(self, region: str | None) -> str | None:
        """What a region is called; ``None`` for none."""
