"""Publishing for agencies: typed events, tokens from NIKs, batches that end with a manifest."""

import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar

import pyarrow as pa

from connectors.client.connection import Login, connection
from connectors.client.outlet import Outlet, Producer
from connectors.client.published_batch import PublishedBatch
from connectors.client.recount import TopicLog
from connectors.client.sent import Sent, Window
from connectors.kafka.producer import KafkaPlainProducer
from schemas.codec import AvroCodec
from schemas.errors import InvalidInput
from schemas.events import DirectiveEvent
from schemas.ids import BatchId, DirectiveId, Nik, PersonToken
from schemas.names import (
    AGENCIES,
    AGENCY_MANIFESTS,
    BATCH_SCOPES,
    KEMNAKER_DIRECTIVES,
    TOPIC_OF_AGENCY,
    Agency,
    BatchScope,
)
from schemas.tokens import Tokenizer, TokenKey

_BATCH_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LONG_NUMBER = re.compile(r"[0-9]{16}")
_QUEUED_RECORDS = 100_000
_DELIVERY_TIMEOUT_S = 120.0
_AGREE_AFTER_S = 1.0

_S = TypeVar("_S", bound=str)


class Log(Protocol):
    """Answers what a publisher wants to know of the topics it writes to."""

    def partitions(self, topic: str) -> int:
        """How many there are. Raises ``Refused`` without the topic, ``Retryable`` without Kafka."""

    def count(self, topic: str, batch: str, since: datetime) -> Sent:
        """What lies of a batch on its topic, of the records Kafka took at ``since`` or later."""


def _now() -> datetime:
    return datetime.now(UTC)


