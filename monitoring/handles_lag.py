"""How far behind a reader is, as the exporter shows it: while it is looked at, and no longer."""

import time
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from monitoring.catalog.lag import LAG

FRESH_S = 15.0
"""A lag that was seen longer ago says nothing of now; a look comes every second or two."""

_PREFIX = "jangkau_lag_"


class LagMetrics(Collector):
    """The series of ``jangkau_lag_…``. Set by the thread that looks, read by the exporter's.

    A plain gauge stays at its last value: a reader that hangs, or cannot ask Kafka, would show for ever
    that it has caught up.
    """

    def __init__(self, registry: CollectorRegistry, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._shown: dict[tuple[str, str], tuple[float, Mapping[str, float]]] = {}
        registry.register(self)

    def show(
        self,
        topic: str,
        partition: int,
        *,
        records: int,
        seconds: float,
        readable_records: int,
        readable_seconds: float,
    ) -> None:
        """What was seen of one partition just now."""
        values = {
            _PREFIX + "records": records,
            _PREFIX + "seconds": seconds,
            _PREFIX + "readable_records": readable_records,
            _PREFIX + "readable_seconds": readable_seconds,
        }
        self._shown[topic, str(partition)] = self._clock(), values

    def forget(self, topic: str, partition: int) -> None:
        """Drop the series of a partition this process no longer reads."""
        self._shown.pop((topic, str(partition)), None)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What the exporter asks for."""
        since = self._clock() - FRESH_S
        shown = [(place, values) for place, (seen, values) in list(self._shown.items()) if seen >= since]
        for spec in LAG:
            family = GaugeMetricFamily(spec.name, spec.meaning, labels=[label.name for label in spec.labels])
            for place, values in shown:
                family.add_metric(place, values[spec.name])
            yield family
