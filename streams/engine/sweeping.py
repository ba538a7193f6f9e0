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

    def gained(self, owned: Owned) -> None:
        """The partition is ours from now on."""
        owned.swept_at_s = self._clock()

    def begin_due(self, owned: Iterable[Owned]) -> None:
        """Begin where blocks are mostly garbage, or tell of somebody erased."""
        for one in owned:
            if one.sweep is None and self._is_due(one):
                one.sweep = Sweep(self._admin.high_watermark(TopicPartition(HUB_STATE, one.number)))
                one.partition.batches.repeat_all()
                one.tells_of_removed = False

    def completed(self, owned: Owned, mark: SweepMark) -> None:
        """What lies before a completed sweep is garbage; if it cannot be deleted now, the next sweep does
        it.
        """
        owned.swept_at_s = self._clock()
        state = TopicPartition(HUB_STATE, owned.number)
        try:
            self._admin.delete_before(state, mark.start)
        except Retryable as error:
            log.warning("hub.state was not trimmed: %s", error, extra={"partition": state.partition})
        self._observer.swept(state.partition, mark.rows)

    def _is_due(self, owned: Owned) -> bool:
        waited = self._clock() - owned.swept_at_s
        if owned.tells_of_removed and waited >= self._limits.after_removal_s:
            return True
        return sweep_is_due(owned.partition, owned.bytes_since_sweep, self._limits)
