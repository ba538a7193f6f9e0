"""How the batches of each agency stand, from the receipts of all of them."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from monitoring.figures import STALLED_AFTER_S
from schemas.events import BatchReceipt
from schemas.names import AGENCIES, Agency

_OPEN_AT_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one agency: the newest batch that became complete and when (seconds since 1970), what is open."""

    newest: tuple[str, float] | None = None
    open: int = 0
    stalled: int = 0


@dataclass(slots=True)
class _Kept:
    newest: tuple[str, float] | None = None
    open: "OrderedDict[str, float]" = field(default_factory=OrderedDict)


class BatchStandings:
    """Told of each receipt by the follower's thread, read by others. ``clock``: seconds since 1970."""

    def __init__(self, told: Callable[[], None], clock: Callable[[], float]) -> None:
        self._told, self._clock = told, clock
        self._lock = Lock()
        self._of: dict[Agency, _Kept] = {agency: _Kept() for agency in AGENCIES}

    def take(self, batch: str, receipt: BatchReceipt) -> None:
        """The newest receipt of a batch."""
        kept, at = self._of[receipt.agency], receipt.updated_at.timestamp()
        with self._lock:
            kept.open.pop(batch, None)
            if not receipt.complete:
                kept.open[batch] = at
                if len(kept.open) > _OPEN_AT_MOST:
                    kept.open.popitem(last=False)
            elif kept.newest is None or at >= kept.newest[1]:
                kept.newest = batch, at
        self._told()

    def of(self, agency: Agency) -> Standing:
        """How those of one agency stand now."""
        before = self._clock() - STALLED_AFTER_S
        kept = self._of[agency]
        with self._lock:
            stalled = sum(at < before for at in kept.open.values())
            return Standing(kept.newest, len(kept.open), stalled)
