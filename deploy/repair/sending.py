"""Records from quarantine published again, and what was decided about each: all of it in one transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from connectors.client.sent import Sent
from deploy.repair.preparing import Publication
from schemas.codec import AvroCodec
from schemas.events import Repair, WireRecord
from schemas.ids import TOKEN_BYTES
from schemas.names import (
    AGENCY_MANIFESTS,
    AGENCY_OF_TOPIC,
    HEADER_BATCH,
    HEADER_BY,
    HEADER_ORIGIN,
    HUB_REPAIRS,
)
from schemas.partitioner import partition_for
from schemas.records import Outgoing, TopicPartition
from streams.engine.ports import TransactionalProducer

MOST_AT_ONCE = 10_000
"""Records of one transaction: what a broker takes well within the 10 s it leaves one open."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who decides, why, and when."""

    by: str
    basis: str
    at: datetime


class Sending:
    """Writes publications and decisions. Whoever opens one later shuts out whoever did before: two persons
    who send the same record at once do not both succeed.
    """

    def __init__(
        self, producer: TransactionalProducer, codec: AvroCodec, partitions: Callable[[str], int]
    ) -> None:
        self._producer, self._codec, self._partitions = producer, codec, partitions
        producer.init()

    def resend(self, publications: Sequence[Publication], said: Said) -> None:
        """Publish the records and their manifests, and say so of each: all of it or nothing. Raises
        ``TransactionAborted``, ``Fenced`` and ``Retryable``.
        """
        decisions: dict[str, Repair] = {}
        with _transaction(self._producer):
            for out in publications:
                self._publish(out, said)
                for record in out.records:
                    decisions[record.origin] = Repair(
                        "RESENT", record.mended, out.batch, said.by, said.basis, said.at
                    )
            self._decide(decisions)

    def discard(self, origins: Sequence[str], said: Said) -> None:
        """Say that these will not be sent. Raises as ``resend``."""
        decision = Repair("DISCARDED", False, None, said.by, said.basis, said.at)
        with _transaction(self._producer):
            self._decide(dict.fromkeys(origins, decision))

    def _decide(self, decisions: Mapping[str, Repair]) -> None:
        for origin, repair in decisions.items():
            self._write(HUB_REPAIRS, origin, repair)

    def _publish(self, out: Publication, said: Said) -> None:
        numbers = self._partitions(out.topic)
        by = said.by.encode()
        for record in out.records:
            key = record.token.hex.encode()
            headers = {HEADER_BATCH: out.batch.encode(), HEADER_ORIGIN: record.origin.encode(), HEADER_BY: by}
            target = TopicPartition(out.topic, partition_for(key, numbers))
            self._producer.produce(Outgoing(target, [key], [record.value], [headers]))
        manifest = _sent(out).manifest(AGENCY_OF_TOPIC[out.topic], out.topic, "PART", None, said.at)
        self._write(AGENCY_MANIFESTS, out.batch, manifest)

    def _write(self, topic: str, key: str, value: WireRecord) -> None:
        encoded = self._codec.encode(topic, value.to_record())
        target = TopicPartition(topic, partition_for(key.encode(), self._partitions(topic)))
        self._producer.produce(Outgoing(target, [key.encode()], [encoded]))


@contextmanager
def _transaction(producer: TransactionalProducer) -> Iterator[None]:
    """Committed when the block ends well, else aborted."""
    producer.begin()
    try:
        yield
        producer.send_offsets({}, None)
        producer.commit()
    except BaseException:
        producer.abort()
        raise


def _sent(out: Publication) -> Sent:
    raw = b"".join(record.token.raw for record in out.records)
    tokens = np.frombuffer(raw, np.uint8).reshape(-1, TOKEN_BYTES)
    versions = np.array([record.version for record in out.records], np.int64)
    regions = [record.region for record in out.records if record.region is not None]
    return Sent().plus(tokens, versions, pa.array(regions) if regions else None)
