"""Handles: unknown labels are refused, lost partitions disappear, histograms take arrays."""

import numpy as np
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from monitoring.registry import ControlMetrics, EngineMetrics, UnknownSeries, process_registry


def test_counts_show_under_their_labels() -> None:
    registry = CollectorRegistry()
    metrics = EngineMetrics(registry)
    metrics.classified_records.at("dtsen.persons", "BPS", "accepted").inc(3)
    metrics.classified_records.at("dtsen.persons", "BPS", "accepted").inc(2)
    labels = {"topic": "dtsen.persons", "agency": "BPS", "class": "accepted"}
    assert registry.get_sample_value("jangkau_engine_classified_records_total", labels) == 5


@pytest.mark.parametrize(
    "values",
    [
        ("dtsen.persons", "BPS"),
        ("dtsen.persons", "BPS", "lost"),
        ("dtsen.persons", "KEMENSOS", "stale"),
        ("", "BPS", "stale"),
        ("a", "b", "c", "d"),
    ],
)
def test_an_unknown_label_or_value_is_an_error(values: tuple[str, ...]) -> None:
    metrics = EngineMetrics(CollectorRegistry())
    with pytest.raises(UnknownSeries):
        metrics.classified_records.at(*values)


def test_the_error_does_not_repeat_the_value() -> None:
    metrics = EngineMetrics(CollectorRegistry())
    with pytest.raises(UnknownSeries) as caught:
        metrics.transactions.at("7471010101900000")
    assert "7471" not in str(caught.value)


def test_a_lost_partition_shows_no_more() -> None:
    registry = CollectorRegistry()
    metrics = EngineMetrics(registry)
    metrics.persons.at(2).set(7)
    metrics.persons.at(3).set(8)
    metrics.forget_partition(2)
    metrics.forget_partition(2)
    assert registry.get_sample_value("jangkau_engine_persons", {"partition": "2"}) is None
    assert registry.get_sample_value("jangkau_engine_persons", {"partition": "3"}) == 8
    metrics.persons.at(2).set(9)
    assert registry.get_sample_value("jangkau_engine_persons", {"partition": "2"}) == 9


def test_a_histogram_counts_arrays_as_single_values() -> None:
    registry = CollectorRegistry()
    histogram = EngineMetrics(registry).published_latency_seconds
    histogram.observe(np.array([0.01, 0.011, 0.05, 7200.0, -0.002]))
    histogram.observe(0.05)
    histogram.observe(np.array([]))

    def bucket(bound: str) -> float | None:
        return registry.get_sample_value("jangkau_engine_published_latency_seconds_bucket", {"le": bound})

    assert bucket("0.01") == 2  # equal to the bound belongs to it; a negative latency counts as none
    assert bucket("0.05") == 5
    assert bucket("3600.0") == 5
    assert bucket("+Inf") == 6
    assert registry.get_sample_value("jangkau_engine_published_latency_seconds_count") == 6
    total = registry.get_sample_value("jangkau_engine_published_latency_seconds_sum")
    assert total == pytest.approx(7200.121)


def test_two_registries_do_not_mix() -> None:
    first, second = CollectorRegistry(), CollectorRegistry()
    EngineMetrics(first).sweeps.inc()
    EngineMetrics(second)
    assert second.get_sample_value("jangkau_engine_sweeps_total") == 0


def test_the_process_shows_itself_and_no_creation_times() -> None:
    registry = process_registry()
    ControlMetrics(registry).commands.at("SET_POLICY", "refused").inc()
    text = generate_latest(registry).decode()
    assert "process_resident_memory_bytes" in text
    assert "_created" not in text
