"""The random histories once more, on real Kafka: fewer, since everything takes time there."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from deploy.cluster import Cluster
from tests.broker.kafka_histories import OnKafka
from tests.property.histories.logs import HistoryLog
from tests.property.histories.machine import Histories

pytestmark = pytest.mark.broker

EXAMPLES = int(os.environ.get("HISTORIES_ON_KAFKA", "10"))
STEPS = int(os.environ.get("HISTORIES_STEPS", "12"))


@pytest.fixture
def logs(embedded: Cluster) -> Iterator["Logs"]:
    made = Logs(embedded.bootstrap_servers)
    yield made
    made.close()


class Logs:
    """One log at a time."""

    def __init__(self, servers: str) -> None:
        self._servers = servers
        self._open: list[OnKafka] = []

    def new(self, partitions: int) -> OnKafka:
        self.close()
        self._open.append(OnKafka(self._servers, partitions))
        return self._open[0]

    def close(self) -> None:
        while self._open:
            self._open.pop().close()


def test_the_laws_hold_after_any_history(logs: Logs) -> None:
    class OnRealKafka(Histories):
        def log(self, partitions: int) -> HistoryLog:
            return logs.new(partitions)

    run_state_machine_as_test(
        OnRealKafka,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
