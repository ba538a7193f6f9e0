"""The loop around an engine: what ends it, though each of its turns goes well."""

import gc
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from connectors.kafka.config import KafkaConfig
from deploy.cli.rendering import FAILED, exit_code
from deploy.compose.engine import EngineProcess
from deploy.compose.fences import FenceCount
from deploy.compose.lag import LagWatch
from deploy.compose.membership import MembershipWatch
from deploy.compose.outside import KafkaWatch, Patience
from monitoring.exporter import Exporter
from monitoring.handles_outside import kafka_up
from monitoring.liveness import Health
from monitoring.registry import EngineMetrics, process_registry
from schemas.errors import Retryable
from schemas.records import TopicPartition
from streams.engine.engine import Engine
from streams.engine.owned import Owned


class IdleEngine:
    """Its turns find nothing to do."""

    def __init__(self) -> None:
        self.owned: dict[int, Owned] = {}
        self.assigned: set[TopicPartition] = set()
        self.waits = False

    def start(self) -> None:
        pass

    def step(self) -> None:
        time.sleep(0.001)

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def garbage() -> Iterator[None]:
    """The loop collects it by hand; the tests after this one do not."""
    yield
    gc.unfreeze()
    gc.enable()


def process(tmp_path: Path, given: set[TopicPartition] | None) -> EngineProcess:
    """An engine of which Kafka says this, and that takes a tenth of a second for two minutes."""
    registry, health, idle = process_registry(), Health(), IdleEngine()
    metrics = EngineMetrics(registry)
    kafka = KafkaWatch(lambda: "here", health, kafka_up(registry))
    patience = Patience(health, metrics.waiting, kafka.answered_since)
    return EngineProcess(
        cast(Engine, idle),
        Exporter("engine-0", registry, health, run_dir=tmp_path / "run", started=time.time()),
        LagWatch(KafkaConfig("127.0.0.1:1"), idle, metrics.lag),
        kafka,
        MembershipWatch(
            lambda: given,
            idle,
            health,
            metrics.group_member,
            lambda: patience.waits,
            every_s=0.01,
            lost_after_s=0.1,
        ),
        patience,
        FenceCount(tmp_path / "fenced-0"),
    )


def test_an_engine_lost_by_its_group_ends_with_code_1(tmp_path: Path) -> None:
    end = time.monotonic() + 60.0
    with pytest.raises(Retryable, match="members of its group") as caught:
        process(tmp_path, None).run(lambda: time.monotonic() > end)
    assert exit_code(caught.value) == FAILED == 1


def test_an_engine_with_nothing_to_do_runs_until_told_to_stop(tmp_path: Path) -> None:
    end = time.monotonic() + 0.5
    process(tmp_path, set()).run(lambda: time.monotonic() > end)
