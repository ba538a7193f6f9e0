"""The console of the demo's hub: where it is, and the hub kept up for as long as somebody looks."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable

from deploy.supervision.hub import Hub
from deploy.supervision.signals import StopRequested

_GATEWAY_WITHIN_S = 30.0
_LOOK_S = 0.5
_COMMAND = ("console", "--by", "demo")


def console_address(tend: Callable[[], None]) -> str | None:
    """The address with a token, as `jangkau console` gives it; ``None`` if no gateway comes up in time.

    ``tend`` is called while waiting and raises when the hub has ended.
    """
    until = time.monotonic() + _GATEWAY_WITHIN_S
    while time.monotonic() < until:
        tend()
        argv = [sys.executable, "-m", "jangkau", *_COMMAND]
        asked = subprocess.run(argv, capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            return asked.stdout.strip()
        time.sleep(_LOOK_S)
    return None


def stay(hub: Hub) -> None:
    """Until Ctrl-C, or until the hub is stopped from elsewhere."""
    with contextlib.suppress(StopRequested):
        while hub.process.poll() is None:
            time.sleep(_LOOK_S)
