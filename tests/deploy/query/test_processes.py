"""Which processes run, and what those that have a window say."""

import os
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from deploy.identity import ProcessIdentity, myself
from deploy.query.processes import Report, ask, views
from deploy.supervision.record import ProcessRecord
from monitoring.exporter import Exporter
from monitoring.liveness import Health
from monitoring.runfile import RunFile

_ME = myself()
_READY = Report(_ME.pid, True, ())


def _record(name: str, identity: ProcessIdentity | None = _ME) -> ProcessRecord:
    return ProcessRecord(name, identity, f"{name}.log", restarts=2)


def test_a_kept_process_with_its_window() -> None:
    run = RunFile("engine-0", _ME.pid, 1, started=100.0)
    (view,) = views([_record("engine-0")], [run], 160.0, lambda port: _READY)
    assert (view.alive, view.ready, view.uptime_s, view.restarts) == (True, True, 60.0, 2)


def test_one_that_has_ended_is_not_asked() -> None:
    def never(port: int) -> Report | None:
        raise AssertionError("asked a process that is not there")

    gone = ProcessIdentity(_ME.pid, "another beginning")
    stale = RunFile("engine-0", _ME.pid, 1, started=100.0)
    (view,) = views([_record("engine-0", gone)], [stale], 160.0, never)
    assert (view.alive, view.ready, view.uptime_s) == (False, None, None)


def test_one_whose_run_file_is_not_written_yet_is_starting() -> None:
    earlier = RunFile("engine-0", _ME.pid + 1, 1, started=100.0)
    (view,) = views([_record("engine-0")], [earlier], 160.0, lambda port: _READY)
    assert (view.alive, view.ready, view.reasons) == (True, False, ("starting",))


def test_broker_and_registry_need_no_window() -> None:
    seen = views([_record("kafka"), _record("registry")], [], 160.0, lambda port: None)
    assert [view.ready for view in seen] == [True, True]


@pytest.mark.parametrize("report", [None, Report(_ME.pid + 1, True, ())])
def test_silence_or_a_stranger_on_the_port_is_no_answer(report: Report | None) -> None:
    run = RunFile("engine-0", _ME.pid, 1, started=100.0)
    (view,) = views([_record("engine-0")], [run], 160.0, lambda port: report)
    assert (view.alive, view.ready) == (True, None)


def test_one_without_supervisor_is_seen_by_its_run_file() -> None:
    run = RunFile("engine-3", _ME.pid, 1, started=100.0)
    (view,) = views([], [run], 160.0, lambda port: Report(_ME.pid, False, ("no business date",)))
    assert (view.name, view.alive, view.ready, view.reasons) == (
        "engine-3",
        True,
        False,
        ("no business date",),
    )


def test_asking_a_real_window(tmp_path: Path) -> None:
    health = Health()
    exporter = Exporter("engine-0", CollectorRegistry(), health, run_dir=tmp_path, started=0.0)
    port = exporter.start()
    try:
        assert ask(port) == Report(os.getpid(), False, ("starting",))
        health.ready()
        assert ask(port) == Report(os.getpid(), True, ())
    finally:
        exporter.stop()
    assert ask(port) is None
