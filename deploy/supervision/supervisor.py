"""The one process that owns a hub: broker and registry, then the workers, until told to stop."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.cluster import Cluster
from deploy.embedded import EmbeddedStack
from deploy.errors import HubRunning
from deploy.identity import identify, myself
from deploy.process import Child, stop_all
from deploy.supervision.record import HubRecord, HubState, ProcessRecord, RunFolder
from deploy.supervision.signals import StopRequested
from deploy.supervision.stray import end_strays
from deploy.supervision.worker import Happening, Worker
from monitoring import runfile, targets
from monitoring.logs import correlated
from schemas.errors import JangkauError

_TEND_EVERY_S = 0.2
_WORKERS_DEADLINE_S = 15.0


class Supervisor:
    """Runs a hub from start to stop in the calling thread.

    `stack` is None when an external cluster is used. `prepare` runs once the cluster answers and
    before any worker starts (topics, schemas, keys); `children` names the workers to keep running
    on that cluster.
    """

    def __init__(
        self,
        data_dir: Path,
        stack: EmbeddedStack | None,
        external: Cluster | None,
        prepare: Callable[[Cluster], None],
        children: Callable[[Cluster], Sequence[Child]],
        say: Callable[[str], None],
        warn: Callable[[str], None] | None = None,
    ) -> None:
        self._run = RunFolder(data_dir / "run")
        self._stack = stack
        self._external = external
        self._prepare = prepare
        self._children = children
        self._say = say
        self._warn = warn or say
        self._workers: list[Worker] = []
        self._cluster: Cluster | None = None
        self._unwritten = False

    def run(self) -> None:
        """Start everything, tend it until StopRequested is raised (a signal), stop everything.

        Raises HubRunning if another supervisor holds the folder, and whatever keeps the hub from
        starting or ends it; the record then says so too, and nothing is left running.
        """
        lock = self._run.take_lock(wait_s=1.0)
        if lock is None:
            raise already_running(self._run)
        with lock:
            state, failure = HubState.STOPPED, None
            try:
                end_strays(self._run.read(), self._say)
                self._forget_dead()
                self._record(HubState.STARTING)
                self._start()
                self._tend()
            except StopRequested:
                self._say("stopping")
            except BaseException as error:
                state, failure = HubState.FAILED, error
                raise
            finally:
                self._stop()
                self._note(state, failure)

    def _start(self) -> None:
        if self._stack is not None:
            self._stack.start()
            self._cluster = Cluster(self._stack.bootstrap_servers, self._stack.registry_url)
        else:
            self._cluster = self._external
        assert self._cluster is not None, "either a stack or an external cluster"
        self._record(HubState.STARTING)
        self._say("preparing topics and schemas")
        self._prepare(self._cluster)
        self._say("starting control and engines")
        self._workers = [Worker(child) for child in self._children(self._cluster)]
        for worker in self._workers:
            worker.start(time.monotonic())
            self._tell(worker, Happening(f"{worker.child.name} started"))
        self._say("all processes are started")  # before the record: whoever waits for that hears it
        self._record(HubState.RUNNING)

    def _tend(self) -> None:
        while True:
            time.sleep(_TEND_EVERY_S)
            if self._stack is not None:
                self._stack.check()
            happened = [
                (worker, found) for worker in self._workers if (found := worker.tend(time.monotonic()))
            ]
            for worker, found in happened:
                self._tell(worker, found)
            if happened or self._unwritten:
                self._note(HubState.RUNNING)

    def _tell(self, worker: Worker, happened: Happening) -> None:
        told = self._warn if happened.needs_somebody else self._say
        child = worker.child
        with correlated(
            child=child.name, pid=child.pid, restarts=worker.restarts.total, exit_code=child.exit_code()
        ):
            told(happened.words)

    def _stop(self) -> None:
        stop_all([worker.child for worker in self._workers], _WORKERS_DEADLINE_S)
        self._forget_dead()
        if self._stack is not None:
            self._stack.stop()

    def _forget_dead(self) -> None:
        """Who died under a former hub, or was killed while this one ran, is missed by nobody from here on."""
        alive = {run.name for run in runfile.read_all(self._run.path) if identify(run.pid) is not None}
        targets.keep(self._run.path, alive)

    def _note(self, state: HubState, failure: BaseException | None = None) -> None:
        """Record it if that can be: a full disk must not end a hub, nor hide why it ended."""
        try:
            self._record(state, failure)
            self._unwritten = False
        except OSError as error:
            if not self._unwritten:
                self._warn(f"the record of the hub cannot be written: {error.strerror}")
            self._unwritten = True

    def _record(self, state: HubState, failure: BaseException | None = None) -> None:
        ended = state in (HubState.STOPPED, HubState.FAILED)
        error = str(failure) or type(failure).__name__ if failure else None
        remedy = failure.remedy if isinstance(failure, JangkauError) else None
        processes = () if ended else (*self._stack_records(), *(worker.record() for worker in self._workers))
        self._run.write(HubRecord(state, myself(), self._cluster, processes, error, remedy))

    def _stack_records(self) -> list[ProcessRecord]:
        return [Worker(child).record() for child in self._stack.processes] if self._stack else []


def already_running(run: RunFolder) -> HubRunning:
    """The error for a second hub on one folder, naming the first."""
    record = run.read()
    who = f" (pid {record.supervisor.pid})" if record else ""
    return HubRunning(
        f"a hub already runs on {run.path.parent}{who}",
        remedy="look at it with `jangkau status`, stop it with `jangkau down`, "
        "or choose another folder with JANGKAU_DATA_DIR",
    )
