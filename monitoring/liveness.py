"""What a process says of itself: whether its main loop turns, and whether it can do its work."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

STALE_AFTER_S = 30.0
"""A loop that has not beaten for this long is taken for stuck: ten times its longest planned pause."""


@dataclass(frozen=True, slots=True)
class HealthView:
    """One consistent look. ``reasons`` are why the process is not ready; empty when it is. ``notes``: what
    does not keep it from working, and has to be known.
    """

    alive: bool
    reasons: tuple[str, ...]
    beat_age_s: float
    notes: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Alive and nothing in the way."""
        return self.alive and not self.reasons


class Health:
    """Set by the loop, read by the exporter's threads. ``beat`` is one assignment."""

    def __init__(
        self, *, stale_after_s: float = STALE_AFTER_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stale_after_s = stale_after_s
        self._clock = clock
        self._lock = threading.Lock()
        self._beat = clock()
        self._reasons: tuple[str, ...] = ("starting",)
        self._notes: tuple[str, ...] = ()
        self._outside: tuple[str, ...] = ()
        self._waits: tuple[str, ...] = ()

    def beat(self) -> None:
        """The main loop has come round."""
        self._beat = self._clock()

    def ready(self) -> None:
        """Nothing stands in the way of the work."""
        self.not_ready()

    def not_ready(self, *reasons: str) -> None:
        """These stand in the way, in place of the former ones; none means ready. No personal data."""
        with self._lock:
            self._reasons = reasons

    def outside(self, *reasons: str) -> None:
        """What the process needs and does not have, as a thread beside the loop sees it; none means all is
        there. It adds to what the loop says.
        """
        with self._lock:
            self._outside = reasons

    def waits(self, *reasons: str) -> None:
        """What the loop waits for; none when it waits no more. It adds to what is said else, and stays when
        a turn that found nothing to do says that all is well.
        """
        with self._lock:
            self._waits = reasons

    def note(self, *notes: str) -> None:
        """These have to be known, in place of the former ones. No personal data."""
        self._notes = notes

    def view(self) -> HealthView:
        """How it is now. A loop that no longer beats is not ready either, and that is its reason."""
        age = max(0.0, self._clock() - self._beat)
        with self._lock:
            reasons = tuple(dict.fromkeys((*self._outside, *self._waits, *self._reasons)))
        if age > self._stale_after_s:
            return HealthView(False, (*reasons, f"main loop silent for {age:.0f} s"), age, self._notes)
        return HealthView(True, reasons, age, self._notes)
