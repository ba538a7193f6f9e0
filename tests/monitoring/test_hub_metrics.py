"""What the watch shows is all of it and nothing else."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from monitoring.handles_hub import HubMetrics
from monitoring.registry import UnknownSeries

LAG = "jangkau_hub_lag_records"
LOOK = "jangkau_hub_look_timestamp_seconds"
PLACE = {"agency": "BPS", "topic": "dtsen.persons", "partition": "0"}


def test_before_a_look_there_is_nothing_not_zero() -> None:
    registry = CollectorRegistry()
    HubMetrics(registry)
    lines = generate_latest(registry).decode().splitlines()
    assert f"# TYPE {LOOK} gauge" in lines
    assert [line for line in lines if not line.startswith("#")] == []


def test_a_look_replaces_the_one_before() -> None:
    registry = CollectorRegistry()
    metrics = HubMetrics(registry)
    metrics.show({LOOK: {(): 5.0}, LAG: {("BPS", "dtsen.persons", "0"): 3, ("BPS", "dtsen.persons", "1"): 1}})
    assert registry.get_sample_value(LAG, PLACE) == 3
    metrics.show({LOOK: {(): 7.0}, LAG: {("BPS", "dtsen.persons", "1"): 2}})
    assert registry.get_sample_value(LAG, PLACE) is None
    assert registry.get_sample_value(LOOK) == 7


def test_what_cannot_be_seen_any_more_is_forgotten_and_the_rest_stays() -> None:
    registry = CollectorRegistry()
    metrics = HubMetrics(registry)
    metrics.show({LOOK: {(): 5.0}, LAG: {("BPS", "dtsen.persons", "0"): 3}})
    metrics.forget([LAG])
    assert registry.get_sample_value(LAG, PLACE) is None
    assert registry.get_sample_value(LOOK) == 5


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("jangkau_engine_persons", ("0",)),
        ("jangkau_hub_lag", ()),
        (LAG, ("BPS", "dtsen.persons")),
        (LAG, ("KEMENSOS", "dtsen.persons", "0")),
        ("jangkau_hub_coverage_persons", ("74", "inpres-8-2025", "GAP")),
    ],
)
def test_what_the_catalogue_does_not_have_is_an_error(name: str, labels: tuple[str, ...]) -> None:
    with pytest.raises(UnknownSeries):
        HubMetrics(CollectorRegistry()).show({name: {labels: 1.0}})
