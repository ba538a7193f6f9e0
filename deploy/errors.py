"""What can go wrong with the machine the hub runs on, each with what to do about it."""

from pathlib import Path

from schemas.errors import JangkauError


class ToolMissing(JangkauError):
    """A program this machine must have is not there: install it and start again."""


class DownloadFailed(JangkauError):
    """An artifact could not be fetched or is not the pinned one."""


class PortInUse(JangkauError):
    """Another program listens on a port the hub needs."""

    def __init__(self, port: int, wanted_by: str, remembered_in: Path | None = None) -> None:
        remedy = f"see who listens with `ss -ltnp 'sport = :{port}'` and end it"
        if remembered_in is not None:
            remedy += f", or delete {remembered_in} to let new ports be chosen"
        super().__init__(f"port {port} on 127.0.0.1 is in use; {wanted_by} needs it", remedy=remedy)
        self.port = port


class NoSpace(JangkauError):
    """The disk under the data folder is full, or nearly."""

    def __init__(self, folder: Path, detail: str) -> None:
        super().__init__(
            f"no space on the disk of {folder}: {detail}",
            remedy="free some space, or point JANGKAU_DATA_DIR to another disk",
        )


class ProcessDied(JangkauError):
    """A process of the hub ended by itself, or never became ready."""


class HubRunning(JangkauError):
    """A hub already runs on this data folder; two would write to the same state."""


class HubNotRunning(JangkauError):
    """There is no hub to talk to."""
