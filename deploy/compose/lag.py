"""The engine's lag, looked up beside its loop: asking the broker must not hold up a verdict."""

import logging
import threading
import time
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.reader import KafkaReader
from deploy.query.lag import first_waiting
from monitoring.handles_lag import LagMetrics
from monitoring.lag import LagGauges
from schemas.errors import JangkauError
from schemas.records import TopicPartition
from streams.engine.owned import Owned

log = logging.getLogger(__name__)

_EVERY_S = 1.0


class Owner(Protocol):
    """What is watched: an engine."""

    @property
    def owned(self) -> Mapping[int, Owned]:
        """Its partitions by number."""


class _Passed(NamedTuple):
    """Between a position and ``end`` there is nothing to read: markers of transactions, aborted records."""

    position: int
    end: int


class LagWatch:
    """A thread that compares the engine's committed positions with the ends of its logs once a second."""

    def __init__(self, kafka: KafkaConfig, engine: Owner, metrics: LagMetrics) -> None:
        self._engine, self._admin, self._reader = engine, KafkaAdmin(kafka), KafkaReader(kafka)
        self._gauges = LagGauges(metrics)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lag", daemon=True)
        self._last: dict[TopicPartition, int] = {}
        self._passed: dict[TopicPartition, _Passed] = {}

    def start(self) -> None:
        """Begin watching."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; the gauges stay as they are until the process ends."""
        self._stop.set()

    def _run(self) -> None:
        known = True
        while not self._stop.wait(_EVERY_S):
            try:
                self.look()
                known = True
            except JangkauError as error:
                if known:  # once, not every second of an outage
                    log.warning("lag is not known: %s", error)
                known = False
        self._reader.close()

    def look(self) -> None:
        """Look once."""
        positions: dict[TopicPartition, int] = {}
        for number, owned in list(self._engine.owned.items()):
            positions |= {TopicPartition(topic, number): at for topic, at in list(owned.written.items())}
        ends = self._admin.high_watermarks(list(positions))
        stable = self._admin.last_stable_offsets(list(positions))
        self._pass_markers(positions, stable)
        now = time.monotonic()
        for source, position in positions.items():
            self._gauges.observe(
                *source,
                position=self._reached(source, position),
                high_watermark=ends[source],
                stable=stable[source],
                now=now,
            )
        for source in self._last.keys() - positions.keys():
            self._gauges.forget(*source)
            self._passed.pop(source, None)
        self._last = positions

    def _reached(self, source: TopicPartition, position: int) -> int:
        passed = self._passed.get(source)
        return passed.end if passed is not None and passed.position == position else position

    def _pass_markers(
        self, positions: Mapping[TopicPartition, int], stable: Mapping[TopicPartition, int]
    ) -> None:
        """Where an engine stands still below what can be read, look whether there is anything to read: nobody
        commits past the marker of a publisher's transaction before the next record comes.
        """
        still = {
            source: position
            for source, position in positions.items()
            if self._last.get(source) == position and self._reached(source, position) < stable[source]
        }
        if still:
            passed = first_waiting(self._reader, still, {source: stable[source] for source in still}).passed
            self._passed |= {source: _Passed(still[source], end) for source, end in passed.items()}
