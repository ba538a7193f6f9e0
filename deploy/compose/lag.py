"""The engine's lag, looked up beside its loop: asking the broker must not hold up a verdict."""

import logging
import threading
import time

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from monitoring.handles_lag import LagMetrics
from monitoring.lag import LagGauges
from schemas.errors import JangkauError
from schemas.records import TopicPartition
from streams.engine.engine import Engine

log = logging.getLogger(__name__)

_EVERY_S = 1.0


class LagWatch:
    """A thread that compares the engine's committed positions with the ends of its logs once a second."""

    def __init__(self, kafka: KafkaConfig, engine: Engine, metrics: LagMetrics) -> None:
        self._kafka, self._engine = kafka, engine
        self._gauges = LagGauges(metrics)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lag", daemon=True)
        self._shown: set[TopicPartition] = set()

    def start(self) -> None:
        """Begin watching."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; the gauges stay as they are until the process ends."""
        self._stop.set()

    def _run(self) -> None:
        admin = KafkaAdmin(self._kafka)
        known = True
        while not self._stop.wait(_EVERY_S):
            try:
                self._look(admin)
                known = True
            except JangkauError as error:
                if known:  # once, not every second of an outage
                    log.warning("lag is not known: %s", error)
                known = False

    def _look(self, admin: KafkaAdmin) -> None:
        positions: dict[TopicPartition, int] = {}
        for number, owned in list(self._engine.owned.items()):
            positions |= {TopicPartition(topic, number): at for topic, at in list(owned.written.items())}
        now = time.monotonic()
        for source, position in positions.items():
            self._gauges.observe(
                *source,
                position=position,
                high_watermark=admin.high_watermark(source),
                stable=admin.last_stable_offset(source),
                now=now,
            )
        for source in self._shown - positions.keys():
            self._gauges.forget(*source)
        self._shown = set(positions)
