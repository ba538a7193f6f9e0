"""A supervisor with real child processes, on an external cluster nobody asks anything of."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.errors import HubNotRunning, HubRunning
from deploy.identity import ProcessIdentity, identify
from deploy.supervision.hub import Hub, hub_cluster, running_hub, stop_hub
from deploy.supervision.record import HubRecord, HubState, ProcessRecord, RunFolder
from deploy.supervision.stray import end_strays
from monitoring import runfile, targets
from monitoring.runfile import RunFile
from schemas.errors import Refused
from tests.deploy.waiting import wait_until

SLEEP = "import time; print('up', flush=True); time.sleep(600)"

# Stands in for `jangkau supervise`: the same Supervisor, with children of the test's choosing.
_SUPERVISE = """
import logging, os, signal, sys, threading
from pathlib import Path
from deploy.cluster import Cluster
from deploy.process import Child
from deploy.supervision.hub import LOGGER, PROCESS, watch_lifeline
from deploy.supervision.signals import stop_on_signals
from deploy.supervision.supervisor import Supervisor
from monitoring.logs import log_handler, switch_on
from schemas.errors import Refused

data_dir, children, prepare = Path(sys.argv[1]), eval(sys.argv[2]), sys.argv[3]

def start(cluster):
    return [
        Child(name, [sys.executable, "-c", code], data_dir / "logs" / f"{name}.log")
        for name, code in children.items()
    ]

def prepared(cluster):
    if prepare:
        raise Refused(prepare, remedy="ask an operator")

def follow():
    if watch_lifeline(0):
        os.kill(os.getpid(), signal.SIGTERM)

with stop_on_signals():
    threading.Thread(target=follow, daemon=True).start()
    cluster = Cluster("127.0.0.1:1", "http://127.0.0.1:2")
    switch_on(log_handler(PROCESS, "json", tracebacks=False), "INFO")
    log = logging.getLogger(LOGGER)
    Supervisor(data_dir, None, cluster, prepared, start, log.info, log.warning).run()
