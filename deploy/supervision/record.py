"""What is known about the running hub, in one small file that every command can read."""

import errno
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from deploy.cluster import Cluster
from deploy.identity import ProcessIdentity
from deploy.lockfile import take_lock

_ROOM_BYTES = 4096
"""A record has at least this size: most of it room for what there is to say once the disk is full."""


class HubState(StrEnum):
    """Where the hub is in its life."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class ProcessRecord:
    """One child of the supervisor. `identity` is None while it waits to be started again."""

    name: str
    identity: ProcessIdentity | None
    log: str
    restarts: int = 0
    refused: bool = False


@dataclass(frozen=True)
class HubRecord:
    """The supervisor, its children and the addresses they serve; `error` says why it failed."""

    state: HubState
    supervisor: ProcessIdentity
    cluster: Cluster | None = None
    processes: tuple[ProcessRecord, ...] = ()
    error: str | None = None
    remedy: str | None = None


@dataclass(frozen=True)
class RunFolder:
    """`<data_dir>/run`: the hub's record and the lock its supervisor holds."""

    path: Path

    @property
    def record_file(self) -> Path:
        """Where the record lies."""
        return self.path / "hub.json"

    def read(self) -> HubRecord | None:
        """The last record written, whether that hub still runs or not; None before the first."""
        try:
            return _from_json(json.loads(self.record_file.read_text()))
        except FileNotFoundError:
            return None

    def write(self, record: HubRecord) -> None:
        """Replace the record at once: a reader sees the old one or the new one.

        On a full disk it is written over the old one: why a hub ended must be known then, too.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        content = (json.dumps(asdict(record), indent=2) + "\n").ljust(_ROOM_BYTES).encode()
        scratch = self.record_file.with_suffix(".tmp")
        try:
            scratch.write_bytes(content)
            scratch.replace(self.record_file)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            scratch.unlink(missing_ok=True)
            self._write_over(content, error)

    def _write_over(self, content: bytes, no_room: OSError) -> None:
        """In one piece, and no longer than what is there, which takes no room. Raises ``no_room``."""
        if not self.record_file.exists() or self.record_file.stat().st_size < len(content):
            raise no_room
        with self.record_file.open("r+b", buffering=0) as file:
            file.write(content.ljust(self.record_file.stat().st_size))

    def take_lock(self, wait_s: float = 0.0) -> IO[str] | None:
        """The supervisor's lock, held until closed or the process ends; None if another holds it.

        A supervisor waits a little, because a command that only asks holds it for an instant.
        """
        return take_lock(self.path / "hub.lock", wait_s)

    def locked(self) -> bool:
        """True while a supervisor is at work on this folder."""
        if not self.path.exists():
            return False
        handle = self.take_lock()
        if handle is None:
            return True
        handle.close()
        return False


def _from_json(data: dict[str, Any]) -> HubRecord:
    cluster = data["cluster"]
    return HubRecord(
        state=HubState(data["state"]),
        supervisor=ProcessIdentity(**data["supervisor"]),
        cluster=Cluster(**cluster) if cluster else None,
        processes=tuple(_process(process) for process in data["processes"]),
        error=data["error"],
        remedy=data["remedy"],
    )


def _process(data: dict[str, Any]) -> ProcessRecord:
    identity = data.pop("identity")
    return ProcessRecord(identity=ProcessIdentity(**identity) if identity else None, **data)
