"""What a process says while Kafka or the registry is away, and how long it pauses."""

import logging
from collections.abc import Callable

import pytest
from prometheus_client import CollectorRegistry

from deploy.compose.outside import KAFKA_AWAY, KafkaWatch, Patience
from monitoring.handles_outside import kafka_up
from monitoring.liveness import Health
from monitoring.pauses import LONGEST_PAUSE_S
from monitoring.registry import EngineMetrics
from schemas.errors import Refused, Retryable


class Kafka:
    """Answers, is away, or says no."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None

    def __call__(self) -> str:
        if self.trouble is not None:
            raise self.trouble
        return "here"


class Sleeps:
    """Counts the seconds asked for."""

    def __init__(self) -> None:
        self.slept = 0.0

    def __call__(self, seconds: float) -> None:
        self.slept += seconds


def ready() -> Health:
    health = Health()
    health.ready()
    return health


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_kafka_away_is_said_once_and_taken_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    kafka, health, registry = Kafka(), ready(), CollectorRegistry()
    watch = KafkaWatch(kafka, health, kafka_up(registry))
    watch.look()
    assert (health.view().ready, registry.get_sample_value("jangkau_kafka_up")) == (True, 1)
    kafka.trouble = Retryable("describing the cluster: timed out")
    for _ in range(5):
        watch.look()
        health.ready()  # a loop with nothing to do goes on saying that it is well
    assert health.view().reasons == (KAFKA_AWAY,)
    assert registry.get_sample_value("jangkau_kafka_up") == 0
    kafka.trouble = None
    watch.look()
    assert (health.view().ready, registry.get_sample_value("jangkau_kafka_up")) == (True, 1)
    assert lines(caplog) == [
        "Kafka does not answer, waiting: describing the cluster: timed out",
        "Kafka answers again",
    ]


def test_a_no_is_an_answer() -> None:
    kafka, health = Kafka(), ready()
    kafka.trouble = Refused("CLUSTER_AUTHORIZATION_FAILED")
    KafkaWatch(kafka, health, kafka_up(CollectorRegistry())).look()
    assert health.view().ready


def waits(
    patience: Patience, sleeps: Sleeps, why: str, stopping: Callable[[], bool] = lambda: False
) -> float:
    before = sleeps.slept
    patience.wait(Retryable(why), stopping)
    return sleeps.slept - before


def test_pauses_grow_to_a_longest_and_begin_anew(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    health, registry, sleeps = ready(), CollectorRegistry(), Sleeps()
    patience = Patience(health, EngineMetrics(registry).waiting, lambda moment: True, sleeps)
    assert [waits(patience, sleeps, "no broker") for _ in range(6)] == [0.5, 1, 2, 4, 5, 5]
    assert health.view().reasons == ("waiting for Kafka or the registry: no broker",)
    assert registry.get_sample_value("jangkau_engine_waiting") == 1
    assert waits(patience, sleeps, "no registry") == LONGEST_PAUSE_S
    patience.goes_on()
    patience.goes_on()
    assert registry.get_sample_value("jangkau_engine_waiting") == 0
    assert waits(patience, sleeps, "no registry") == 0.5
    assert lines(caplog) == [
        "waiting for Kafka or the registry: no broker",
        "waiting for Kafka or the registry: no registry",
        "goes on",
        "waiting for Kafka or the registry: no registry",
    ]


def test_reading_nothing_is_no_sign_of_kafka() -> None:
    """A turn that goes well ends the waiting only after Kafka has answered a question put since."""
    kafka, health, registry, sleeps = Kafka(), ready(), CollectorRegistry(), Sleeps()
    watch = KafkaWatch(kafka, health, kafka_up(registry))
    patience = Patience(health, EngineMetrics(registry).waiting, watch.answered_since, sleeps)
    watch.look()
    pauses = []
    for _ in range(4):
        pauses.append(waits(patience, sleeps, "no broker"))
        patience.goes_on()
        health.ready()  # as a turn says that had nothing to do
        assert registry.get_sample_value("jangkau_engine_waiting") == 1
        assert health.view().reasons == ("waiting for Kafka or the registry: no broker",)
    assert pauses == [0.5, 1, 2, 4]
    watch.look()
    patience.goes_on()
    assert registry.get_sample_value("jangkau_engine_waiting") == 0
    assert health.view().ready
    assert waits(patience, sleeps, "no broker") == 0.5


def test_a_pause_ends_when_told_to_stop() -> None:
    sleeps = Sleeps()
    patience = Patience(ready(), EngineMetrics(CollectorRegistry()).waiting, lambda moment: True, sleeps)
    for _ in range(5):
        waits(patience, sleeps, "no broker")
    assert waits(patience, sleeps, "no broker", lambda: True) == 0
