"""Lag in seconds, from offsets alone: how long ago the log first went past the reader's position.

A reader that has stopped has no newest record of its own to compare with; the log's end still moves,
so its history does tell since when there has been something unread.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import islice

from monitoring.handles_lag import LagMetrics

_SAMPLES_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Lag:
    """Records not yet worked in, and how long the oldest of them has waited (resolution: one sample)."""

    records: int
    seconds: float


@dataclass(slots=True)
class LogClock:
    """When the end of one partition was first seen at or past an offset. ``now`` is in seconds, rising."""

    _ends: deque[tuple[int, float]] = field(default_factory=deque)

    def observe(self, position: int, end: int, now: float) -> Lag:
        """Take note of the log's ``end`` and say how far behind ``position`` is.

        A first look at an unread log counts from that look on: what was before it is not known here.
        """
        if not self._ends or end > self._ends[-1][0]:
            self._ends.append((end, now))
            if len(self._ends) > _SAMPLES_KEPT:
                # Halve the resolution, keep the oldest: it is the one that tells the lag.
                self._ends = deque(islice(self._ends, 0, None, 2))
        while len(self._ends) > 1 and self._ends[0][0] <= position:
            self._ends.popleft()
        if end <= position:
            return Lag(0, 0.0)
        # The oldest sample left is the first whose end lay past the position.
        return Lag(end - position, max(0.0, now - self._ends[0][1]))


class LagGauges:
    """Keeps the lag metrics of one process up to date; called by its loop about once a second."""

    def __init__(self, metrics: LagMetrics) -> None:
        self._metrics = metrics
        self._clocks: dict[tuple[str, int], tuple[LogClock, LogClock]] = {}

    def observe(
        self, topic: str, partition: int, *, position: int, high_watermark: int, stable: int, now: float
    ) -> None:
        """Show how far ``position`` is behind the log's end and behind its last stable offset."""
        clocks = self._clocks.setdefault((topic, partition), (LogClock(), LogClock()))
        written = clocks[0].observe(position, high_watermark, now)
        readable = clocks[1].observe(position, stable, now)
        self._metrics.show(
            topic,
            partition,
            records=written.records,
            seconds=written.seconds,
            readable_records=readable.records,
            readable_seconds=readable.seconds,
        )

    def forget(self, topic: str, partition: int) -> None:
        """This process reads the partition no more; another shows its lag from now on."""
        if self._clocks.pop((topic, partition), None) is not None:
            self._metrics.forget(topic, partition)
