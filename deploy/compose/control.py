"""One control worker put together: Faust app, codec, keys, metrics and rules from the settings."""

import logging
import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.kafka.admin import KafkaAdmin
from deploy.cluster import Cluster
from deploy.compose.outside import KafkaWatch
from deploy.query.access import kafka_config
from deploy.settings import Settings
from deploy.topics import refuse_other_topics
from monitoring import runfile
from monitoring.exporter import Exporter
from monitoring.handles_outside import kafka_up
from monitoring.liveness import Health
from monitoring.registry import ControlMetrics, process_registry
from schemas.catalog import load_catalog
from schemas.codec import AvroCodec
from schemas.errors import InvalidInput
from schemas.policy import policy_versions
from schemas.registry import SchemaRegistry
from schemas.sealing import SealingKey
from streams.control.app import ControlWorker, WorkerParts
from streams.control.clients import ClusterAccess
from streams.control.desk import DeskRules
from streams.control.run import run
from streams.control.tally import Tally
from streams.control.wire import Rejects, Wire

log = logging.getLogger(__name__)

PROCESS = "control"


@dataclass(frozen=True, slots=True)
class ControlProcess:
    """A control worker with its window for Prometheus."""

    worker: ControlWorker
    exporter: Exporter
    kafka: KafkaWatch

    def run(self) -> None:
        """Work until SIGTERM or SIGINT. Raises what cannot be mended here: the supervisor restarts."""
        port = self.exporter.start()
        log.info("control up", extra={"url": f"http://127.0.0.1:{port}/metrics"})
        self.kafka.start()
        try:
            run(self.worker, at_forced_end=self.exporter.stop)
        finally:
            self.kafka.stop()
            self.exporter.stop()


def compose_control(settings: Settings, cluster: Cluster) -> ControlProcess:
    """Put the control worker together. Raises ``InvalidInput`` for settings it cannot work with,
    ``Refused`` for topics that would lose or mislead decisions, ``Retryable`` without Kafka.
    """
    kafka = kafka_config(settings, cluster)
    refuse_other_topics(KafkaAdmin(kafka).describe(load_catalog()), settings.topics.partitions)
    registry, health = process_registry(), Health()
    wire = Wire(AvroCodec(SchemaRegistry(cluster.registry_url)))
    parts = WorkerParts(
        app_id=settings.control.app_id,
        access=ClusterAccess(cluster.bootstrap_servers, settings.kafka.client_security()),
        folder=settings.data_dir.resolve() / PROCESS,
        wire=wire,
        rejects=Rejects(wire, SealingKey.read(settings.sealing_key_file)),
        rules=_rules(settings),
        tally=Tally(ControlMetrics(registry)),
        health=health,
    )
    exporter = Exporter(
        PROCESS,
        registry,
        health,
        run_dir=runfile.run_dir(settings.data_dir),
        started=time.time(),
        port=settings.control.metrics_port,
    )
    watch = KafkaWatch.on(kafka, health, kafka_up(registry))
    return ControlProcess(ControlWorker(parts), exporter, watch)


def _rules(settings: Settings) -> DeskRules:
    chosen = settings.control
    try:
        timezone = ZoneInfo(chosen.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidInput(
            f"JANGKAU_CONTROL__TIMEZONE: no such time zone: {chosen.timezone}",
            remedy="name one of the tz database, as Asia/Jakarta",
        ) from None
    return DeskRules(
        policies=tuple(policy_versions()),
        partitions=settings.topics.partitions,
        timezone=timezone,
        automatic=chosen.automatic_date,
        initial_date=chosen.initial_date,
    )
