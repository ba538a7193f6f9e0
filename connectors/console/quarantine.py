"""How much of each agency went into quarantine in the last day, by reason and hour."""

from collections import Counter
from collections.abc import Callable
from threading import Lock

from connectors.gateway.ports import Codec
from schemas.errors import ContractBroken
from schemas.events import Quarantined
from schemas.names import AGENCY_OF_TOPIC, HUB_QUARANTINE, REJECT_REASONS, Agency

WINDOW_HOURS = 24
_HOUR_S = 3600
_OTHER = "OTHER"


class Quarantine:
    """Written by the follower's thread, read by others. ``told`` hears that something changed.

    It keeps counts alone: agencies × reasons × hours. ``clock`` gives seconds since 1970.
    """

    def __init__(self, codec: Codec, told: Callable[[], None], clock: Callable[[], float]) -> None:
        self._codec, self._told, self._clock = codec, told, clock
        self._lock = Lock()
        self._counts: Counter[tuple[Agency, str, int]] = Counter()

    def take(self, _: bytes, value: bytes | None) -> None:
        """A record of hub.quarantine; what it seals is not looked at."""
        try:
            found = Quarantined.from_record(self._codec.decode(HUB_QUARANTINE, value or b""))
        except ContractBroken:
            return
        agency = AGENCY_OF_TOPIC.get(found.topic)
        hour = int(found.recorded_at.timestamp()) // _HOUR_S
        if agency is None or hour <= self._before():
            return
        reason = found.reason if found.reason in REJECT_REASONS else _OTHER
        with self._lock:
            self._counts[agency, reason, hour] += 1
        self._told()

    def reset(self) -> None:
        """Forget all: the topic is read anew."""
        with self._lock:
            self._counts.clear()

    def by_reason(self, agency: Agency) -> dict[str, int]:
        """Records of the last 24 hours, by the hour, the most first."""
        before = self._before()
        with self._lock:
            for gone in [each for each in self._counts if each[2] <= before]:
                del self._counts[gone]
            found: Counter[str] = Counter()
            for (each, reason, _), count in self._counts.items():
                if each == agency:
                    found[reason] += count
        return dict(found.most_common())

    def _before(self) -> int:
        return int(self._clock()) // _HOUR_S - WINDOW_HOURS
