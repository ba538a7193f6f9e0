"""Ties a child process to its parent: when the parent is gone, however it died, so is the child.

Run as a script by `deploy.process`, never imported by the hub's processes:

    python -I -S tether.py exec|watch PARENT_PID PROGRAM ARGUMENT…

`exec` (Linux) asks the kernel for SIGKILL at the parent's death and becomes the program, so the
process id is the program's own. `watch` (elsewhere) stays as a thin parent of the program.
Only the standard library, and as little of it as will do: this starts before every child.
"""

import os
import signal
import sys
import time

_PR_SET_PDEATHSIG = 1
_WATCH_INTERVAL_S = 0.25
_PARENT_GONE = 125


def become(parent: int, argv: list[str]) -> None:
    """Replace this process by `argv`, to be killed when the thread that started it ends."""
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel knew about the wish
        sys.exit(_PARENT_GONE)
    os.execv(argv[0], argv)


def watch(parent: int, argv: list[str]) -> int:
    """Run `argv`, pass SIGTERM on, kill it when the parent is gone; returns its exit code."""
    child = os.posix_spawn(argv[0], argv, os.environ)
    signal.signal(signal.SIGTERM, lambda signum, _: os.kill(child, signum))
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) & 0xFF
        if os.getppid() != parent:
            os.kill(child, signal.SIGKILL)
        time.sleep(_WATCH_INTERVAL_S)


if __name__ == "__main__":
    mode, parent_pid, *program = sys.argv[1:]
    if mode == "exec":
        become(int(parent_pid), program)
    sys.exit(watch(int(parent_pid), program))
