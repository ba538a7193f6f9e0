"""The embedded stack: a broker and a registry that live and end with the process that starts them."""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from deploy.embedded import kafka, registry
from deploy.embedded.artifacts import DEFAULT_FOLDER, provide_artifacts
from deploy.embedded.diagnosis import diagnose
from deploy.embedded.java import find_java
from deploy.embedded.maven import Say
from deploy.errors import HubRunning, NoSpace, ProcessDied
from deploy.lockfile import take_lock
from deploy.ports import LOOPBACK, remembered_ports
from deploy.process import Child, stop_all

_PORTS = (kafka.KAFKA, kafka.CONTROLLER, registry.REGISTRY, registry.MANAGEMENT)
_POLL_S = 0.05


@dataclass(frozen=True)
class EmbeddedOptions:
    """How much the stack may take and where it listens; port 0 means a free one, remembered."""

    kafka_port: int = 0
    registry_port: int = 0
    kafka_heap_mb: int = 512
    registry_heap_mb: int = 256
    min_free_mb: int = 1024
    start_deadline_s: float = 120.0
    stop_deadline_s: float = 20.0
    artifacts: Path = DEFAULT_FOLDER
    broker_settings: Mapping[str, str] = field(default_factory=dict)
    """More of Kafka's broker settings, by their names there."""


class EmbeddedStack:
    """A real Kafka broker and schema registry as child processes on loopback.

    Data, logs and the chosen ports lie under `data_dir`; a later start with the same folder has the
    same addresses and the same content. The children end when the thread that called `start` ends,
    however it ends, so start it from one that stays (the main thread).
    """

    def __init__(
        self, data_dir: Path, options: EmbeddedOptions | None = None, say: Say = lambda line: None
    ) -> None:
        self._home = data_dir.resolve() / "embedded"
        self._options = options or EmbeddedOptions()
        self._say = say
        self._children: list[Child] = []
        self._ports: dict[str, int] = {}
        self._lock: IO[str] | None = None

    @property
    def bootstrap_servers(self) -> str:
        """`host:port` for Kafka clients, once started."""
        return f"{LOOPBACK}:{self._ports[kafka.KAFKA]}"

    @property
    def registry_url(self) -> str:
        """Base address of the Confluent API, once started."""
        return registry.base_url(self._ports[registry.REGISTRY])

    @property
    def processes(self) -> list[Child]:
        """The children: the broker, then the registry; empty when stopped."""
        return list(self._children)

    def start(self) -> None:
        """Start both and wait until both answer; on any failure nothing is left running.

        Raises ToolMissing, DownloadFailed, PortInUse, NoSpace, ProcessDied, and HubRunning when
        another process has a stack on this folder.
        """
        options = self._options
        java = find_java()
        artifacts = provide_artifacts(options.artifacts, self._say)
        self._home.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            self._require_space()
            wished = {kafka.KAFKA: options.kafka_port, registry.REGISTRY: options.registry_port}
            self._ports = remembered_ports(self._home / "ports.json", _PORTS, wished)
            kafka.prepare(java, artifacts.kafka, self._home / "kafka", self._ports, options.broker_settings)
            self._children = [
                kafka.broker(
                    java, artifacts.kafka, self._home / "kafka", self._log("kafka"), options.kafka_heap_mb
                ),
                registry.server(
                    java,
                    artifacts.registry,
                    self._home / "registry",
                    self._log("registry"),
                    options.registry_heap_mb,
                    self._ports,
                ),
            ]
            self._say("starting Kafka and the schema registry")
            for child in self._children:
                child.start()
            self._await_ready()
        except BaseException:
            self.stop()
            raise

    def check(self) -> None:
        """Raise ProcessDied (or NoSpace, PortInUse) if one of the started processes has ended."""
        for child in self._children:
            if not child.running():
                raise diagnose(f"the embedded {child.name}", child.log_since_start(), self._home, child.log)

    def stop(self) -> None:
        """Stop what was started: asked to end, after a deadline ended. Safe to call twice."""
        stop_all(self._children, self._options.stop_deadline_s)
        self._children = []
        if self._lock:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _log(self, name: str) -> Path:
        return self._home.parent / "logs" / f"{name}.log"

    def _take_lock(self) -> None:
        self._lock = take_lock(self._home / "lock")
        if self._lock is None:
            raise HubRunning(
                f"another process runs the embedded stack of {self._home}",
                remedy="stop it with `jangkau down`, or choose another folder with JANGKAU_DATA_DIR",
            )

    def _require_space(self) -> None:
        free = shutil.disk_usage(self._home).free >> 20
        if free < self._options.min_free_mb:
            raise NoSpace(self._home, f"{free} MB free, {self._options.min_free_mb} MB needed")

    def _await_ready(self) -> None:
        waiting: dict[str, Callable[[], bool]] = {
            "kafka": lambda: kafka.is_ready(self._ports[kafka.KAFKA]),
            "registry": lambda: registry.is_ready(self._ports[registry.REGISTRY]),
        }
        end = time.monotonic() + self._options.start_deadline_s
        while waiting:
            self.check()
            waiting = {name: ready for name, ready in waiting.items() if not ready()}
            if time.monotonic() > end:
                raise ProcessDied(
                    f"not ready after {self._options.start_deadline_s:.0f} s: {', '.join(waiting)}",
                    remedy=f"look into {self._home.parent / 'logs'}",
                )
            time.sleep(_POLL_S)
