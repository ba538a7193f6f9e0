"""The exporter over real HTTP, and its run file."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from monitoring import runfile
from monitoring.exporter import Exporter
from monitoring.liveness import Health
from monitoring.registry import EngineMetrics
from monitoring.runfile import RunFile
from schemas.errors import Refused


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    return Health(stale_after_s=30, clock=clock)


@pytest.fixture
def served(tmp_path: Path, health: Health) -> Iterator[str]:
    registry = CollectorRegistry()
    EngineMetrics(registry).sweeps.inc()
    exporter = Exporter("engine-0", registry, health, run_dir=tmp_path / "run", started=1.5)
    port = exporter.start()
    yield f"http://127.0.0.1:{port}"
    exporter.stop()
    exporter.stop()
    assert runfile.read_all(tmp_path / "run") == []


def test_metrics_parse_as_prometheus_text(served: str) -> None:
    answer = httpx.get(f"{served}/metrics")
    assert answer.status_code == 200
    values = {
        sample.name: sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if not sample.labels
    }
    assert values["jangkau_engine_sweeps_total"] == 1


def test_open_metrics_when_asked_for(served: str) -> None:
    answer = httpx.get(f"{served}/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_starting_is_alive_but_not_ready(served: str) -> None:
    assert httpx.get(f"{served}/healthz").status_code == 200
    answer = httpx.get(f"{served}/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "name": "engine-0",
        "pid": os.getpid(),
        "alive": True,
        "ready": False,
        "reasons": ["starting"],
        "notes": [],
        "beat_age_seconds": 0.0,
    }


def test_ready_and_its_reasons(served: str, health: Health) -> None:
    health.not_ready("no business date", "restoring partition 3")
    assert httpx.get(f"{served}/readyz").json()["reasons"] == ["no business date", "restoring partition 3"]
    health.ready()
    assert httpx.get(f"{served}/readyz").status_code == 200


def test_a_loop_that_stands_still_is_neither_alive_nor_ready(
    served: str, health: Health, clock: Clock
) -> None:
    health.ready()
    clock.now = 31.0
    assert httpx.get(f"{served}/healthz").status_code == 503
    answer = httpx.get(f"{served}/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["main loop silent for 31 s"]
    health.beat()
    assert httpx.get(f"{served}/readyz").status_code == 200


def test_other_paths_name_the_known_ones(served: str) -> None:
    answer = httpx.get(f"{served}/admin?x=1")
    assert answer.status_code == 404
    assert "/readyz" in answer.text
    assert httpx.get(f"{served}/healthz?verbose=1").status_code == 200


def test_run_file_tells_pid_and_port(served: str, tmp_path: Path) -> None:
    content = json.loads((tmp_path / "run" / "engine-0.json").read_text())
    port = int(served.rpartition(":")[2])
    assert content == {"name": "engine-0", "pid": os.getpid(), "port": port, "started": 1.5}
    assert [path.name for path in (tmp_path / "run").glob("*.json")] == ["engine-0.json"]


def test_a_taken_port_is_refused_with_what_to_do(served: str, tmp_path: Path, health: Health) -> None:
    port = int(served.rpartition(":")[2])
    second = Exporter(
        "engine-1", CollectorRegistry(), health, run_dir=tmp_path / "run", started=2.0, port=port
    )
    with pytest.raises(Refused) as caught:
        second.start()
    assert str(port) in str(caught.value)
    assert caught.value.remedy


def test_a_run_file_of_a_successor_is_left_alone(tmp_path: Path) -> None:
    mine, successor = RunFile("engine-0", 10, 1000, 1.0), RunFile("engine-0", 11, 1001, 2.0)
    runfile.write(tmp_path, mine)
    runfile.write(tmp_path, successor)
    runfile.remove(tmp_path, mine)
    assert runfile.read_all(tmp_path) == [successor]


def test_a_broken_run_file_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "control.json").write_text('{"name": "control"')
    runfile.write(tmp_path, RunFile("engine-0", 10, 1000, 1.0))
    assert [run.name for run in runfile.read_all(tmp_path)] == ["engine-0"]
    assert runfile.read_all(tmp_path / "absent") == []
