"""Waiting for what another process does, with a deadline far beyond what it takes."""

import time
from collections.abc import Callable

DEADLINE_S = 60.0


def wait_until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < end, f"still not so: {what}"
        time.sleep(0.02)
