"""Child processes with a log file, a clean stop and no way to outlive us."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_TETHER = Path(__file__).with_name("tether.py")
_TETHER_MODE = "exec" if sys.platform == "linux" else "watch"
_LOG_KEPT_BYTES = 20 * 1024 * 1024


@dataclass
class Child:
    """One program run as a child: start it, watch it, stop it.

    The child gets its own session, so a Ctrl-C at the terminal reaches us and not the child; it is
    killed by the kernel when the thread that called `start` ends, so call it from one that stays.
    Output goes to `log`, which is appended to and set aside as `<log>.1` when it has grown large.
    """

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    _popen: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)
    _log_start: int = field(default=0, init=False, repr=False)

    def start(self) -> None:
        """Start the program. Raises OSError if it cannot be found."""
        program = shutil.which(self.argv[0])
        if program is None:
            raise FileNotFoundError(self.argv[0])
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_KEPT_BYTES:
            self.log.replace(self.log.with_name(self.log.name + ".1"))
        tether = [sys.executable, "-I", "-S", str(_TETHER), _TETHER_MODE, str(os.getpid())]
        with self.log.open("ab") as out:
            self._log_start = out.tell()
            self._popen = subprocess.Popen(
                [*tether, program, *self.argv[1:]],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.env},
                cwd=self.cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int | None:
        """Process id of the last start, None before the first."""
        return self._popen.pid if self._popen else None

    def exit_code(self) -> int | None:
        """None while it runs or before the first start; negative: ended by that signal."""
        return self._popen.poll() if self._popen else None

    def running(self) -> bool:
        """True between a start and the end of the program."""
        return self._popen is not None and self._popen.poll() is None

    def signal_stop(self) -> None:
        """Ask it to end (SIGTERM) without waiting; a stopped process is woken to hear it."""
        if self.running() and self._popen:
            self._popen.terminate()
            self._popen.send_signal(signal.SIGCONT)

    def stop(self, deadline_s: float) -> None:
        """Ask it to end, and after `deadline_s` end it. Returns when the process is gone."""
        self.signal_stop()
        self.await_end(deadline_s)

    def await_end(self, deadline_s: float) -> None:
        """Wait for its end without asking (again), and after `deadline_s` end it."""
        if self._popen is None:
            return
        try:
            self._popen.wait(deadline_s)
        except subprocess.TimeoutExpired:
            os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()

    def log_since_start(self, limit_bytes: int = 200_000) -> str:
        """What the program has printed since its last start, at most the last `limit_bytes`."""
        with self.log.open("rb") as out:
            out.seek(0, os.SEEK_END)
            out.seek(max(self._log_start, out.tell() - limit_bytes))
            return out.read().decode("utf-8", "replace")


def stop_all(children: Sequence[Child], deadline_s: float) -> None:
    """Stop several children at once: all are asked first, then awaited within one deadline.

    Each is asked once: a second SIGTERM would kill a program that is just going away by itself.
    """
    for child in children:
        child.signal_stop()
    end = time.monotonic() + deadline_s
    for child in children:
        child.await_end(max(0.0, end - time.monotonic()))
