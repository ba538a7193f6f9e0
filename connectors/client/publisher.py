"""Publishing for agencies: typed events, tokens from NIKs, batches that end with a manifest."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connectors.client.sent import Sent
from connectors.kafka.config import KafkaConfig
from connectors.kafka.producer import KafkaPlainProducer
from schemas.codec import AvroCodec
from schemas.errors import InvalidInput
from schemas.events import BatchManifest, DirectiveEvent, MembershipSnapshot, PersonRanked, RegencyCount
from schemas.ids import TOKEN_BYTES, BatchId, DirectiveId, Nik, PersonToken
from schemas.names import (
    AGENCY_MANIFESTS,
    BPJS_MEMBERSHIPS,
    DTSEN_PERSONS,
    HEADER_BATCH,
    KEMNAKER_DIRECTIVES,
    Agency,
    BatchScope,
)
from schemas.records import Outgoing, TopicPartition
from schemas.registry import SchemaRegistry
from schemas.tokens import Tokenizer, TokenKey, hex_keys

TOPIC_OF: Mapping[Agency, str] = {
    "BPS": DTSEN_PERSONS,
    "BPJSTK": BPJS_MEMBERSHIPS,
    "KEMNAKER": KEMNAKER_DIRECTIVES,
}
"""What each agency publishes on."""

EVENT_OF = {
    DTSEN_PERSONS: PersonRanked,
    BPJS_MEMBERSHIPS: MembershipSnapshot,
    KEMNAKER_DIRECTIVES: DirectiveEvent,
}
_BATCH_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LONG_NUMBER = re.compile(r"[0-9]{16}")
_BY_KEY = -1
_QUEUED_RECORDS = 100_000
_FLUSH_S = 5.0

Event = PersonRanked | MembershipSnapshot
Window = tuple[datetime, datetime]


class Producer(Protocol):
    """What a publisher sends through; at least once, in order per key."""

    def produce(self, records: Outgoing) -> None:
        """Queue; blocks while the queue is full; raises for an earlier record that was not delivered."""

    def flush(self, timeout_s: float) -> int:
        """Wait for acknowledgements; returns how many are outstanding; raises like ``produce``."""

    def close(self) -> None:
        """Release the connection."""


def _now() -> datetime:
    return datetime.now(UTC)


class Publisher:
    """Publishes one agency's events. Not for several threads at once.

    ``tokenizer`` is only needed by those who send NIKs; the NIK never leaves this process. ``clock``
    only dates manifests.
    """

    def __init__(
        self,
        producer: Producer,
        codec: AvroCodec,
        *,
        tokenizer: Tokenizer | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._producer = producer
        self._codec = codec
        self._tokenizer = tokenizer
        self._clock = clock

    @classmethod
    def connect(
        cls,
        bootstrap_servers: str,
        registry_url: str,
        *,
        token_key: Path | None = None,
        security: Mapping[str, str] | None = None,
        secret_files: Mapping[str, Path] | None = None,
        queued_records: int = _QUEUED_RECORDS,
    ) -> Self:
        """A publisher on a cluster; at most ``queued_records`` wait in memory, then sending blocks."""
        config = KafkaConfig(bootstrap_servers, security or {}, secret_files or {}, "jangkau-publisher")
        tokenizer = Tokenizer(TokenKey.read(token_key)) if token_key else None
        producer = KafkaPlainProducer(config, queued_records=queued_records, delivery_timeout_s=120.0)
        return cls(producer, AvroCodec(SchemaRegistry(registry_url)), tokenizer=tokenizer)

    def batch(
        self,
        agency: Agency,
        scope: BatchScope,
        *,
        batch_id: str | None = None,
        window: Window | None = None,
        resume: Sent | None = None,
    ) -> "PublishedBatch":
        """Begin a publication; use it in a ``with`` block, whose end sends the manifest.

        FULL says that every person the agency knows is in it. ``window`` is the time it speaks of, the
        end exclusive. ``resume`` goes on with one that was broken off, from its last ``checkpoint``.
        """
        name = batch_id or f"{agency}-{scope}-{uuid.uuid4().hex[:12]}".lower()
        if not _BATCH_ID.fullmatch(name) or _LONG_NUMBER.search(name):
            raise InvalidInput(
                "a batch id has up to 100 letters, digits, dots, dashes, and no 16 digits in a row"
            )
        return PublishedBatch(self, BatchId(name), agency, scope, window, resume or Sent())

    def directive(self, directive: DirectiveId, event: DirectiveEvent) -> None:
        """Send one step in the life of a directive and wait until it is acknowledged."""
        value = self._codec.encode(KEMNAKER_DIRECTIVES, event.to_record())
        self.send_encoded(KEMNAKER_DIRECTIVES, [directive.encode()], [value], None)
        self.flush()

    def schema(self, agency: Agency) -> pa.Schema:
        """The columns of an agency's records, for ``PublishedBatch.send_rows``."""
        rows: pa.RecordBatch = self._codec.decode_batch(TOPIC_OF[agency], []).rows
        return rows.schema

    def token(self, person: Nik | PersonToken) -> PersonToken:
        """The token of a person; a NIK needs the token key."""
        if isinstance(person, PersonToken):
            return person
        if self._tokenizer is None:
            raise InvalidInput("a NIK was given, but no token key", remedy="connect with token_key=…")
        return self._tokenizer.token(person)

    def encode(self, topic: str, event: Event | DirectiveEvent | BatchManifest) -> bytes:
        """The value of one event; raises ``InvalidInput`` naming fields that do not fit."""
        return self._codec.encode(topic, event.to_record())

    def encode_rows(self, topic: str, rows: pa.RecordBatch) -> list[bytes]:
        """The values of a batch with the topic's columns."""
        return self._codec.encode_batch(topic, rows)

    def send_encoded(
        self, topic: str, keys: Sequence[bytes], values: Sequence[bytes | None], batch: str | None
    ) -> None:
        """Queue values that are encoded already; the key decides the partition."""
        headers = [{HEADER_BATCH: batch.encode()}] * len(values) if batch is not None else None
        self._producer.produce(Outgoing(TopicPartition(topic, _BY_KEY), keys, values, headers))

    def flush(self) -> None:
        """Wait until everything sent is acknowledged. Raises for what could not be delivered."""
        while self._producer.flush(_FLUSH_S):
            pass

    def now(self) -> datetime:
        """The publisher's clock."""
        return self._clock()

    def close(self) -> None:
        """Release the connection. What was not flushed may be lost."""
        self._producer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.flush()
        self.close()


