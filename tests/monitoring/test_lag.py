"""Lag in seconds comes from when the log's end passed the position."""

from prometheus_client import CollectorRegistry

from monitoring.handles_lag import FRESH_S, LagMetrics
from monitoring.lag import Lag, LagGauges, LogClock


def test_caught_up_is_no_lag() -> None:
    clock = LogClock()
    assert clock.observe(10, 10, now=0.0) == Lag(0, 0.0)
    assert clock.observe(10, 10, now=500.0) == Lag(0, 0.0)


def test_a_record_after_a_long_silence_is_not_old() -> None:
    clock = LogClock()
    clock.observe(10, 10, now=0.0)
    assert clock.observe(10, 11, now=3600.0) == Lag(1, 0.0)
    assert clock.observe(10, 11, now=3605.0) == Lag(1, 5.0)


def test_a_stopped_reader_falls_behind_in_seconds() -> None:
    clock = LogClock()
    clock.observe(100, 100, now=0.0)
    lag = [clock.observe(100, 100 + 5 * second, now=float(second)) for second in range(1, 31)]
    assert lag[-1] == Lag(150, 29.0)


def test_a_slow_reader_is_as_late_as_its_oldest_unread_record() -> None:
    clock = LogClock()
    lag = [clock.observe(max(0, 10 * (second - 4)), 10 * second, now=float(second)) for second in range(11)]
    # Position 60 of 100: the end passed 60 at second 7.
    assert lag[-1] == Lag(40, 3.0)


def test_hours_of_standstill_keep_their_beginning() -> None:
    clock = LogClock()
    clock.observe(0, 0, now=0.0)
    lag = [clock.observe(0, second, now=float(second)) for second in range(1, 20_001)]
    assert lag[-1] == Lag(20_000, 19_999.0)


def test_an_open_transaction_shows_as_written_but_not_as_readable() -> None:
    registry = CollectorRegistry()
    gauges = LagGauges(LagMetrics(registry))
    for now in (0.0, 8.0):
        gauges.observe("bpjs.memberships", 1, position=50, high_watermark=60, stable=50, now=now)
    labels = {"topic": "bpjs.memberships", "partition": "1"}
    shown = {
        name: registry.get_sample_value(f"jangkau_lag_{name}", labels)
        for name in ("records", "seconds", "readable_records", "readable_seconds")
    }
    assert shown == {"records": 10, "seconds": 8, "readable_records": 0, "readable_seconds": 0}
    gauges.forget("bpjs.memberships", 1)
    assert registry.get_sample_value("jangkau_lag_records", labels) is None


def test_what_nobody_looks_at_any_more_is_not_shown_as_it_was() -> None:
    registry, now = CollectorRegistry(), [100.0]
    gauges = LagGauges(LagMetrics(registry, lambda: now[0]))
    labels = {"topic": "coverage.persons", "partition": "0"}
    gauges.observe("coverage.persons", 0, position=9, high_watermark=9, stable=9, now=now[0])
    now[0] += FRESH_S
    assert registry.get_sample_value("jangkau_lag_records", labels) == 0
    now[0] += 1
    assert registry.get_sample_value("jangkau_lag_records", labels) is None
    gauges.observe("coverage.persons", 0, position=9, high_watermark=12, stable=12, now=now[0])
    assert registry.get_sample_value("jangkau_lag_records", labels) == 3
    assert registry.get_sample_value("jangkau_lag_seconds", labels) == 0
