"""What an expression reads, held against the catalogue."""

from collections.abc import Iterator, Mapping

from monitoring.catalog import BY_NAME, Kind
from monitoring.promql import grouped_by, selectors
from monitoring.rules import load_rules

TARGET = frozenset(("job", "instance", "role"))
"""Labels that a scrape gives to every series (``<data>/run/targets/*.json``)."""

OTHERS: Mapping[str, frozenset[str]] = {
    "up": frozenset(),
    "process_start_time_seconds": frozenset(),
    "process_resident_memory_bytes": frozenset(),
    "process_cpu_seconds_total": frozenset(),
    "ALERTS": frozenset(("alertname", "alertstate", "severity", "audience", "agency", "directive", "topic")),
}
"""Series that every Prometheus or every process of Python has, with their labels."""

_RECORDED = frozenset(("agency", "what"))
_OF_HISTOGRAM = ("_bucket", "_sum", "_count")


def labels_of(metric: str) -> frozenset[str] | None:
    """The labels a metric has, those of the scrape included; None if there is no such metric."""
    if metric in OTHERS:
        return OTHERS[metric] | TARGET
    if metric in {rule.name for rule in load_rules().recorded}:
        return _RECORDED
    spec = BY_NAME.get(metric)
    for ending in _OF_HISTOGRAM:
        whole = BY_NAME.get(metric.removesuffix(ending)) if metric.endswith(ending) else None
        if whole is not None and whole.kind is Kind.HISTOGRAM:
            return TARGET | {"le"}
    if spec is None or spec.kind is Kind.HISTOGRAM:
        return None
    return TARGET | {label.name for label in spec.labels}


def faults(expr: str) -> Iterator[str]:
    """What the expression reads that is not there."""
    known: set[str] = set()
    for read in selectors(expr):
        labels = labels_of(read.metric)
        if labels is None:
            yield f"no such metric: {read.metric}"
            continue
        known |= labels
        yield from (f"{read.metric} has no label {label}" for label in read.labels - labels)
        yield from _values(read.metric, read.matchers)
    yield from (f"no metric here has label {label}" for label in grouped_by(expr) - known)


def _values(metric: str, matchers: tuple[tuple[str, str, str], ...]) -> Iterator[str]:
    """A value outside a closed list would select nothing for ever."""
    spec = BY_NAME.get(metric)
    closed = {label.name: label.values for label in spec.labels if label.values} if spec else {}
    for label, operator, value in matchers:
        if operator == "=" and label in closed and value not in closed[label]:
            yield f"{metric}: {label} is never {value}"
