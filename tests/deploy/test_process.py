import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.identity import identify, myself
from deploy.process import Child, stop_all
from tests.deploy.waiting import wait_until

_TETHER = Path(__file__).parents[2] / "deploy" / "tether.py"
_DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('deaf', flush=True)
time.sleep(600)
"""


_GOING = """
import signal, time
def go(*_):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    time.sleep(1)
    raise SystemExit(0)
signal.signal(signal.SIGTERM, go)
print('here', flush=True)
time.sleep(600)
"""


def python(tmp_path: Path, code: str) -> Child:
    return Child("worker", [sys.executable, "-c", code], tmp_path / "logs" / "worker.log")


def test_a_child_that_hears_is_stopped_and_its_output_kept(tmp_path: Path) -> None:
    child = python(tmp_path, "import time; print('one', flush=True); time.sleep(600)")
    child.start()
    wait_until(lambda: "one" in child.log_since_start(), "it has printed")
    child.stop(60)
    assert child.exit_code() == -signal.SIGTERM
    assert not child.running()


def test_a_deaf_child_is_killed_after_the_deadline(tmp_path: Path) -> None:
    child = python(tmp_path, _DEAF)
    child.start()
    wait_until(lambda: "deaf" in child.log_since_start(), "it ignores SIGTERM")
    child.stop(0.1)
    assert child.exit_code() == -signal.SIGKILL


def test_of_several_each_is_asked_once(tmp_path: Path) -> None:
    children = [python(tmp_path / name, code) for name, code in (("a", _GOING), ("b", _GOING))]
    for child in children:
        child.start()
    wait_until(lambda: all("here" in child.log_since_start() for child in children), "both listen")
    quick = python(tmp_path / "c", "pass")
    quick.start()
    stop_all([quick, *children], 60)
    assert [child.exit_code() for child in children] == [0, 0]


def test_a_suspended_child_can_be_stopped(tmp_path: Path) -> None:
    child = python(tmp_path, "import time; print('one', flush=True); time.sleep(600)")
    child.start()
    wait_until(lambda: "one" in child.log_since_start(), "it has printed")
    assert child.pid is not None
    os.kill(child.pid, signal.SIGSTOP)
    child.stop(60)
    assert child.exit_code() == -signal.SIGTERM


def test_the_log_of_a_start_begins_at_that_start(tmp_path: Path) -> None:
    child = python(tmp_path, "print('hello')")
    for _ in range(2):
        child.start()
        wait_until(lambda: not child.running(), "it has ended")
        assert child.log_since_start() == "hello\n"
    assert child.log.read_text() == "hello\nhello\n"


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no-such-program"):
        Child("worker", ["no-such-program"], tmp_path / "log").start()


@pytest.mark.parametrize("mode", ["exec", "watch"])
def test_a_child_does_not_outlive_its_parent(mode: str) -> None:
    if mode == "exec" and sys.platform != "linux":
        pytest.skip("the kernel of this system cannot be asked")
    sleeper = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    parent_code = f"""
import os, subprocess, sys, time
tether = [sys.executable, {str(_TETHER)!r}, {mode!r}, str(os.getpid())]
subprocess.Popen([*tether, sys.executable, "-c", {sleeper!r}])
time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", parent_code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = identify(int(parent.stdout.readline()))
    assert child is not None
    assert child.alive()
    parent.kill()
    parent.wait()
    wait_until(lambda: not child.alive(), "the child is gone")
    parent.stdout.close()


def test_a_watched_program_gets_the_signal_and_gives_its_exit_code() -> None:
    code = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); print(flush=True)"
    )
    tether = subprocess.Popen(
        [
            sys.executable,
            str(_TETHER),
            "watch",
            str(os.getpid()),
            sys.executable,
            "-c",
            code + "; time.sleep(600)",
        ],
        stdout=subprocess.PIPE,
    )
    assert tether.stdout is not None
    tether.stdout.readline()
    tether.terminate()
    assert tether.wait() == 7
    tether.stdout.close()


def test_a_process_is_known_by_its_id_and_its_start() -> None:
    me = myself()
    assert me.alive()
    assert me.pid == os.getpid()
    assert identify(me.pid) == me
    assert not type(me)(me.pid, "another start").alive()


def test_an_ended_process_is_not_alive_even_before_it_is_reaped() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    wait_until(lambda: identify(child.pid) is None, "it has ended")
    child.wait()
