"""What is said of a long fill: once in a while, how fast and how far behind."""

import time
from collections.abc import Callable

_EVERY_S = 10.0
_WORTH_SAYING = 10_000


class Progress:
    """Counts what was written; ``say`` is given a format and its arguments, as ``logging`` takes them."""

    def __init__(self, say: Callable[..., None], clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._clock = say, clock
        self._records, self._since = 0, clock()

    def wrote(self, records: int, behind: int) -> None:
        """A transaction of so many records was committed; so many are still to be read."""
        self._records += records
        now = self._clock()
        if now - self._since < _EVERY_S:
            return
        if self._records >= _WORTH_SAYING or behind >= _WORTH_SAYING:
            rate = self._records / (now - self._since)
            self._say("%d records written, %.0f a second; %d behind", self._records, rate, behind)
        self._records, self._since = 0, now
