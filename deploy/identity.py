"""Which process is meant: a process id alone may have been given to another program since."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ProcessIdentity:
    """A process id and when that process began, in the words of the operating system."""

    pid: int
    began: str

    def alive(self) -> bool:
        """True while this very process runs (a zombie does not)."""
        return _began(self.pid) == self.began


def identify(pid: int) -> ProcessIdentity | None:
    """The identity of a running process, None if there is none with this id."""
    began = _began(pid)
    return None if began is None else ProcessIdentity(pid, began)


def myself() -> ProcessIdentity:
    """The identity of the calling process."""
    found = identify(os.getpid())
    assert found is not None, "the calling process runs"
    return found


def _began(pid: int) -> str | None:
    return _began_linux(pid) if sys.platform == "linux" else _began_ps(pid)


def _began_linux(pid: int) -> str | None:
    try:
        # The name in parentheses may hold anything, so split after the last one: state is field 3.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else f"{boot}/{fields[19]}"


def _began_ps(pid: int) -> str | None:
    done = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, began = done.stdout.strip().partition(" ")
    return None if not began or state.startswith("Z") else began.strip()