class PublishedBatch:
    """One publication of an agency. The manifest is sent only when every record was acknowledged.

    After an error no manifest is sent: publish again under a new batch id. Facts that had already
    arrived are then counted as duplicates, which is harmless.
    """

    def __init__(
        self,
        publisher: Publisher,
        batch_id: BatchId,
        agency: Agency,
        scope: BatchScope,
        window: Window | None,
        sent: Sent,
    ) -> None:
        self.id = batch_id
        self.topic = TOPIC_OF[agency]
        self._publisher = publisher
        self._agency: Agency = agency
        self._scope: BatchScope = scope
        self._window = window
        self._sent = sent

    @property
    def sent(self) -> Sent:
        """Count and digest of what was queued so far."""
        return self._sent

    def send(self, person: Nik | PersonToken, event: Event) -> None:
        """Queue one event about a person; its ``batch`` must be this batch's id."""
        if type(event) is not EVENT_OF[self.topic]:
            raise InvalidInput(f"{self._agency} publishes {EVENT_OF[self.topic].__name__} on {self.topic}")
        if event.batch != self.id:
            raise InvalidInput(f"the event belongs to batch {event.batch!r}, this one is {self.id!r}")
        token = np.frombuffer(self._publisher.token(person).raw, np.uint8).reshape(1, TOKEN_BYTES)
        value = self._publisher.encode(self.topic, event)
        region = pa.array([event.region]) if isinstance(event, PersonRanked) else None
        self.send_encoded(token, np.array([event.version], np.int64), [value], region)

    def send_rows(self, tokens: NDArray[np.uint8], rows: pa.RecordBatch) -> None:
        """Queue many events: ``tokens`` of shape (n, 16), ``rows`` with the columns of ``Publisher.schema``.

        The column ``batch`` is set to this batch's id. Raises ``InvalidInput``, and then nothing was sent.
        """
        if tokens.shape != (len(rows), TOKEN_BYTES):
            raise InvalidInput(f"{len(rows)} rows need tokens of shape ({len(rows)}, {TOKEN_BYTES})")
        named = self._named(rows)
        values = self._publisher.encode_rows(self.topic, named)
        region = named["region"] if self.topic == DTSEN_PERSONS else None
        self.send_encoded(tokens, named["version"].to_numpy(), values, region)

    def send_encoded(
        self,
        tokens: NDArray[np.uint8],
        versions: NDArray[np.int64],
        values: Sequence[bytes],
        regions: pa.StringArray | None = None,
    ) -> None:
        """Queue values as they are, for those who encode themselves.

        ``tokens`` (n, 16), ``versions`` (n,) and, where the records have one, ``regions`` (n) must be what
        the values say: the manifest speaks of them.
        """
        self._publisher.send_encoded(self.topic, hex_keys(tokens), values, self.id)
        self._sent = self._sent.plus(tokens, versions, regions)

    def checkpoint(self) -> Sent:
        """Wait for every acknowledgement; what it returns can be kept to ``resume`` after a crash."""
        self._publisher.flush()
        return self._sent

    def close(self) -> BatchManifest:
        """Wait for every acknowledgement, then send the manifest. Leaving the ``with`` block does this."""
        self._publisher.flush()
        start, end = self._window or (None, None)
        manifest = BatchManifest(
            agency=self._agency,
            topic=self.topic,
            scope=self._scope,
            count=self._sent.count,
            digest=self._sent.digest,
            regencies=tuple(
                RegencyCount(region, count) for region, count in sorted(self._sent.regencies.items())
            ),
            window_from=start,
            window_to=end,
            published_at=self._publisher.now(),
        )
        value = self._publisher.encode(AGENCY_MANIFESTS, manifest)
        self._publisher.send_encoded(AGENCY_MANIFESTS, [self.id.encode()], [value], None)
        self._publisher.flush()
        return manifest

    def _named(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        ids = pa.array([self.id], pa.string()).take(pa.array(np.zeros(len(rows), np.int64)))
        at = rows.schema.get_field_index("batch")
        named = (
            rows.append_column("batch", ids) if at < 0 else rows.set_column(at, rows.schema.field(at), ids)
        )
        wanted = self._publisher.schema(self._agency)
        if named.schema.equals(wanted):
            return named
        try:
            return named.select(wanted.names).cast(wanted)
        except (
            KeyError,
            pa.ArrowInvalid,
            pa.ArrowTypeError,
            pa.ArrowNotImplementedError,
            ValueError,
        ):
            # Arrow's own message may quote a value.
            wrong = [name for name in wanted.names if not _fits(named.schema, wanted, name)]
            raise InvalidInput(f"columns that do not fit {self.topic}: {', '.join(wrong)}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()


def _fits(given: pa.Schema, wanted: pa.Schema, name: str) -> bool:
    return name in given.names and bool(given.field(name).type.equals(wanted.field(name).type))
