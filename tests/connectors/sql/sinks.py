"""A sink put together on the in-memory log."""

import threading
from datetime import datetime, timedelta

from connectors.sql.ports import Store, Work
from connectors.sql.reading import Place as RecordPlace
from connectors.sql.reading import Reading
from connectors.sql.sink import Sink, SinkParts
from schemas.records import TopicPartition
from tests.connectors.sql.states import NOW, CoverageTopics, SinkAdmin
from tests.fakes.memory_log import MemoryReader


class SinkObserver:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.records: dict[str, int] = {}
        self.failures = 0
        self.waits: list[tuple[str, bool]] = []
        self.lags: dict[TopicPartition, int] = {}

    def wrote(self, work: Work, seconds: float) -> None:
        for topic, count in work.records.items():
            self.records[topic] = self.records.get(topic, 0) + count

    def failed(self) -> None:
        self.failures += 1

    def waiting(self, why: str, *, database: bool) -> None:
        self.waits.append((why, database))

    def working(self) -> None: ...

    def beat(self) -> None: ...

    def lag(self, at: TopicPartition, position: int, high_watermark: int, stable: int) -> None:
        self.lags[at] = stable - position


def make_sink(
    topics: CoverageTopics,
    store: Store,
    *,
    observer: SinkObserver | None = None,
    batch_records: int = 1000,
    now: datetime = NOW,
    cluster: str = "cluster-1",
    passed_over: tuple[RecordPlace, ...] = (),
    stop: threading.Event | None = None,
) -> Sink:
    return Sink(
        SinkParts(
            MemoryReader(topics.broker),
            SinkAdmin(topics.broker, cluster),
            Reading(topics.codec, passed_over),
            store,
            observer or SinkObserver(),
            batch_records,
            timedelta(days=14),
            stop or threading.Event(),
            lambda: now,
        )
    )


def fill(topics: CoverageTopics, store: Store, **options: object) -> None:
    """Run a sink to the end of the topics."""
    sink = make_sink(topics, store, **options)  # type: ignore[arg-type]
    try:
        sink.run(once=True)
    finally:
        sink.close()
