"""The files by which Prometheus finds each process."""

import json
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from monitoring import targets
from monitoring.exporter import Exporter
from monitoring.liveness import Health


def written(run_dir: Path) -> dict[str, object]:
    found = targets.targets_dir(run_dir).glob("*")
    return {path.name: json.loads(path.read_text("utf-8")) for path in found}


def test_a_process_says_where_it_is_from_start_to_stop(tmp_path: Path) -> None:
    exporter = Exporter("engine-12", CollectorRegistry(), Health(), run_dir=tmp_path, started=1.0)
    port = exporter.start()
    labels = {"instance": "engine-12", "role": "engine"}
    assert written(tmp_path) == {"engine-12.json": [{"targets": [f"127.0.0.1:{port}"], "labels": labels}]}
    exporter.stop()
    assert written(tmp_path) == {}


def test_one_that_died_is_still_missed_and_a_new_one_takes_its_place(tmp_path: Path) -> None:
    targets.write(tmp_path, "control", 1)
    targets.write(tmp_path, "control", 2)
    (there,) = written(tmp_path).values()
    assert isinstance(there, list)
    assert there[0]["targets"] == ["127.0.0.1:2"]
    targets.remove(tmp_path, "control", 1)
    assert list(written(tmp_path)) == ["control.json"], "the successor's file stays"
    targets.remove(tmp_path, "control", 2)
    targets.remove(tmp_path, "control", 2)
    assert written(tmp_path) == {}


@pytest.mark.parametrize("alive", [{"control"}, set(), {"gateway", "control", "engine-0"}])
def test_the_dead_are_forgotten_when_a_hub_starts_or_stops(tmp_path: Path, alive: set[str]) -> None:
    targets.keep(tmp_path, alive)
    for number, name in enumerate(("engine-0", "control")):
        targets.write(tmp_path, name, number)
    targets.keep(tmp_path, alive)
    assert set(written(tmp_path)) == {f"{name}.json" for name in {"engine-0", "control"} & alive}
