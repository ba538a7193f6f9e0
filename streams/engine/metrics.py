"""The engine's metrics, set from what it tells of itself."""

import time
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from monitoring.liveness import Health
from monitoring.registry import EngineMetrics
from schemas.names import AGENCY_FACTS, AGENCY_OF_TOPIC
from schemas.records import RecordBatch, TopicPartition
from streams.engine.batches import CLASSES
from streams.engine.owned import Owned
from streams.engine.rules import Rules
from streams.engine.takeover import Takeover
from streams.engine.transaction import Draft

_MS = 1000.0


class MetricsObserver:
    """An ``EngineObserver`` that counts. Records count once their transaction is committed, as the
    catalogue says.
    """

    def __init__(self, metrics: EngineMetrics, health: Health) -> None:
        self._metrics, self._health = metrics, health
        self._folded: list[tuple[str, NDArray[np.int64], NDArray[np.int64]]] = []
        """Topic, broker times and records per class of each batch: not the batch, which holds its
        messages.
        """
        self._owned: set[int] = set()
        self._restoring: set[int] = set()
        self._restoring_since: dict[int, float] = {}

    def folded(self, batch: RecordBatch, by_class: NDArray[np.int64]) -> None:
        """See ``EngineObserver``."""
        self._folded.append((batch.source.topic, batch.timestamps, by_class))

    def committed(self, drafts: Sequence[Draft], seconds: float) -> None:
        """See ``EngineObserver``."""
        metrics, now_s = self._metrics, time.time()
        metrics.transactions.at("committed").inc()
        metrics.transaction_seconds.observe(seconds)
        metrics.last_commit_timestamp_seconds.set(now_s)
        for topic, timestamps, by_class in self._folded:
            agency = AGENCY_OF_TOPIC[topic]
            metrics.consumed_records.at(topic, agency).inc(len(timestamps))
            for name, records in zip(CLASSES, by_class.tolist(), strict=False):
                if records:
                    metrics.classified_records.at(topic, agency, name).inc(records)
            metrics.published_latency_seconds.observe(now_s - timestamps / _MS)
        self._folded.clear()
        for draft in drafts:
            metrics.published_records.inc(draft.published)
            metrics.state_bytes.inc(draft.state_bytes)
            metrics.holds.at("begun").inc(draft.holds_begun)
            metrics.holds.at("ended").inc(draft.holds_ended)
            for topic, reason in draft.quarantined:
                metrics.quarantined_records.at(topic, AGENCY_OF_TOPIC[topic], reason).inc()

    def stopped(self, source: TopicPartition) -> None:
        """See ``EngineObserver``."""

    def resumed(self, source: TopicPartition) -> None:
        """See ``EngineObserver``."""

    def aborted(self) -> None:
        """See ``EngineObserver``."""
        self._folded.clear()
        self._metrics.transactions.at("aborted").inc()

    def swept(self, number: int, rows: int) -> None:
        """See ``EngineObserver``."""
        self._metrics.sweeps.inc()

    def restored(self, number: int, rows_read: int) -> None:
        """See ``EngineObserver``."""
        self._metrics.takeovers.inc()
        self._metrics.restored_rows.inc(rows_read)
        since = self._restoring_since.pop(number, None)
        if since is not None:
            self._metrics.restore_seconds.observe(time.monotonic() - since)

    def owns(self, partitions: int) -> None:
        """See ``EngineObserver``."""
        self._metrics.owned_partitions.set(partitions)

    def answered(self, answers: int) -> None:
        """See ``EngineObserver``."""
        self._metrics.lookups.inc(answers)

    def lost(self, partitions: int) -> None:
        """See ``EngineObserver``."""
        self._metrics.lost_partitions.inc(partitions)

    def turned(
        self,
        owned: Mapping[int, Owned],
        takeovers: Mapping[int, Takeover],
        rules: Rules | None,
        control_offset: int,
    ) -> None:
        """See ``EngineObserver``."""
        metrics = self._metrics
        self._health.beat()
        self._show_takeovers(takeovers)
        metrics.control_offset.set(control_offset)
        metrics.business_date_days.set(0 if rules is None else rules.day_number)
        metrics.directives_in_force.set(0 if rules is None else len(rules.directives))
        for number, one in owned.items():
            metrics.persons.at(number).set(one.partition.persons)
            metrics.unswept_state_bytes.at(number).set(one.bytes_since_sweep)
            for topic in AGENCY_FACTS:
                stands_still = topic in one.partition.inputs.stopped
                metrics.stopped_inputs.at(topic, AGENCY_OF_TOPIC[topic], number).set(stands_still)
            scan = one.partition.scan
            metrics.dirty_rows.at(number).set(0 if scan is None else len(one.partition) - scan.cursor)
        self._health.note(*_standing_still(owned))
        for number in self._owned - owned.keys():
            metrics.forget_partition(number)
        self._owned = set(owned)
        if takeovers:
            self._health.not_ready(f"restoring partitions {', '.join(map(str, sorted(takeovers)))}")
        else:
            self._health.ready()

    def _show_takeovers(self, takeovers: Mapping[int, Takeover]) -> None:
        metrics = self._metrics
        metrics.restoring_partitions.set(len(takeovers))
        for number, takeover in takeovers.items():
            self._restoring_since.setdefault(number, time.monotonic())
            metrics.restore_progress_ratio.at(number).set(takeover.progress)
        for number in self._restoring - takeovers.keys():
            metrics.restore_progress_ratio.forget(number)
            self._restoring_since.pop(number, None)  # one that went away before it was restored
        self._restoring = set(takeovers)


def _standing_still(owned: Mapping[int, Owned]) -> list[str]:
    """A sentence for each topic of which an input does not go on."""
    partitions: dict[str, list[int]] = {}
    for number, one in sorted(owned.items()):
        for topic in one.partition.inputs.stopped:
            partitions.setdefault(topic, []).append(number)
    return [
        f"{topic} stands still in partition {', '.join(map(str, numbers))}: too much of it is rejected; "
        "see `jangkau input status`"
        for topic, numbers in sorted(partitions.items())
    ]
