"""The hub that is tormented: real processes on a real Kafka, kept as a supervisor keeps them."""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.cluster import Cluster
from deploy.embedded import EmbeddedStack
from deploy.hub import child_environment
from deploy.process import Child, stop_all
from tests.broker.control_world import ControlWorld
from tests.broker.kafka_world import KafkaWorld

_STOP_S = 20.0
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Sample:
    """What one process took at one moment: resident memory in MiB, open file handles; CPU since its start."""

    at_s: float
    memory_mb: float
    handles: int
    cpu_s: float = 0.0


@dataclass
class Kept:
    """One process that is started again whenever it ends, unless it is not ``wanted`` at the moment."""

    child: Child
    wanted: bool = True
    frozen: bool = False
    starts: int = 0
    lives: list[list[Sample]] = field(default_factory=list)
    """Per life of the process what it took."""

    @property
    def name(self) -> str:
        return self.child.name

    def start(self) -> None:
        self.child.start()
        self.starts += 1
        self.frozen = False
        self.lives.append([])

    def signal(self, number: signal.Signals) -> None:
        """Nothing happens if it has ended already."""
        if self.child.pid is not None and self.child.running():
            os.kill(self.child.pid, number)

    def tend(self) -> bool:
        """Start it if it has ended; whether that was so."""
        if not self.wanted or self.child.running():
            return False
        self.start()
        return True

    def sample(self) -> None:
        """Look at what it takes."""
        try:
            pid = self.child.pid
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            handles = len(os.listdir(f"/proc/{pid}/fd"))
            ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        except (OSError, IndexError):
            return
        cpu_s = sum(map(int, ticks)) / TICKS_A_SECOND
        self.lives[-1].append(Sample(time.monotonic(), pages * _PAGE_MB, handles, cpu_s))


class ChaosHub:
    """Started on empty topics. All processes belong to the thread that started them."""

    def __init__(self, home: Path, engines: int, planted: str | None = None) -> None:
        self.home, self.planted = home, planted
        self.stack = EmbeddedStack(home / "stack")
        self.stack.start()
        self.cluster = Cluster(self.stack.bootstrap_servers, self.stack.registry_url)
        self.data = KafkaWorld(self.cluster, home / "engines")
        self.control = ControlWorld(self.cluster, home / "control")
        self.engines = [self._engine(slot) for slot in range(engines)]
        self.guest = self._engine(engines)
        self.guest.wanted = False
        self.worker = Kept(self._control())
        broker, registry = self.stack.processes
        self.broker, self.registry = Kept(broker, lives=[[]]), Kept(registry, lives=[[]])
        self.ended: Counter[str] = Counter()
        """How often each process was found ended and started again."""

    @property
    def lasting(self) -> list[Kept]:
        """Those that run all the time but for faults."""
        return [self.broker, self.registry, self.worker, *self.engines]

    @property
    def all(self) -> list[Kept]:
        """With the engine that comes and goes."""
        return [*self.lasting, self.guest]

    def start(self) -> None:
        """Engines and control; the broker and the registry run."""
        for kept in (self.worker, *self.engines):
            kept.start()
        self.control.worker = self.worker.child

    def tend(self) -> None:
        """As a supervisor: whatever has ended is started again."""
        for kept in self.all:
            if kept.tend():
                self.ended[kept.name.partition("-")[0]] += 1

    def sample(self) -> None:
        for kept in self.all:
            kept.sample()

    def close(self) -> None:
        """End everything, however it is."""
        for kept in self.all:
            kept.wanted = False
            kept.signal(signal.SIGCONT)
        stop_all([kept.child for kept in (self.worker, *self.engines, self.guest)], _STOP_S)
        self.stack.stop()

    def _engine(self, slot: int) -> Kept:
        module = ["tests.chaos.planted", self.planted] if self.planted else ["jangkau"]
        argv = [sys.executable, "-m", *module, "engine", "--slot", str(slot)]
        home = self.home / "engines"
        environment = self._environment(home)
        return Kept(Child(f"engine-{slot}", argv, home / f"engine-{slot}.log", environment))

    def _control(self) -> Child:
        home = self.home / "control"
        environment = {**self._environment(home), "JANGKAU_CONTROL__AUTOMATIC_DATE": "false"}
        argv = [sys.executable, "-m", "jangkau", "control"]
        return Child("control", argv, home / "control.log", environment)

    def _environment(self, home: Path) -> Mapping[str, str]:
        return {**child_environment(home, self.cluster), "PYTHONPATH": str(Path(__file__).parents[2])}
