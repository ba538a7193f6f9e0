"""States of persons as the engine publishes them, on an in-memory log."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas.codec import AvroCodec
from schemas.events import (
    CoverageState,
    DirectiveCounts,
    DirectiveStatus,
    Discrepancies,
    Evidence,
    FactEvidence,
    RegionTotals,
    Verdict,
    WireRecord,
)
from schemas.events.coverage import DirectiveTotals
from schemas.names import COVERAGE_DIRECTIVES, COVERAGE_PERSONS, COVERAGE_REGIONS, CoverageStatus
from schemas.partitioner import partition_for
from schemas.records import Outgoing, TopicPartition
from tests.fakes.memory_broker import MemoryBroker
from tests.fakes.memory_log import MemoryAdmin, MemoryPlainProducer
from tests.fakes.registry import MemoryRegistry

PARTITIONS = 2
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
INPRES = "inpres-8-2025"


def token(number: int) -> str:
    return f"{number:032x}"


def gap(reason: str = "LAPSED", directive: str = INPRES) -> Verdict:
    return Verdict(directive, 1, "GAP", ("JKK", "JKM"), reason)  # type: ignore[arg-type]


def covered(directive: str = INPRES) -> Verdict:
    return Verdict(directive, 1, "COVERED")


def state(seq: int, *verdicts: Verdict, region: str = "74.71.01", **others: Any) -> CoverageState:
    statuses = {verdict.status for verdict in verdicts}
    status: CoverageStatus = "GAP" if "GAP" in statuses else "COVERED" if statuses else "NOT_ELIGIBLE"
    values: dict[str, Any] = {
        "change": "OPENED",
        "causes": ("DTSEN",),
        "previous_region": None,
        "covered_through": date(2026, 6, 30) if status == "COVERED" else None,
        "business_date": date(2026, 4, 30),
        "decided_at": datetime(2026, 4, 30, 23, 59, 58, 123_000, tzinfo=UTC) + timedelta(seconds=seq),
        "evidence": Evidence(FactEvidence(20261 << 32, 7), None, 3),
    }
    return CoverageState(seq=seq, status=status, verdicts=verdicts, region=region, **(values | others))


def totals(region: str = "ID", gaps: int = 5) -> RegionTotals:
    counts = DirectiveCounts(INPRES, 1, 10, 10 - gaps, gaps, gaps, 0, 0, 0, 0, 0, 0, 0)
    line = DirectiveTotals(
        **{name: getattr(counts, name) for name in DirectiveCounts.__slots__},
        target=8,
        target_date=date(2026, 12, 31),
    )
    return RegionTotals("NATION", date(2026, 4, 30), 12, (line,), Discrepancies(0, 1, 0, 0, 2), 2, 2, 9, NOW)


def standing(
    version: int, document: str | None = '{"id": "x"}', notes: tuple[str, ...] = ()
) -> DirectiveStatus:
    return DirectiveStatus(
        version,
        "IN_FORCE",
        (),
        document,
        1,
        None,
        None,
        "head",
        None,
        notes,
        "drafter",
        "Inpres 8/2025",
        None,
        NOW,
    )


class SinkAdmin(MemoryAdmin):
    """Also knows the cluster and the last stable offset, as the Kafka admin does."""

    def __init__(self, broker: MemoryBroker, cluster: str = "cluster-1") -> None:
        super().__init__(broker)
        self._log, self._cluster = broker, cluster

    def cluster_id(self) -> str:
        return self._cluster

    def last_stable_offset(self, partition: TopicPartition) -> int:
        return self._log.partition(partition).last_stable_offset


class CoverageTopics:
    """A broker with the three topics, and what was put on them."""

    def __init__(self) -> None:
        self.broker = MemoryBroker()
        self.codec = AvroCodec(MemoryRegistry())
        for topic, partitions in (
            (COVERAGE_PERSONS, PARTITIONS),
            (COVERAGE_REGIONS, 1),
            (COVERAGE_DIRECTIVES, 1),
        ):
            self.broker.create_topic(topic, partitions, compacted=True)
        self._producer = MemoryPlainProducer(self.broker)

    def persons(self, records: Mapping[str, CoverageState | None]) -> None:
        for key, value in records.items():
            self.person(key, value)

    def person(self, key: str, *values: CoverageState | None) -> None:
        for value in values:
            self.raw(COVERAGE_PERSONS, key.encode(), self._encode(COVERAGE_PERSONS, value))

    def region(self, key: str, value: RegionTotals | None) -> None:
        self.raw(COVERAGE_REGIONS, key.encode(), self._encode(COVERAGE_REGIONS, value))

    def directive(self, key: str, value: DirectiveStatus | None) -> None:
        self.raw(COVERAGE_DIRECTIVES, key.encode(), self._encode(COVERAGE_DIRECTIVES, value))

    def raw(self, topic: str, key: bytes, value: bytes | None) -> None:
        partition = partition_for(key, PARTITIONS) if topic == COVERAGE_PERSONS else 0
        self._producer.produce(Outgoing(TopicPartition(topic, partition), [key], [value]))

    def _encode(self, topic: str, value: WireRecord | None) -> bytes | None:
        return None if value is None else self.codec.encode(topic, value.to_record())
