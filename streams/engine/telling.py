"""What an engine writes down of itself: never a line an event, and bursts only now and then."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from monitoring.liveness import Health
from monitoring.registry import EngineMetrics
from schemas.names import AGENCY_OF_TOPIC
from schemas.records import TopicPartition
from streams.engine.metrics import MetricsObserver
from streams.engine.owned import Owned
from streams.engine.rules import Rules
from streams.engine.takeover import Takeover
from streams.engine.transaction import Draft

log = logging.getLogger(__name__)

_GATHER_S = 10.0
"""What comes again within this time is told together."""


class TellingObserver(MetricsObserver):
    """Counts as ``MetricsObserver`` does, and tells of takeovers, sweeps, quarantined records and holds."""

    def __init__(
        self, metrics: EngineMetrics, health: Health, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(metrics, health)
        self._clock = clock
        self._begun: dict[int, float] = {}
        self._rejects: Counter[tuple[str, str]] = Counter()
        self._holds: Counter[str] = Counter()
        self._told_at = float("-inf")

    def committed(self, drafts: Sequence[Draft], seconds: float) -> None:
        """See ``EngineObserver``."""
        super().committed(drafts, seconds)
        for draft in drafts:
            if draft.quarantined:
                self._rejects.update(draft.quarantined)
            if draft.holds_begun or draft.holds_ended:
                self._holds.update(begun=draft.holds_begun, ended=draft.holds_ended)
        self._tell_gathered()

    def restored(self, number: int, rows_read: int) -> None:
        """See ``EngineObserver``."""
        super().restored(number, rows_read)
        since = self._begun.pop(number, None)
        seconds = None if since is None else round(self._clock() - since, 3)
        restored = {"partition": number, "rows": rows_read, "seconds": seconds}
        log.info("partition restored", extra=restored)

    def stopped(self, source: TopicPartition) -> None:
        """See ``EngineObserver``."""
        log.error("input stopped: too much of it is rejected", extra=_input(source))

    def resumed(self, source: TopicPartition) -> None:
        """See ``EngineObserver``."""
        log.info("input read again", extra=_input(source))

    def swept(self, number: int, rows: int) -> None:
        """See ``EngineObserver``."""
        super().swept(number, rows)
        log.info("sweep done", extra={"partition": number, "rows": rows})

    def lost(self, partitions: int) -> None:
        """See ``EngineObserver``."""
        super().lost(partitions)
        log.warning("partitions lost without notice", extra={"partitions": partitions})

    def turned(
        self,
        owned: Mapping[int, Owned],
        takeovers: Mapping[int, Takeover],
        rules: Rules | None,
        control_offset: int,
    ) -> None:
        """See ``EngineObserver``."""
        super().turned(owned, takeovers, rules, control_offset)
        self._begun = {number: self._begun.get(number, self._clock()) for number in takeovers}
        self._tell_gathered()

    def _tell_gathered(self) -> None:
        if not (self._rejects or self._holds) or self._clock() - self._told_at < _GATHER_S:
            return
        self._told_at = self._clock()
        for topic in sorted({topic for topic, _ in self._rejects}):
            by_reason = {why: count for (where, why), count in self._rejects.items() if where == topic}
            rejects = {
                "topic": topic,
                "agency": AGENCY_OF_TOPIC.get(topic),
                "records": sum(by_reason.values()),
            }
            log.warning("records to quarantine", extra={**rejects, "reasons": _listed(by_reason)})
        if self._holds:
            log.info("holds", extra={"begun": self._holds["begun"], "ended": self._holds["ended"]})
        self._rejects.clear()
        self._holds.clear()


def _input(source: TopicPartition) -> dict[str, object]:
    return {"topic": source.topic, "agency": AGENCY_OF_TOPIC[source.topic], "partition": source.partition}


def _listed(counts: Mapping[str, int]) -> str:
    return ",".join(f"{name}:{count}" for name, count in sorted(counts.items()))
