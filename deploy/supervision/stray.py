"""Children of a supervisor that died without stopping them (where the kernel does not see to it)."""

import os
import signal
from collections.abc import Callable

from deploy.supervision.record import HubRecord


def end_strays(record: HubRecord | None, say: Callable[[str], None]) -> None:
    """End processes of an earlier, dead supervisor. Only those whose start time still matches."""
    for process in record.processes if record else ():
        if process.identity is not None and process.identity.alive():
            say(f"ending {process.name} (pid {process.identity.pid}), left by an earlier hub")
            os.kill(process.identity.pid, signal.SIGKILL)
