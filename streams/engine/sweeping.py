"""When a sweep of an owned partition begins, and what follows its end."""

import logging
from collections.abc import Callable, Iterable

from schemas.errors import Retryable
from schemas.names import HUB_STATE
from schemas.records import TopicPartition
from streams.engine.blocks import SweepMark
from streams.engine.observer import EngineObserver
from streams.engine.owned import Owned
from streams.engine.ports import LogAdmin
from streams.engine.sweep import Sweep, SweepLimits, sweep_is_due

log = logging.getLogger(__name__)


class Sweeper:
    """Begins sweeps between transactions, while memory and log agree. ``clock`` in seconds."""

    def __init__(
        self, admin: LogAdmin, observer: EngineObserver, limits: SweepLimits, clock: Callable[[], float]
    ) -> None:
        self._admin, self._observer, self._limits, self._clock = admin, observer, limits, clock

    def begin_due(self, owned: Iterable[Owned]) -> None:
        """Begin where blocks are mostly garbage, or tell of somebody erased."""
        for one in owned:
            if one.sweep is None and self._is_due(one):
                one.sweep = Sweep(self._admin.high_watermark(TopicPartition(HUB_STATE, one.number)))
                one.partition.batches.repeat_all()
                one.removals.swept(self._clock(), self._limits.after_removal_s)

    def gained(self, owned: Owned, removals_ms: Iterable[int], now_ms: int) -> None:
        """The partition is ours; its state tells of persons erased at these times of the broker. The wait for
        the sweep goes on where it was: engines may restart more often than it lasts.
        """
        for time_ms in removals_ms:
            owned.removals.add(self._clock() - max(now_ms - time_ms, 0) / 1000)

    def committed(self, owned: Owned, removed: int, mark: SweepMark | None) -> None:
        """A transaction erased so many persons, and completed a sweep if there is a mark.

        What lies before a completed sweep is garbage; if it cannot be deleted now, the next sweep does it.
        """
        if removed:
            owned.removals.add(self._clock())
        if mark is None:
            return
        state = TopicPartition(HUB_STATE, owned.number)
        try:
            self._admin.delete_before(state, mark.start)
        except Retryable as error:
            log.warning("hub.state was not trimmed: %s", error, extra={"partition": state.partition})
        self._observer.swept(state.partition, mark.rows)

    def _is_due(self, owned: Owned) -> bool:
        first_s = owned.removals.first_s
        if first_s is not None and self._clock() - first_s >= self._limits.after_removal_s:
            return True
        return sweep_is_due(owned.partition, owned.bytes_since_sweep, self._limits)
