"""A lock that the operating system gives back however its holder ends."""

import fcntl
import time
from pathlib import Path
from typing import IO

_RETRY_S = 0.02


def take_lock(path: Path, wait_s: float = 0.0) -> IO[str] | None:
    """The lock on this file, made with its folder if need be; held until closed or the process ends.

    ``None`` if another still holds it after ``wait_s`` seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("w")
    end = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                handle.close()
                return None
            time.sleep(_RETRY_S)
        else:
            return handle
