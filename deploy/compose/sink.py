"""One sink of the SQL view put together: Kafka, codec, database, metrics."""

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.reader import KafkaReader
from connectors.sql.ports import Store, Work
from connectors.sql.postgres import PostgresStore
from connectors.sql.reading import Place, Reading
from connectors.sql.sink import Sink, SinkParts
from connectors.sql.sqlite import SqliteStore
from connectors.sql.url import Database
from deploy.cluster import Cluster
from deploy.compose.outside import KafkaWatch
from deploy.query.access import codec, kafka_config
from deploy.settings import Settings
from monitoring import runfile
from monitoring.exporter import Exporter
from monitoring.handles_lag import LagMetrics
from monitoring.handles_outside import kafka_up
from monitoring.handles_sink import SinkMetrics
from monitoring.lag import LagGauges
from monitoring.liveness import Health
from monitoring.registry import process_registry
from schemas.catalog import load_catalog
from schemas.names import COVERAGE_PERSONS
from schemas.records import TopicPartition

log = logging.getLogger(__name__)

PROCESS = "sink"


@dataclass(frozen=True, slots=True)
class SinkProcess:
    """A sink with its window for Prometheus."""

    sink: Sink
    exporter: Exporter
    database: Database
    kafka: KafkaWatch

    def run(self, *, once: bool, refill: bool) -> None:
        """Work until told to stop, or with ``once`` to the end of the topics as they are now."""
        port = self.exporter.start()
        shown = {"database": self.database.shown, "url": f"http://127.0.0.1:{port}/metrics"}
        log.info("sink up", extra=shown)
        self.kafka.start()
        try:
            self.sink.run(once=once, refill=refill)
        finally:
            self.kafka.stop()
            self.sink.close()
            self.exporter.stop()


class SinkObserver:
    """Shows what the sink does: metrics, health."""

    def __init__(self, metrics: SinkMetrics, lag: LagGauges, health: Health) -> None:
        self._metrics, self._lag, self._health = metrics, lag, health

    def wrote(self, work: Work, seconds: float) -> None:
        """Count a committed transaction."""
        for topic, records in work.records.items():
            self._metrics.records.at(topic).inc(records)
        if work.persons is not None:
            self._metrics.erased_persons.inc(len(work.persons.erased))
        self._metrics.transactions.at("committed").inc()
        self._metrics.transaction_seconds.observe(seconds)
        self._metrics.last_commit_timestamp_seconds.set(time.time())

    def failed(self) -> None:
        """Count one that was not."""
        self._metrics.transactions.at("aborted").inc()

    def waiting(self, why: str, *, database: bool) -> None:
        """Say what is waited for."""
        if database:
            self._metrics.database_up.set(0)
        self._health.not_ready(f"waiting: {why}")

    def working(self) -> None:
        """Both sides are there."""
        self._metrics.database_up.set(1)
        self._health.ready()

    def beat(self) -> None:
        """The loop turns."""
        self._health.beat()

    def lag(self, at: TopicPartition, position: int, high_watermark: int, stable: int) -> None:
        """How far the tables are behind a log."""
        self._lag.observe(
            *at, position=position, high_watermark=high_watermark, stable=stable, now=time.monotonic()
        )


def compose_sink(
    settings: Settings, cluster: Cluster, stop: threading.Event, passed_over: Sequence[Place] = ()
) -> SinkProcess:
    """Put the sink together. Raises ``InvalidInput`` for a URL that is none."""
    database = Database.parse(settings.sql_url)
    kafka = kafka_config(settings, cluster)
    registry, health = process_registry(), Health()
    sink = Sink(
        SinkParts(
            reader=KafkaReader(kafka),
            admin=KafkaAdmin(kafka),
            reading=Reading(codec(cluster), passed_over),
            store=make_store(database),
            observer=SinkObserver(SinkMetrics(registry), LagGauges(LagMetrics(registry)), health),
            batch_records=settings.sql.batch_records,
            absent_most=absence_without_loss(),
            stop=stop,
        )
    )
    exporter = Exporter(
        PROCESS,
        registry,
        health,
        run_dir=runfile.run_dir(settings.data_dir),
        started=time.time(),
        port=settings.sql.metrics_port,
    )
    return SinkProcess(sink, exporter, database, KafkaWatch.on(kafka, health, kafka_up(registry)))


def make_store(database: Database) -> Store:
    """The store of a database's kind."""
    return PostgresStore(database) if database.dialect == "postgresql" else SqliteStore(database)


def absence_without_loss() -> timedelta:
    """How long a tombstone stays on coverage.persons at least: until it may be compacted, and then kept."""
    config = load_catalog()[COVERAGE_PERSONS].config
    names = ("min.compaction.lag.ms", "delete.retention.ms")
    return timedelta(milliseconds=sum(int(config[name]) for name in names))
