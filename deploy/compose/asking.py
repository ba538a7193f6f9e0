"""How a command asks the control plane something: write one record, wait for the answer to it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from connectors.kafka.producer import KafkaPlainProducer
from deploy.connect import find_cluster
from deploy.query.access import plain_producer, sources
from deploy.query.scan import Row, follow, scan
from deploy.query.status import Sources
from deploy.settings import Settings
from schemas.codec import AvroCodec
from schemas.errors import ContractBroken, Retryable
from schemas.events import WireRecord
from schemas.records import Outgoing, TopicPartition

T = TypeVar("T")
R = TypeVar("R", bound=WireRecord)

_POLL_S = 0.25
_FLUSH_S = 30.0


class Asker:
    """Reads and writes the control plane's topics for one command; passes over what cannot be read."""

    def __init__(self, found: Sources, producer: KafkaPlainProducer, codec: AvroCodec) -> None:
        self._sources, self._producer, self._codec = found, producer, codec

    def records(self, kind: type[R], topic: str) -> Iterator[tuple[str, R]]:
        """Key (empty without one) and value of every record now on a topic."""
        for row in scan(self._sources.reader, self._sources.ends, topic):
            if (found := self._read(kind, row)) is not None:
                yield found

    def ask(
        self,
        topic: str,
        key: str,
        question: WireRecord,
        answers: str,
        kind: type[R],
        is_answer: Callable[[str, R], bool],
        wait_s: float,
    ) -> R:
        """Write the question and wait for the answer; raises ``Retryable`` if none comes in time."""
        self._stand_at_end(answers)
        value = self._codec.encode(topic, question.to_record())
        self._producer.produce(Outgoing(TopicPartition(topic, -1), [key.encode()], [value]))
        if self._producer.flush(_FLUSH_S):
            raise Retryable("Kafka has not taken the record", remedy="see `jangkau status`")
        end = time.monotonic() + wait_s
        while time.monotonic() < end:
            for row in follow(self._sources.reader, _POLL_S):
                found = self._read(kind, row)
                if found is not None and is_answer(*found):
                    return found[1]
        raise Retryable(
            f"written, but not answered within {wait_s:.0f} s",
            remedy="the control worker answers when it runs; see `jangkau status`",
        )

    def _stand_at_end(self, topic: str) -> None:
        """Only answers from now on count: an earlier one was to an earlier question."""
        reader, ends = self._sources.reader, self._sources.ends
        partitions = [TopicPartition(topic, number) for number in range(ends.partitions(topic))]
        reader.assign({at: ends.high_watermark(at) for at in partitions})

    def _read(self, kind: type[R], row: Row) -> tuple[str, R] | None:
        if row.value is None:
            return None
        try:
            value = kind.from_record(self._sources.codec.decode(row.source.topic, row.value))
        except ContractBroken:
            return None
        return (row.key or b"").decode("utf-8", "replace"), value


@contextmanager
def asker(settings: Settings) -> Iterator[Asker]:
    """An asker of the configured or running hub, closed afterwards."""
    cluster = find_cluster(settings)
    with sources(settings, cluster) as found, plain_producer(settings, cluster) as producer:
        codec = found.codec
        assert isinstance(codec, AvroCodec)
        yield Asker(found, producer, codec)
