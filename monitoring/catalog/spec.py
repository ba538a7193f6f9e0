"""What the catalogue says of one metric."""

from dataclasses import dataclass
from enum import Enum

from monitoring.labels import Label

PREFIX = "jangkau_"


class Kind(Enum):
    """How a series behaves over time, in the terms of Prometheus."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """One metric. ``buckets`` are upper bounds in ``unit``, rising, without infinity; histograms only."""

    name: str
    kind: Kind
    unit: str
    meaning: str
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def process(self) -> str:
        """Which process shows it: ``engine``, ``control``, ``gateway`` or ``lag`` (whoever reads)."""
        return self.name.removeprefix(PREFIX).split("_", 1)[0]

    @property
    def series_at_most(self) -> int:
        """How many time series one process can show for it, each bucket counted."""
        series = len(self.buckets) + 3 if self.buckets else 1  # + Inf, sum and count
        for label in self.labels:
            series *= label.at_most
        return series
