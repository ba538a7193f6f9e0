"""After a kill: what of the requests that were being sent is on the topics, so that it is not sent twice.

Every record the gateway sends carries a header with the receipt it belongs to and the hash of its source and
id. At the start the topics are read from a little before the oldest such request on.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.gateway.facts import Fact
from connectors.gateway.ledger import Entry
from connectors.gateway.ports import Codec, Ends, Reader
from schemas.errors import ContractBroken
from schemas.ids import PersonToken
from schemas.names import AGENCY_FACTS, HEADER_RECEIPT
from schemas.records import RecordBatch, TopicPartition

log = logging.getLogger("gateway.recovery")

_SKEW_MS = 60_000
"""How far the clocks of gateway and broker may differ."""
_RECORDS_AT_ONCE = 5_000
_POLL_S = 0.2
_SEPARATOR = b"/"


@dataclass(frozen=True, slots=True)
class Found:
    """A record that is on its topic: whose it is, and the fact in it if it is one."""

    receipt: str
    key: bytes
    fact: Fact | None


def header_of(receipt: str, entry: Entry) -> bytes:
    """What a record says of where it came from; hashes and a random id."""
    return receipt.encode("ascii") + _SEPARATOR + entry.key.hex().encode("ascii")


def find(
    reader: Reader,
    ends: Ends,
    codec: Codec,
    topics: Sequence[str],
    pending: Mapping[str, datetime],
    *,
    within_s: float,
    clock: Callable[[], float] = time.monotonic,
) -> list[Found]:
    """The records of these requests (receipt and when it came) that are on the topics.

    Reads for ``within_s`` at most: what is not found by then is sent again when it is repeated. Raises
    ``Retryable``.
    """
    since_ms = int(min(pending.values()).timestamp() * 1000) - _SKEW_MS
    sources = [TopicPartition(topic, n) for topic in topics for n in range(ends.partitions(topic))]
    goals = {at: ends.last_stable_offset(at) for at in sources}
    reader.assign({at: ends.offset_at(at, since_ms) for at in sources})
    found: list[Found] = []
    until = clock() + within_s
    while any(reader.position(at) < goal for at, goal in goals.items()):
        if clock() > until:
            log.warning("looking for what was being sent ended after %.0f s", within_s)
            break
        for batch in reader.consume(_RECORDS_AT_ONCE, _POLL_S):
            found += _ours(batch, codec, pending)
    return found


def _ours(batch: RecordBatch, codec: Codec, pending: Mapping[str, datetime]) -> list[Found]:
    found = []
    for number in range(len(batch)):
        told = batch.headers.get(number, {}).get(HEADER_RECEIPT, b"")
        receipt, _, key = told.decode("ascii", "replace").partition(_SEPARATOR.decode())
        if receipt in pending:
            fact = _fact(batch.source.topic, codec, batch.keys[number], batch.values[number])
            found.append(Found(receipt, bytes.fromhex(key), fact))
    return found


def _fact(topic: str, codec: Codec, key: bytes | None, value: bytes | None) -> Fact | None:
    if topic not in AGENCY_FACTS or key is None or value is None:
        return None
    try:
        record: dict[str, Any] = codec.decode(topic, value)
        token = PersonToken.parse(key.decode("ascii"))
        return Fact(token, record["batch"], record["version"], record.get("region"))
    except ContractBroken:
        return None
