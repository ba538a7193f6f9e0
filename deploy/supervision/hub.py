"""The hub seen from a command: start its supervisor in the background, find it, stop it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.cluster import Cluster
from deploy.errors import HubNotRunning, ProcessDied
from deploy.supervision.record import HubRecord, HubState, RunFolder
from deploy.supervision.supervisor import already_running
from monitoring.logs import told_words

_POLL_S = 0.1
STOP_DEADLINE_S = 60.0
PROCESS = "supervisor"
LOGGER = "hub"
"""What the supervisor says goes to its log under this name, and from there to the command that waits."""
# Written to the lifeline: from now on the hub lives without the process that started it.
RELEASE = b"release\n"


@dataclass
class Hub:
    """A hub run by a supervisor in the background."""

    run: RunFolder
    process: subprocess.Popen[bytes]
    log: Path
    _told: int

    @classmethod
    def start(cls, data_dir: Path, arguments: Sequence[str], *, tied: bool) -> "Hub":
        """Start `python -m jangkau supervise ARGUMENTS` detached from the terminal.

        A `tied` hub stops when this process ends, however it ends, unless `release` was called.
        Raises HubRunning if one already runs on `data_dir`.
        """
        run = RunFolder(data_dir / "run")
        if run.locked():
            raise already_running(run)
        run.record_file.unlink(missing_ok=True)
        log = data_dir / "logs" / "hub.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        lifeline = ["--lifeline"] if tied else []
        with log.open("ab") as out:
            told = out.tell()
            process = subprocess.Popen(
                [sys.executable, "-m", "jangkau", "supervise", *lifeline, *arguments],
                stdin=subprocess.PIPE if tied else subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return cls(run, process, log, told)

    def await_running(self, say: Callable[[str], None] = lambda line: None) -> HubRecord:
        """Wait until the hub runs, passing on what its supervisor says.

        Raises ProcessDied with the supervisor's own words if it does not come up.
        """
        while True:
            ended = self.process.poll() is not None
            record = self.run.read()
            self._pass_on(say)
            if record is not None and record.state is HubState.RUNNING:
                return record
            if ended:
                raise _never_ran(self.run, self.log)
            time.sleep(_POLL_S)

    def _pass_on(self, say: Callable[[str], None]) -> None:
        with self.log.open("rb") as log:
            log.seek(self._told)
            for line in log:
                if not line.endswith(b"\n"):
                    return
                self._told += len(line)
                words = told_words(line.decode("utf-8", "replace").rstrip(), LOGGER)
                if words is not None:  # anything else is an error, told once, from the record
                    say(words)

    def release(self) -> None:
        """Let the hub go on after this process has ended."""
        if self.process.stdin is not None:
            self.process.stdin.write(RELEASE)
            self.process.stdin.close()

    def stop(self) -> None:
        """Stop the hub and wait until it is gone."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()  # its children go with it
            self.process.wait()


def _never_ran(run: RunFolder, log: Path) -> ProcessDied:
    record = run.read()
    if record is not None and record.error is not None:
        return ProcessDied(record.error, remedy=record.remedy)
    return ProcessDied("the hub's supervisor ended at once", remedy=f"look into {log}")


def running_hub(data_dir: Path) -> HubRecord:
    """The record of the hub that runs on `data_dir`. Raises HubNotRunning, saying how it ended."""
    run = RunFolder(data_dir / "run")
    record = run.read()
    if record is not None and run.locked():
        return record
    how = f"; the last one failed: {record.error}" if record and record.error else ""
    raise HubNotRunning(f"no hub runs on {data_dir}{how}", remedy="start one with `jangkau up`")


def stop_hub(data_dir: Path, deadline_s: float = STOP_DEADLINE_S) -> HubRecord:
    """Stop the hub that runs on `data_dir` and wait until it is gone. Raises HubNotRunning."""
    record = running_hub(data_dir)
    run = RunFolder(data_dir / "run")
    if record.supervisor.alive():
        os.kill(record.supervisor.pid, signal.SIGTERM)
    end = time.monotonic() + deadline_s
    while run.locked():
        if time.monotonic() > end and record.supervisor.alive():
            os.kill(record.supervisor.pid, signal.SIGKILL)  # its children go with it
        time.sleep(_POLL_S)
    return record


def watch_lifeline(pipe: int) -> bool:
    """Block until the starter lets go (False) or is gone (True: stop the hub).

    Reads the descriptor itself: a buffered reader blocked in a thread is fatal at interpreter exit.
    """
    heard = b""
    while chunk := os.read(pipe, len(RELEASE)):
        heard += chunk
        if heard.endswith(RELEASE):
            return False
    return True


def hub_cluster(data_dir: Path) -> Cluster:
    """Where the hub that runs on `data_dir` can be reached. Raises HubNotRunning."""
    record = running_hub(data_dir)
    if record.cluster is None:
        raise HubNotRunning(f"the hub on {data_dir} is still starting", remedy="try again in a moment")
    return record.cluster
