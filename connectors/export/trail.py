"""Before a list with NIKs leaves the hub, each person's processing trail says so."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from schemas.events import Lookup
from schemas.names import HUB_LOOKUPS
from schemas.records import Outgoing, TopicPartition
from schemas.tokens import hex_keys

_AT_ONCE = 10_000
_FLUSH_S = 5.0
_BY_KEY = -1


class Producer(Protocol):
    """Appends at least once; blocks while its queue is full."""

    def produce(self, records: Outgoing) -> None:
        """Queue; raises ``Retryable`` for an earlier record that was not delivered."""

    def flush(self, timeout_s: float) -> int:
        """Wait for acknowledgements; returns how many are outstanding; raises like ``produce``."""


class Encoder(Protocol):
    """What recording needs of ``schemas.codec.AvroCodec``."""

    def encode(self, topic: str, record: dict[str, Any]) -> bytes:
        """The framed value."""


def record_export(producer: Producer, codec: Encoder, tokens: NDArray[np.uint8], lookup: Lookup) -> None:
    """Write one look-up a person, ``tokens`` (n, 16), and wait until Kafka has all of them.

    They are one look-up with one id: the list names it, and so does each trail. Raises ``Retryable``, and
    then some may have been written.
    """
    value = codec.encode(HUB_LOOKUPS, lookup.to_record())
    for start in range(0, len(tokens), _AT_ONCE):
        keys = hex_keys(tokens[start : start + _AT_ONCE])
        producer.produce(Outgoing(TopicPartition(HUB_LOOKUPS, _BY_KEY), keys, [value] * len(keys)))
    while producer.flush(_FLUSH_S):  # what is not delivered in time is raised
        pass
