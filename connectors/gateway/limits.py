"""What one sender, one request and all together may take."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Any

from connectors.gateway.problems import Problem, unavailable

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

_SUBJECTS_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """``requests_per_s`` and ``burst`` count for each subject, the rest for the gateway or one request."""

    body_bytes: int = 2 * 1024 * 1024
    body_s: float = 15.0
    header_s: float = 10.0
    url_bytes: int = 2_048
    headers: int = 64
    requests_per_s: float = 100.0
    burst: int = 200
    publishing: int = 64
    asking: int = 64
    streams: int = 64
    connections: int = 512


class Buckets:
    """A token bucket for each subject; those not heard of for longest are forgotten first."""

    def __init__(
        self,
        per_s: float,
        burst: int,
        *,
        most: int = _SUBJECTS_AT_MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_s, self._burst, self._most, self._clock = per_s, burst, most, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, subject: str) -> None:
        """Count one request; raises the 429 that says how long to wait."""
        now = self._clock()
        left, at = self._left.pop(subject, (float(self._burst), now))
        left = min(float(self._burst), left + (now - at) * self._per_s)
        self._left[subject] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        if left < 1:
            wait_s = ceil((1 - left) / self._per_s)
            raise Problem(
                "too-many-requests",
                f"at most {self._per_s:g} a second, {self._burst} at once",
                headers={"Retry-After": str(max(1, wait_s))},
            )


class Room:
    """At most so many at once; more are sent away at once, not queued."""

    def __init__(self, most: int) -> None:
        self._most, self.taken = most, 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """One place while it lasts; raises the 503."""
        if self.taken >= self._most:
            raise unavailable(f"{self._most} requests of this kind are being worked on; nothing was done")
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1


async def read_body(receive: Receive, most_bytes: int, within_s: float) -> bytes:
    """The whole body. Raises 413 as soon as it is longer, 408 if it does not come in time.

    A sender that hangs up before the end raises ``ConnectionError``.
    """
    found = bytearray()
    try:
        async with asyncio.timeout(within_s):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ConnectionError
                found += message.get("body", b"")
                if len(found) > most_bytes:
                    raise too_large(most_bytes)
                if not message.get("more_body", False):
                    return bytes(found)
    except TimeoutError:
        raise Problem(
            "too-slow", f"the body was not there after {within_s:g} s", headers={"Connection": "close"}
        ) from None


def too_large(most_bytes: int) -> Problem:
    """The 413 for a body."""
    return Problem(
        "too-large",
        f"at most {most_bytes} bytes in one request: send several",
        headers={"Connection": "close"},
    )
