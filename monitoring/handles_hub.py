"""What the gateway's watch shows of the hub: all of it anew with every look, and nothing it did not see."""

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from monitoring.catalog import BY_NAME
from monitoring.catalog.hub import HUB
from monitoring.registry import UnknownSeries

Series = Mapping[str, Mapping[tuple[str, ...], float]]
"""Values by full metric name, and by label values in the order of the catalogue."""


class HubMetrics(Collector):
    """The series of ``jangkau_hub_…``. Set by the watch's thread, read by the exporter's.

    A plain gauge begins at 0 and stays at its last value; of a hub that nobody sees both would be lies.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._shown: Series = {}
        registry.register(self)

    def show(self, series: Series) -> None:
        """Show exactly these from now on. Raises ``UnknownSeries`` for what the catalogue does not have."""
        for name, values in series.items():
            _refuse_unknown(name, values)
        self._shown = dict(series)

    def forget(self, names: Iterable[str]) -> None:
        """Show these metrics no more until they are shown again."""
        gone = set(names)
        self._shown = {name: values for name, values in self._shown.items() if name not in gone}

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What the exporter asks for."""
        shown = self._shown
        for spec in HUB:
            family = GaugeMetricFamily(spec.name, spec.meaning, labels=[label.name for label in spec.labels])
            for labels, value in shown.get(spec.name, {}).items():
                family.add_metric(labels, value)
            yield family


def _refuse_unknown(name: str, values: Iterable[tuple[str, ...]]) -> None:
    spec = BY_NAME.get(name)
    if spec is None or spec not in HUB:
        raise UnknownSeries(f"the catalogue has no such metric of the hub: {name}")
    for given in values:
        if len(given) != len(spec.labels):
            raise UnknownSeries(f"{name} has {len(spec.labels)} labels, {len(given)} were given")
        for label, value in zip(spec.labels, given, strict=True):
            if not label.allows(value):
                raise UnknownSeries(f"{name} does not know this value of label {label.name}")
