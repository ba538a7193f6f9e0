"""The demo's way to the console: its address, and a hub that stays up until somebody has seen enough."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from deploy.demo.console import console_address, stay
from deploy.errors import ProcessDied
from deploy.supervision.hub import Hub
from deploy.supervision.record import RunFolder
from deploy.supervision.signals import stop_on_signals


def _hub(folder: Path, seconds: float) -> Hub:
    """A hub as far as its process goes."""
    process = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({seconds})"])
    return Hub(RunFolder(folder / "run"), process, folder / "hub.log", 0)


def test_it_stays_until_the_hub_is_stopped_from_elsewhere(tmp_path: Path) -> None:
    hub = _hub(tmp_path, 0.0)
    stay(hub)
    assert hub.process.poll() == 0


def test_ctrl_c_is_the_usual_end(tmp_path: Path) -> None:
    hub = _hub(tmp_path, 600.0)
    try:
        with stop_on_signals():
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
            stay(hub)
        assert hub.process.poll() is None, "what to do with the hub is for others to say"
    finally:
        hub.process.kill()
        hub.process.wait()


def test_a_hub_that_ends_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))
    began = time.monotonic()

    def tend() -> None:
        if time.monotonic() - began > 0.5:
            raise ProcessDied("the hub has ended by itself")

    with pytest.raises(ProcessDied):
        console_address(tend)