class Publisher:
    """Publishes one agency's events. Not for several threads at once; several publishers are.

    ``tokenizer`` is only needed by those who send NIKs; the NIK never leaves this process. ``clock``
    only dates manifests. Without ``log`` nothing is asked of Kafka beforehand, and nothing is resumed.

        with Publisher.connect(servers, registry, token_key=key_file) as publisher:
            with publisher.batch("BPS", "PART") as batch:
                batch.send(Nik.parse(text), PersonRanked(batch=batch.id, ...))
    """

    def __init__(
        self,
        producer: Producer,
        codec: AvroCodec,
        *,
        tokenizer: Tokenizer | None = None,
        clock: Callable[[], datetime] = _now,
        log: Log | None = None,
    ) -> None:
        self._outlet = Outlet(producer, codec, tokenizer, clock)
        self._log = log
        self._known_topics: set[str] = set()

    @classmethod
    def connect(
        cls,
        bootstrap_servers: str,
        registry_url: str,
        *,
        token_key: Path | None = None,
        registry_login: Login | None = None,
        security: Mapping[str, str] | None = None,
        secret_files: Mapping[str, Path] | None = None,
        queued_records: int = _QUEUED_RECORDS,
        delivery_timeout_s: float = _DELIVERY_TIMEOUT_S,
    ) -> Self:
        """A publisher on a cluster. Nothing is sent and nobody asked before the first ``batch``.

        ``security`` are librdkafka's properties for TLS and SASL, ``secret_files`` those whose value is in a
        file, ``registry_login`` a user and the file with the password.
        At most ``queued_records`` (and 512 MB) wait in memory for Kafka, then sending blocks. A record that
        Kafka has not acknowledged ``delivery_timeout_s`` after it was queued is given up, and raised.
        Raises ``InvalidInput`` for addresses, settings or a key file that cannot be right.
        """
        config, codec = connection(
            "jangkau-publisher", bootstrap_servers, registry_url, registry_login, security, secret_files
        )
        tokenizer = Tokenizer(TokenKey.read(token_key)) if token_key else None
        producer = KafkaPlainProducer(
            config, queued_records=queued_records, delivery_timeout_s=delivery_timeout_s
        )
        return cls(producer, codec, tokenizer=tokenizer, log=TopicLog.on_kafka(config, codec))

    def __repr__(self) -> str:
        return f"Publisher({self._outlet!r})"

    def batch(
        self,
        agency: Agency,
        scope: BatchScope,
        *,
        batch_id: str | None = None,
        window: Window | None = None,
        resume: Sent | None = None,
    ) -> PublishedBatch:
        """Begin a publication; use it in a ``with`` block, whose end sends the manifest.

        FULL says that every person the agency knows is in it. ``window`` is the time it speaks of, the
        end exclusive. ``resume`` is for those who have counted themselves what lies of it on the topic;
        others go on with ``resume()``.

        Raises ``InvalidInput`` for arguments that cannot be right, ``Refused`` if Kafka has no such topic,
        ``Retryable`` if it does not answer within ten seconds.
        """
        topic = TOPIC_OF_AGENCY[_one_of("agency", agency, AGENCIES)]
        name = batch_id if batch_id is not None else f"{agency}-{scope}-{uuid.uuid4().hex[:12]}".lower()
        if not _BATCH_ID.fullmatch(name) or _LONG_NUMBER.search(name):
            raise InvalidInput(
                "a batch id has up to 100 letters, digits, dots, dashes, and no 16 digits in a row"
            )
        if window is not None and any(moment.tzinfo is None for moment in window):
            raise InvalidInput("window: a time needs an offset")
        self._check_there(topic, AGENCY_MANIFESTS)
        checked = _one_of("scope", scope, BATCH_SCOPES)
        return PublishedBatch(self._outlet, BatchId(name), agency, checked, window, resume or Sent())

    def resume(
        self,
        agency: Agency,
        scope: BatchScope,
        batch_id: str,
        *,
        begun: datetime,
        window: Window | None = None,
    ) -> PublishedBatch:
        """Go on with a batch that was broken off, or begin it.

        ``begun`` is when it was begun, or any moment before: from there on the topic is read and what lies
        of this batch on it is counted, so that the manifest will say what is really there. Send again
        whatever came after your last ``checkpoint``; what is then there twice counts as duplicate.
        """
        if begun.tzinfo is None:
            raise InvalidInput("begun: a time needs an offset")
        if self._log is None:
            raise InvalidInput(
                "this publisher cannot read its topic", remedy="make it with Publisher.connect"
            )
        fresh = self.batch(agency, scope, batch_id=batch_id, window=window)  # checks the arguments
        self._outlet.settle()  # what is still on its way would arrive after it was counted
        sent = self._log.count(fresh.topic, fresh.id, begun)
        while self._outlet.failures:
            # What was given up may lie in the buffers of a broker that comes back just now.
            time.sleep(_AGREE_AFTER_S)
            before, sent = sent, self._log.count(fresh.topic, fresh.id, begun)
            if sent == before:
                break
        return self.batch(agency, scope, batch_id=batch_id, window=window, resume=sent)

    def directive(self, directive: DirectiveId, event: DirectiveEvent) -> None:
        """Send one step in the life of a directive and wait until it is acknowledged. Raises as ``send``."""
        if not isinstance(event, DirectiveEvent):
            raise InvalidInput(f"a directive's step is a DirectiveEvent, not {type(event).__name__}")
        value = self._outlet.encode(KEMNAKER_DIRECTIVES, event)
        self._check_there(KEMNAKER_DIRECTIVES)
        self._outlet.send(KEMNAKER_DIRECTIVES, [directive.encode()], [value], None)
        self._outlet.flush()

    def schema(self, agency: Agency) -> pa.Schema:
        """The columns of an agency's records, for ``PublishedBatch.send_rows``."""
        return self._outlet.columns(TOPIC_OF_AGENCY[_one_of("agency", agency, AGENCIES)])

    def token(self, person: Nik | PersonToken) -> PersonToken:
        """The token of a person; a NIK needs the token key."""
        return self._outlet.token(person)

    def flush(self) -> None:
        """Wait until everything sent is acknowledged. Raises for what could not be delivered."""
        self._outlet.flush()

    def close(self) -> None:
        """Release the connection at once. What no ``checkpoint``, ``flush`` or ``close`` of a batch has
        waited for may be lost; a ``with`` block that ends well waits first.
        """
        self._outlet.close()

    def _check_there(self, *topics: str) -> None:
        """Once a topic: a record for one that is not there would be given up only after the time-out."""
        for topic in topics:
            if self._log is not None and topic not in self._known_topics:
                self._log.partitions(topic)
                self._known_topics.add(topic)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and not self._outlet.closed:
            self.flush()
        self.close()


def _one_of(name: str, given: _S, allowed: Sequence[_S]) -> _S:
    if given not in allowed:
        raise InvalidInput(f"{name} is one of {', '.join(allowed)}")
    return given
