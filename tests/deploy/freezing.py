"""A process made to stand still, as it does under a debugger or on a machine that hangs."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.waiting import wait_until


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """The process does nothing within this block.

    The signal alone does not say so: on a busy machine its threads may run on until each is scheduled again.
    """
    os.kill(pid, signal.SIGSTOP)
    try:
        wait_until(lambda: _stands_still(pid), "every thread has stopped")
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _stands_still(pid: int) -> bool:
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.exists():
        state = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True)
        return state.stdout.startswith("T")
    try:
        states = [(task / "stat").read_text().rpartition(")")[2].split()[0] for task in tasks.iterdir()]
    except (FileNotFoundError, ProcessLookupError):
        return False  # a thread ended while it was looked at: look again
    return all(state == "T" for state in states)
