"""docs/metrics.md, made from the catalogue."""

from collections.abc import Iterable
from pathlib import Path

from monitoring.catalog import METRICS, MetricSpec

DOCUMENT = Path(__file__).parents[1] / "docs" / "metrics.md"

_TITLES = {
    "engine": "Engine",
    "control": "Control worker",
    "gateway": "HTTP gateway",
    "sink": "Sink of the SQL view",
    "lag": "Lag, shown by whoever reads",
    "kafka": "Kafka, as each process sees it",
    "hub": "The hub as the watch in the gateway sees it",
}

_HEAD = """# Metrics

Made from `monitoring/catalog/` (`make docs`); a test compares the two.

Every process serves `/metrics` (Prometheus text or OpenMetrics), `/healthz` (200 while its main loop
turns) and `/readyz` (200 when it can do its work, else 503 with the reasons as JSON) on 127.0.0.1. Port and
pid are in `<data folder>/run/<name>.json` while it runs. The usual `process_…` and `python_…` series are
there too.

Units are base units, also in the names. No label holds anything personal: each is a closed list or bounded by
configuration; *at most* is how many series one process can show, on 64 partitions.
"""


def metrics_markdown() -> str:
    """The whole page, ending in one newline."""
    parts = [_HEAD]
    for process, title in _TITLES.items():
        specs = [spec for spec in METRICS if spec.process == process]
        parts.append(f"## {title}\n\n{_table(specs)}\n")
    parts.append(f"## Labels\n\n{_labels()}\n")
    return "\n".join(parts)


def _table(specs: Iterable[MetricSpec]) -> str:
    rows = ["| metric | kind | unit | labels | at most | meaning |", "|---|---|---|---|---|---|"]
    for spec in specs:
        labels = ", ".join(label.name for label in spec.labels) or "–"
        shape = f"{spec.kind.value} | {spec.unit} | {labels} | {spec.series_at_most}"
        rows.append(f"| `{spec.name}` | {shape} | {spec.meaning} |")
    return "\n".join(rows)


def _labels() -> str:
    known = {label.name: label for spec in METRICS for label in spec.labels}
    rows = ["| label | meaning | values |", "|---|---|---|"]
    for name, label in sorted(known.items()):
        values = ", ".join(f"`{value}`" for value in label.values) or f"at most {label.at_most}"
        rows.append(f"| `{name}` | {label.meaning} | {values} |")
    return "\n".join(rows)


if __name__ == "__main__":
    DOCUMENT.write_text(metrics_markdown(), "utf-8")
