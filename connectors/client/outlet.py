"""Where a publisher's records go out: encoded, keyed by the person's token, and counted when one is lost."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

import pyarrow as pa

from schemas.codec import AvroCodec
from schemas.errors import InvalidInput, JangkauError
from schemas.events import BatchManifest, DirectiveEvent, MembershipSnapshot, PersonRanked
from schemas.ids import Nik, PersonToken
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, HEADER_BATCH, KEMNAKER_DIRECTIVES
from schemas.records import Outgoing, TopicPartition
from schemas.tokens import Tokenizer

EVENT_OF: Mapping[str, type[PersonRanked | MembershipSnapshot | DirectiveEvent]] = {
    DTSEN_PERSONS: PersonRanked,
    BPJS_MEMBERSHIPS: MembershipSnapshot,
    KEMNAKER_DIRECTIVES: DirectiveEvent,
}
"""What is published on each topic of an agency."""

_BY_KEY = -1
_FLUSH_S = 5.0
_MOMENTS = ("observed_at", "occurred_at")

Event = PersonRanked | MembershipSnapshot
_T = TypeVar("_T")


class Producer(Protocol):
    """What a publisher sends through; at least once, in order per key."""

    def produce(self, records: Outgoing) -> None:
        """Queue; blocks while the queue is full; raises for an earlier record that was not delivered."""

    def flush(self, timeout_s: float) -> int:
        """Wait for acknowledgements; returns how many are outstanding; raises like ``produce``."""

    def close(self) -> None:
        """Release the connection."""


class Outlet:
    """Encodes and sends for one publisher and its batches. ``clock`` only dates manifests."""

    def __init__(
        self,
        producer: Producer,
        codec: AvroCodec,
        tokenizer: Tokenizer | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._producer = producer
        self._codec = codec
        self._tokenizer = tokenizer
        self.now = clock
        self.failures = 0
        """How often something was not delivered. The producer says it once, to whoever calls next."""
        self.closed = False

    def __repr__(self) -> str:
        return f"Outlet({'with' if self._tokenizer else 'without'} token key)"

    def token(self, person: Nik | PersonToken) -> PersonToken:
        """The token of a person; a NIK needs the token key. Raises ``InvalidInput``."""
        if isinstance(person, PersonToken):
            return person
        if not isinstance(person, Nik):
            raise InvalidInput(
                f"a person is a Nik or a PersonToken, this is a value of type {type(person).__name__}",
                remedy="Nik.parse takes the 16 digits as text, PersonToken.parse the 32 hex characters.",
            )
        if self._tokenizer is None:
            raise InvalidInput("a NIK was given, but no token key", remedy="connect with token_key=…")
        return self._tokenizer.token(person)

    def columns(self, topic: str) -> pa.Schema:
        """The columns of a topic's records."""
        return self._codec.columns(topic)

    def encode(self, topic: str, event: Event | DirectiveEvent | BatchManifest) -> bytes:
        """The value of one event; raises ``InvalidInput`` naming fields that do not fit."""
        for name in _MOMENTS:
            moment = getattr(event, name, None)
            if isinstance(moment, datetime) and moment.tzinfo is None:
                raise InvalidInput(f"{name}: a time needs an offset, as datetime.now(UTC) has one")
        return self._codec.encode(topic, event.to_record())

    def encode_rows(self, topic: str, rows: pa.RecordBatch) -> list[bytes]:
        """The values of a batch with the topic's columns."""
        return self._codec.encode_batch(topic, rows)

    def send(
        self, topic: str, keys: Sequence[bytes], values: Sequence[bytes | None], batch: str | None
    ) -> None:
        """Queue values; the key decides the partition, ``batch`` goes into the header."""
        headers = [{HEADER_BATCH: batch.encode()}] * len(values) if batch is not None else None
        records = Outgoing(TopicPartition(topic, _BY_KEY), keys, values, headers)
        self._counting_failures(lambda: self._producer.produce(records))

    def flush(self) -> None:
        """Wait until everything sent is acknowledged. Raises for what could not be delivered."""
        while self._counting_failures(lambda: self._producer.flush(_FLUSH_S)):
            pass

    def settle(self) -> None:
        """Wait until nothing is on its way any more, be it delivered or given up."""
        while True:
            try:
                self.flush()
                return
            except InvalidInput:
                raise
            except JangkauError:
                continue  # each record that was given up is told once

    def close(self) -> None:
        """Release the connection. What was not flushed may be lost."""
        self.closed = True
        self._producer.close()

    def _counting_failures(self, act: Callable[[], _T]) -> _T:
        if self.closed:
            raise InvalidInput("this publisher is closed")
        try:
            return act()
        except JangkauError:
            self.failures += 1
            raise
