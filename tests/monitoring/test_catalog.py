"""The catalogue keeps its own rules, and what is documented is what is served."""

import re
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from monitoring.catalog import BY_NAME, METRICS, PREFIX, Kind, MetricSpec
from monitoring.document import DOCUMENT, metrics_markdown
from monitoring.handles_gateway import GatewayMetrics
from monitoring.handles_hub import HubMetrics
from monitoring.handles_outside import kafka_up
from monitoring.handles_sink import SinkMetrics
from monitoring.registry import ControlMetrics, EngineMetrics, process_registry

_DOCS = Path(__file__).parents[2] / "docs"
_SERIES_BUDGET_PER_PROCESS = 3000
_SERIES_BUDGET_OF_THE_HUB = 20_000
"""At most, with 64 directives in force in 38 provinces; with two, as in the first year, under 1,500."""


@pytest.mark.parametrize("spec", METRICS, ids=lambda spec: spec.name)
class TestEachMetric:
    def test_name_has_the_prefix_and_only_lower_case(self, spec: MetricSpec) -> None:
        assert re.fullmatch(PREFIX + r"(engine|control|gateway|sink|lag|kafka|hub)(_[a-z]+)+", spec.name)

    def test_unit_shows_in_the_name_and_only_counters_end_in_total(self, spec: MetricSpec) -> None:
        stem = spec.name.removesuffix("_total")
        assert (stem != spec.name) == (spec.kind is Kind.COUNTER)
        for unit in ("seconds", "bytes", "ratio", "days"):
            assert stem.endswith("_" + unit) == (spec.unit == unit)

    def test_no_scaled_unit(self, spec: MetricSpec) -> None:
        assert not re.search(r"_(ms|millis|milliseconds|minutes|kb|mb|percent)(_|$)", spec.name)

    def test_meaning_is_a_sentence(self, spec: MetricSpec) -> None:
        assert spec.meaning.endswith(".")
        assert "|" not in spec.meaning

    def test_only_histograms_have_buckets_and_they_rise(self, spec: MetricSpec) -> None:
        assert bool(spec.buckets) == (spec.kind is Kind.HISTOGRAM)
        assert list(spec.buckets) == sorted(set(spec.buckets))

    def test_labels_are_bounded_and_hold_no_person(self, spec: MetricSpec) -> None:
        for label in spec.labels:
            assert label.name not in {"nik", "person", "token", "key", "user", "by", "batch", "lookup"}
            assert len(label.values) in (0, label.at_most)


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(METRICS)


@pytest.mark.parametrize("process", ["engine", "control", "gateway", "sink"])
def test_a_process_stays_within_its_series(process: str) -> None:
    shown = [spec for spec in METRICS if spec.process in (process, "lag", "kafka")]
    assert sum(spec.series_at_most for spec in shown) <= _SERIES_BUDGET_PER_PROCESS


def test_the_hub_as_a_whole_stays_within_its_series() -> None:
    assert sum(spec.series_at_most for spec in METRICS if spec.process == "hub") <= _SERIES_BUDGET_OF_THE_HUB


def test_every_metric_of_the_catalogue_has_a_handle_and_no_other() -> None:
    registry = process_registry()
    EngineMetrics(registry)
    ControlMetrics(registry)
    GatewayMetrics(registry)
    SinkMetrics(registry)
    HubMetrics(registry)
    kafka_up(registry)
    served = set()
    for family in text_string_to_metric_families(generate_latest(registry).decode()):
        if family.name.startswith(PREFIX):
            served.add(family.name + ("_total" if family.type == "counter" else ""))
    assert served == set(BY_NAME)


def test_documentation_is_current() -> None:
    on_disk = DOCUMENT.read_text(encoding="utf-8")
    assert on_disk == metrics_markdown(), "run `make docs`"


def test_every_reason_of_the_rules_is_a_label_value() -> None:
    section = (_DOCS / "rules.md").read_text(encoding="utf-8").split("## 1.")[1].split("## 2.")[0]
    reasons = set(re.findall(r"^\| `([A-Z_]+)` \|", section, re.MULTILINE))
    assert reasons
    label = BY_NAME["jangkau_engine_quarantined_records_total"].labels[-1]
    assert reasons == set(label.values)
