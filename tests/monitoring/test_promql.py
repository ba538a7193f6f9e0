"""What an expression reads is found, whatever stands around it."""

import pytest

from monitoring.promql import grouped_by, selectors
from tests.monitoring.reads import faults


@pytest.mark.parametrize(
    ("expr", "metrics"),
    [
        ("jangkau_lag_records", ["jangkau_lag_records"]),
        ('sum by (le) (rate(a_bucket{job="jangkau", le!="1"}[5m])) > 0.5', ["a_bucket"]),
        ('max(a{x=~"y|z"}) - (sum(b) or vector(0)) > 0', ["a", "b"]),
        ("a and on (agency, topic) b offset 1h > 1e9", ["a", "b"]),
        ("a / on (agency) group_left () b:c:1h unless d", ["a", "b:c:1h", "d"]),
        ("time() - 3", []),
    ],
)
def test_metrics_that_are_read(expr: str, metrics: list[str]) -> None:
    assert [read.metric for read in selectors(expr)] == metrics


def test_labels_that_are_asked_about() -> None:
    (read,) = selectors('sum without (x) (a{job="jangkau",agency=~"$agency"})')
    assert read.matchers == (("job", "=", "jangkau"), ("agency", "=~", "$agency"))
    assert grouped_by("sum by (a, b) (x and on(c) y)") == {"a", "b", "c"}


def test_what_is_not_in_the_catalogue_is_a_fault() -> None:
    assert list(faults("sum(jangkau_engine_persons)")) == []
    assert list(faults("jangkau_engine_person")) == ["no such metric: jangkau_engine_person"]
    assert list(faults('jangkau_engine_persons{topic="x"}')) == ["jangkau_engine_persons has no label topic"]
    assert list(faults("sum by (agency) (up)")) == ["no metric here has label agency"]
    assert list(faults('jangkau_control_directive_versions{state="held"}')) == [
        "jangkau_control_directive_versions: state is never held"
    ]
    assert list(faults("rate(jangkau_engine_transaction_seconds[5m])")) == [
        "no such metric: jangkau_engine_transaction_seconds"
    ]