"""


@contextmanager
def supervised(data_dir: Path, children: Mapping[str, str], prepare: str = "") -> Iterator[Hub]:
    run = RunFolder(data_dir / "run")
    data_dir.mkdir(exist_ok=True)
    log = data_dir / "hub.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", _SUPERVISE, str(data_dir), repr(dict(children)), prepare],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    hub = Hub(run, process, log, 0)
    try:
        yield hub
    finally:
        hub.stop()
        if process.stdin:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()


def child(hub: Hub, name: str) -> ProcessRecord:
    record = hub.run.read()
    assert record is not None
    return next(process for process in record.processes if process.name == name)


def identity(hub: Hub, name: str) -> ProcessIdentity:
    found = child(hub, name).identity
    assert found is not None
    return found


def test_children_run_until_the_hub_is_stopped(tmp_path: Path) -> None:
    with supervised(tmp_path, {"engine-0": SLEEP, "control": SLEEP}) as hub:
        record = hub.await_running()
        assert [process.name for process in record.processes] == ["engine-0", "control"]
        assert hub_cluster(tmp_path).bootstrap_servers == "127.0.0.1:1"
        children = [identity(hub, "engine-0"), identity(hub, "control")]
        assert all(each.alive() for each in children)
        stop_hub(tmp_path)
        assert not any(each.alive() for each in children)
        with pytest.raises(HubNotRunning, match="no hub runs"):
            running_hub(tmp_path)
        ended = hub.run.read()
        assert ended is not None
        assert ended.state is HubState.STOPPED


def test_a_crashed_child_is_started_again_and_the_others_stay(tmp_path: Path) -> None:
    with supervised(tmp_path, {"engine-0": SLEEP, "control": SLEEP}) as hub:
        hub.await_running()
        killed, other = identity(hub, "engine-0"), identity(hub, "control")
        os.kill(killed.pid, signal.SIGKILL)
        wait_until(lambda: child(hub, "engine-0").identity not in (killed, None), "it runs again")
        assert child(hub, "engine-0").restarts == 1
        assert identity(hub, "control") == other
        assert "engine-0 was killed by signal 9; starting it again in 0.5 s" in hub.log.read_text()


def lines(hub: Hub, about: str) -> list[dict[str, Any]]:
    """What the supervisor has written about a child."""
    told = [json.loads(line) for line in hub.log.read_text().splitlines()]
    return [line for line in told if line.get("child") == about]


def test_what_happens_to_children_is_in_the_log_and_the_command_that_waits_hears_it(tmp_path: Path) -> None:
    with supervised(tmp_path, {"engine-0": SLEEP, "control": "raise SystemExit(3)"}) as hub:
        heard: list[str] = []
        hub.await_running(heard.append)
        assert heard[-1] == "all processes are started"
        assert "engine-0 started" in heard
        killed = identity(hub, "engine-0")
        os.kill(killed.pid, signal.SIGKILL)
        wait_until(lambda: len(lines(hub, "engine-0")) == 3, "it runs again")
        started, ended, again = lines(hub, "engine-0")
        assert (started["message"], started["pid"], started["level"]) == (
            "engine-0 started",
            killed.pid,
            "INFO",
        )
        assert (ended["level"], ended["exit_code"], ended["restarts"]) == ("WARNING", -9, 1)
        assert (again["message"], again["restarts"]) == ("engine-0 started again", 1)
        assert again["pid"] not in (killed.pid, None)
        wait_until(lambda: len(lines(hub, "control")) == 2, "the other one has refused")
        _, refused = lines(hub, "control")
        assert "refuses to go on and needs an operator" in refused["message"]
        assert (refused["level"], refused["exit_code"]) == ("WARNING", 3)


def test_a_child_that_refuses_is_left_for_an_operator(tmp_path: Path) -> None:
    with supervised(tmp_path, {"engine-0": "raise SystemExit(3)", "control": SLEEP}) as hub:
        hub.await_running()
        wait_until(lambda: child(hub, "engine-0").refused, "it has refused")
        assert child(hub, "engine-0").restarts == 0
        assert identity(hub, "control").alive()


def test_who_died_under_a_former_hub_is_no_longer_missed(tmp_path: Path) -> None:
    for name in ("engine-3", "sink"):
        targets.write(tmp_path / "run", name, 1)
    runfile.write(tmp_path / "run", RunFile("sink", os.getpid(), 1, 0.0))  # one that runs by itself
    with supervised(tmp_path, {"control": SLEEP}) as hub:
        hub.await_running()
        left = targets.targets_dir(tmp_path / "run")
        assert [path.name for path in left.iterdir()] == ["sink.json"]


def test_a_second_hub_on_the_folder_is_told_which_one_runs(tmp_path: Path) -> None:
    with supervised(tmp_path, {"control": SLEEP}) as hub:
        hub.await_running()
        with pytest.raises(HubRunning, match=rf"\(pid {hub.process.pid}\)") as caught:
            Hub.start(tmp_path, [], tied=False)
        assert "jangkau down" in (caught.value.remedy or "")
        assert running_hub(tmp_path).supervisor.pid == hub.process.pid


def test_a_tied_hub_ends_with_its_starter_and_a_released_one_does_not(tmp_path: Path) -> None:
    with supervised(tmp_path / "tied", {"control": SLEEP}) as hub:
        hub.await_running()
        left = identity(hub, "control")
        assert hub.process.stdin is not None
        hub.process.stdin.close()
        wait_until(lambda: hub.process.poll() is not None, "the supervisor has ended")
        assert not left.alive()
    with supervised(tmp_path / "released", {"control": SLEEP}) as hub:
        hub.await_running()
        hub.release()
        os.kill(identity(hub, "control").pid, signal.SIGKILL)
        wait_until(lambda: child(hub, "control").restarts == 1, "it is still looked after")
        assert hub.process.poll() is None


def test_children_of_a_killed_supervisor_do_not_stay(tmp_path: Path) -> None:
    with supervised(tmp_path, {"control": SLEEP}) as hub:
        hub.await_running()
        left = identity(hub, "control")
        hub.process.kill()
        hub.process.wait()
        wait_until(lambda: not left.alive(), "the child is gone")
        with pytest.raises(HubNotRunning):
            stop_hub(tmp_path)


def test_what_keeps_a_hub_from_starting_is_told_with_its_remedy(tmp_path: Path) -> None:
    with supervised(tmp_path, {"control": SLEEP}, prepare="the control log is shorter than the state") as hub:
        with pytest.raises(Exception, match="the control log is shorter than the state") as caught:
            hub.await_running()
        assert getattr(caught.value, "remedy", None) == "ask an operator"
        record = hub.run.read()
        assert record is not None
        assert record.state is HubState.FAILED
        assert Refused.__name__ in hub.log.read_text()


def test_only_a_process_that_is_still_the_same_is_ended(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        real = identify(process.pid)
        assert real is not None
        recycled = ProcessIdentity(process.pid, "an earlier start")
        said: list[str] = []
        for each in (recycled, None):
            end_strays(_record(each), said.append)
        assert process.poll() is None
        assert said == []
        end_strays(_record(real), said.append)
        assert process.wait() == -signal.SIGKILL
        assert said == [f"ending engine-0 (pid {process.pid}), left by an earlier hub"]


def _record(identity: ProcessIdentity | None) -> HubRecord:
    process = ProcessRecord("engine-0", identity, "engine-0.log")
    return HubRecord(HubState.RUNNING, ProcessIdentity(1, "then"), processes=(process,))


def test_a_record_that_cannot_be_written_does_not_end_the_hub(tmp_path: Path) -> None:
    """As on a full disk: what crashed is started again all the same, and the record is right again later."""
    with supervised(tmp_path, {"engine-0": SLEEP}) as hub:
        hub.await_running()
        first = identity(hub, "engine-0")
        in_the_way = tmp_path / "run" / "hub.tmp"
        in_the_way.mkdir()
        os.kill(first.pid, signal.SIGKILL)
        log = tmp_path / "hub.log"
        wait_until(lambda: "the record of the hub cannot be written" in log.read_text(), "it says so")
        in_the_way.rmdir()
        wait_until(lambda: child(hub, "engine-0").restarts == 1, "the record is written again")
        wait_until(lambda: child(hub, "engine-0").identity not in (None, first), "it was started again")
        assert hub.process.poll() is None
