"""How a command asks the control plane something: write one record, wait for the answer to it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from deploy.connect import find_cluster
from deploy.query.access import plain_producer, sources
from deploy.query.lookup import Codec
from deploy.query.scan import Row, follow, scan
from deploy.query.status import Sources
from deploy.settings import Settings
from schemas.codec import AvroCodec
from schemas.errors import ContractBroken, Retryable
from schemas.events import WireRecord
from schemas.records import Outgoing, TopicPartition
from streams.engine.ports import PlainProducer

T = TypeVar("T")
R = TypeVar("R", bound=WireRecord)

_POLL_S = 0.02
"""A poll lasts this long also when the answer came at once: it is part of every answer's time."""
_FLUSH_S = 30.0
_SAY_AFTER_S = 2.0
"""Most answers are there before; only who waits longer is told that they wait."""


class Asker:
    """Reads and writes the control plane's topics for one command; passes over what cannot be read."""

    def __init__(
        self,
        found: Sources,
        producer: PlainProducer,
        codec: Codec,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.sources, self._producer, self._codec, self._clock = found, producer, codec, clock

    def records(self, kind: type[R], topic: str) -> Iterator[tuple[str, R]]:
        """Key (empty without one) and value of every record now on a topic."""
        for row in scan(self.sources.reader, self.sources.ends, topic):
            if (found := self._read(kind, row)) is not None:
                yield found

    def write(self, topic: str, key: str, value: WireRecord) -> None:
        """Write one record and see it acknowledged; raises ``Retryable``."""
        encoded = self._codec.encode(topic, value.to_record())
        self._producer.produce(Outgoing(TopicPartition(topic, -1), [key.encode()], [encoded]))
        if self._producer.flush(_FLUSH_S):
            raise Retryable("Kafka has not taken the record", remedy="see `jangkau status`")

    def ask(
        self,
        topic: str,
        key: str,
        question: WireRecord,
        answers: str,
        kind: type[R],
        is_answer: Callable[[str, R], bool],
        wait_s: float,
        waiting: Callable[[], None] | None = None,
    ) -> R:
        """Write the question and wait for the answer; raises ``Retryable`` if none comes in time.

        ``waiting`` is called once, when the answer is not there after two seconds.
        """
        self._stand_at_end(answers)
        self.write(topic, key, question)
        begin = self._clock()
        while (waited := self._clock() - begin) < wait_s:
            for row in follow(self.sources.reader, _POLL_S):
                found = self._read(kind, row)
                if found is not None and is_answer(*found):
                    return found[1]
            if waiting is not None and waited > _SAY_AFTER_S:
                waiting()
                waiting = None
        raise Retryable(
            f"written, but not answered within {wait_s:.0f} s",
            remedy="the control worker answers when it runs; see `jangkau status`",
        )

    def _stand_at_end(self, topic: str) -> None:
        """Only answers from now on count: an earlier one was to an earlier question."""
        reader, ends = self.sources.reader, self.sources.ends
        partitions = [TopicPartition(topic, number) for number in range(ends.partitions(topic))]
        reader.assign({at: ends.high_watermark(at) for at in partitions})

    def _read(self, kind: type[R], row: Row) -> tuple[str, R] | None:
        if row.value is None:
            return None
        try:
            value = kind.from_record(self.sources.codec.decode(row.source.topic, row.value))
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
