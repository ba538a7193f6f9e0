"""The demo with two engines, everything killed or frozen once while it plays: the check finds no fault.

The demo's own check covers every verdict (law 1), seq (law 3), receipts (law 4) and totals (law 5) in SQL.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.supervision.record import RunFolder
from tests.deploy.waiting import wait_until
from tests.e2e.commands import environment

pytestmark = [pytest.mark.broker, pytest.mark.timeout(600)]

LONGER_THAN_THE_SESSION_S = 9.0
"""The embedded broker gives a silent engine up after six seconds."""

_PLAY = ("demo", "--population", "3%", "--months", "6", "--engines", "2", "--seed", "11")


def _pid(data_dir: Path, name: str) -> int | None:
    """The process that the supervisor says runs under this name now."""
    record = RunFolder(data_dir / "demo" / "run").read()
    for process in record.processes if record else ():
        if process.name == name and process.identity is not None and process.identity.alive():
            return process.identity.pid
    return None


def _strike(data_dir: Path, name: str, number: signal.Signals) -> None:
    wait_until(lambda: _pid(data_dir, name) is not None, f"{name} runs")
    pid = _pid(data_dir, name)
    assert pid is not None
    os.kill(pid, number)


def test_a_year_under_fire_ends_with_everything_right(tmp_path: Path) -> None:
    out = tmp_path / "said"
    with out.open("w") as file:
        demo = subprocess.Popen(
            [sys.executable, "-m", "jangkau", *_PLAY],
            env=environment(tmp_path),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: "FULL" in out.read_text("utf-8"), "the first publication has begun")
        _strike(tmp_path, "engine-0", signal.SIGKILL)
        time.sleep(3)
        _strike(tmp_path, "control", signal.SIGKILL)
        _strike(tmp_path, "engine-1", signal.SIGSTOP)
        time.sleep(LONGER_THAN_THE_SESSION_S)
        _strike(tmp_path, "engine-1", signal.SIGCONT)
        time.sleep(3)
        _strike(tmp_path, "engine-1", signal.SIGKILL)
        code = demo.wait(400)
    finally:
        demo.terminate()
        demo.wait(60)
    said = out.read_text("utf-8")
    assert code == 0, said
    assert "Semua benar. / Everything is right." in said
