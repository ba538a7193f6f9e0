"""When records came, told from looks at where a log ends: nothing is read for it."""

from collections import deque
from dataclasses import dataclass
from itertools import islice

_STANDS_KEPT = 4096


@dataclass(slots=True)
class _Stand:
    """The log's end stood here, from when to when it was seen."""

    end: int
    since: float
    until: float


class Arrivals:
    """What looks have told of one partition; times in seconds since 1970."""

    def __init__(self) -> None:
        self._stands: deque[_Stand] = deque()

    def saw_end(self, end: int, at: float) -> None:
        """A look found the log's end here."""
        last = self._stands[-1] if self._stands else None
        if last is not None and end == last.end:
            last.until = at
            return
        if last is not None and end < last.end:
            self._stands.clear()  # another log under this name
        self._stands.append(_Stand(end, at, at))
        if len(self._stands) > _STANDS_KEPT:
            # Halve the resolution, keep the oldest: it is the one that tells the lag.
            self._stands = deque(islice(self._stands, 0, None, 2))

    def was_read(self, offset: int, came: float) -> None:
        """The record at the offset came then; told where it lies before every end that was seen."""
        if not self._stands or offset + 1 < self._stands[0].end:
            self._stands.appendleft(_Stand(offset + 1, came, came))

    def came(self, offset: int) -> float | None:
        """When the record at the offset came, between the looks before and after it.

        What came before the first look came then at the latest; ``None`` if no look saw it. Offsets are
        asked for in rising order: what lies before is forgotten.
        """
        while len(self._stands) > 1 and self._stands[1].end <= offset:
            self._stands.popleft()
        around = list(islice(self._stands, 2))
        if around and around[0].end > offset:
            return around[0].since
        if len(around) < 2:
            return None
        before, after = around
        share = (offset + 1 - before.end) / (after.end - before.end)
        return before.until + (after.since - before.until) * share
