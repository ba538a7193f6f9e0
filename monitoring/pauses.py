"""How a loop waits for what is not there: longer each time, and saying so once."""

import logging

from monitoring.liveness import Health
from schemas.errors import Retryable

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 5.0
"""A revocation waits for a loop that pauses, and what is back should be found soon."""


class Pauses:
    """The pauses of a loop whose turns fail: twice as long each time up to ``LONGEST_PAUSE_S``, one line of
    log when it begins to wait, when the reason is another, and when it goes on. Sleeping is the loop's own.

    ``waiting`` are the words for it, as "waiting for the registry".
    """

    def __init__(self, health: Health, log: logging.Logger, waiting: str) -> None:
        self._health, self._log, self._waiting = health, log, waiting
        self._next_s, self._told = FIRST_PAUSE_S, ""

    def after(self, error: Retryable) -> float:
        """A turn has failed: how many seconds to pause."""
        if str(error) != self._told:
            self._told = str(error)
            self._log.warning("%s: %s", self._waiting, error)
        self._health.waits(f"{self._waiting}: {error}")
        pause_s, self._next_s = self._next_s, min(2 * self._next_s, LONGEST_PAUSE_S)
        return pause_s

    def over(self) -> bool:
        """What failed has succeeded; whether anything had failed."""
        waited, self._told, self._next_s = bool(self._told), "", FIRST_PAUSE_S
        if waited:
            self._health.waits()
            self._log.info("goes on")
        return waited
