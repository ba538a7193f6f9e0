"""Handles on the metrics of the catalogue. The ``CollectorRegistry`` is passed in, never global."""

from collections.abc import Callable
from typing import Generic, TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

from monitoring.catalog import BY_NAME, Kind, MetricSpec
from monitoring.handles_lag import LagMetrics
from monitoring.histogram import ArrayHistogram
from schemas.errors import JangkauError
from schemas.names import AGENCY_FACTS, AGENCY_OF_TOPIC

M = TypeVar("M", Counter, Gauge)


class UnknownSeries(JangkauError):
    """The program used a metric or a label the catalogue does not have: mend the program."""


class Family(Generic[M]):
    """A labelled counter or gauge. ``at`` checks the label values once and then is one dict look-up."""

    def __init__(self, spec: MetricSpec, parent: M) -> None:
        self._spec = spec
        self._parent: M = parent
        self._children: dict[tuple[str, ...], M] = {}

    def at(self, *values: str | int) -> M:
        """The series with these label values, in the catalogue's order. Raises ``UnknownSeries``."""
        key = tuple(map(str, values))
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._new(key)
        return child

    def _new(self, key: tuple[str, ...]) -> M:
        labels = self._spec.labels
        if len(key) != len(labels):
            raise UnknownSeries(f"{self._spec.name} has {len(labels)} labels, {len(key)} were given")
        for label, value in zip(labels, key, strict=True):
            if not label.allows(value):
                raise UnknownSeries(f"{self._spec.name} does not know this value of label {label.name}")
        child: M = self._parent.labels(*key)
        return child

    def forget(self, *values: str | int) -> None:
        """Show this series no more, as for a partition that went to another process."""
        key = tuple(map(str, values))
        if self._children.pop(key, None) is not None:
            self._parent.remove(*key)


class EngineMetrics:
    """The engine's metrics; the meaning of each is in the catalogue. One per process and registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        make = Maker(registry, "jangkau_engine_")
        self.consumed_records = make.counters("consumed_records_total")
        self.classified_records = make.counters("classified_records_total")
        self.quarantined_records = make.counters("quarantined_records_total")
        self.published_records = make.counter("published_records_total")
        self.state_bytes = make.counter("state_bytes_total")
        self.holds = make.counters("holds_total")
        self.transactions = make.counters("transactions_total")
        self.fenced = make.counter("fenced_total")
        self.waiting = make.gauge("waiting")
        self.transaction_seconds = make.histogram("transaction_seconds")
        self.published_latency_seconds = make.histogram("published_latency_seconds")
        self.last_commit_timestamp_seconds = make.gauge("last_commit_timestamp_seconds")
        self.owned_partitions = make.gauge("owned_partitions")
        self.persons = make.gauges("persons")
        self.dirty_rows = make.gauges("dirty_rows")
        self.unswept_state_bytes = make.gauges("unswept_state_bytes")
        self.stopped_inputs = make.gauges("stopped_inputs")
        self.sweeps = make.counter("sweeps_total")
        self.takeovers = make.counter("takeovers_total")
        self.lost_partitions = make.counter("lost_partitions_total")
        self.restoring_partitions = make.gauge("restoring_partitions")
        self.restore_progress_ratio = make.gauges("restore_progress_ratio")
        self.restored_rows = make.counter("restored_rows_total")
        self.restore_seconds = make.histogram("restore_seconds")
        self.control_offset = make.gauge("control_offset")
        self.business_date_days = make.gauge("business_date_days")
        self.directives_in_force = make.gauge("directives_in_force")
        self.lookups = make.counter("lookups_total")
        self.lag = LagMetrics(registry)

    def forget_partition(self, partition: int) -> None:
        """Drop the series of a partition that is no longer this engine's."""
        for family in (self.persons, self.dirty_rows, self.unswept_state_bytes, self.restore_progress_ratio):
            family.forget(partition)
        for topic in AGENCY_FACTS:
            self.stopped_inputs.forget(topic, AGENCY_OF_TOPIC[topic], partition)


class ControlMetrics:
    """The control worker's metrics."""

    def __init__(self, registry: CollectorRegistry) -> None:
        make = Maker(registry, "jangkau_control_")
        self.events = make.counters("events_total")
        self.commands = make.counters("commands_total")
        self.directive_events = make.counters("directive_events_total")
        self.partials = make.counter("partials_total")
        self.incomplete_totals = make.gauge("incomplete_totals")
        self.directive_versions = make.gauges("directive_versions")
        self.previews = make.counters("previews_total")
        self.open_previews = make.gauge("open_previews")
        self.granted_persons = make.gauge("granted_persons")
        self.held_persons = make.gauge("held_persons")
        self.receipts = make.counters("receipts_total")
        self.open_batches = make.gauges("open_batches")
        self.missing_records = make.gauges("missing_records")
        self.mismatched_batches = make.gauges("mismatched_batches")
        self.business_date_days = make.gauge("business_date_days")
        self.directives_in_force = make.gauge("directives_in_force")
        self.read_offset = make.gauge("read_offset")


def process_registry() -> CollectorRegistry:
    """A registry that already shows the process itself: CPU, memory, files, garbage collection."""
    disable_created_metrics()  # type: ignore[no-untyped-call] # a second series for every counter that nobody reads
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


class Maker:
    """Builds handles; refuses names and kinds the catalogue does not have."""

    def __init__(self, registry: CollectorRegistry, prefix: str) -> None:
        self._registry = registry
        self._prefix = prefix

    def counter(self, name: str) -> Counter:
        """A counter without labels."""
        return self._build(self._spec(name, Kind.COUNTER, labelled=False), Counter)

    def counters(self, name: str) -> Family[Counter]:
        """A counter with labels."""
        spec = self._spec(name, Kind.COUNTER, labelled=True)
        return Family(spec, self._build(spec, Counter))

    def gauge(self, name: str) -> Gauge:
        """A gauge without labels."""
        return self._build(self._spec(name, Kind.GAUGE, labelled=False), Gauge)

    def gauges(self, name: str) -> Family[Gauge]:
        """A gauge with labels."""
        spec = self._spec(name, Kind.GAUGE, labelled=True)
        return Family(spec, self._build(spec, Gauge))

    def histogram(self, name: str) -> ArrayHistogram:
        """A histogram."""
        histogram = ArrayHistogram(self._spec(name, Kind.HISTOGRAM, labelled=False))
        self._registry.register(histogram)
        return histogram

    def _build(self, spec: MetricSpec, kind: Callable[..., M]) -> M:
        return kind(spec.name, spec.meaning, [label.name for label in spec.labels], registry=self._registry)

    def _spec(self, name: str, kind: Kind, *, labelled: bool) -> MetricSpec:
        spec = BY_NAME.get(self._prefix + name)
        if spec is None or spec.kind is not kind or bool(spec.labels) is not labelled:
            raise UnknownSeries(f"the catalogue has no such {kind.value}: {self._prefix}{name}")
        return spec
