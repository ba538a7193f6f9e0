"""The checker: what the topics say when all is quiet, against the plain oracle that has read the same topics.

It knows nothing of what was done to the hub. Each finding is a sentence; none means that all laws hold.
"""

import re
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.codec import AvroCodec
from schemas.events import BatchReceipt, CoverageState, Hold, RegionTotals
from schemas.names import AGENCY_RECEIPTS, COVERAGE_PERSONS, COVERAGE_REGIONS, HUB_HOLDS
from schemas.records import TopicPartition
from tests.broker.kafka_world import KafkaWorld
from tests.chaos.hub import Kept
from tests.oracle.hub import OracleHub
from tests.streams.engine import laws

_WARM_S = 30.0
_GROWN_MB, _GROWN_HANDLES = 96.0, 24
"""What a process may take beyond what it took half a minute after its start: caches, connections."""

_ENDED = re.compile(r" ERROR .* deploy\.cli\.service .*\berror=(\w+)")
_EXPECTED = ("Retryable", "Fenced", "TransactionAborted")

_MOST_TOLD = 600
"""Characters of a finding: some persons in full say enough."""

_COUNTS = ("eligible", "covered", "gap", "held", "incomplete_data")


@dataclass
class Ended:
    """The topics as ``laws`` wants them, read once."""

    data: KafkaWorld
    codec: AvroCodec
    oracle: OracleHub
    _published: Mapping[str, Sequence[CoverageState]] = field(default_factory=dict)

    @classmethod
    def read(cls, data: KafkaWorld) -> "Ended":
        return cls(data, data.codec, data.oracle(), data.published())

    def published(self) -> Mapping[str, Sequence[CoverageState]]:
        return self._published

    def records(self, topic: str) -> Iterator[tuple[bytes | None, bytes | None, TopicPartition]]:
        for batch in self.data.read(topic):
            yield from ((k, v, batch.source) for k, v in zip(batch.keys, batch.values, strict=True))

    def last(self, topic: str) -> dict[str, Any]:
        """The last record of each key, decoded, without tombstones."""
        values = {(key or b"").decode(): value for key, value, _ in self.records(topic)}
        return {key: self.codec.decode(topic, value) for key, value in values.items() if value is not None}

    def holds(self) -> Mapping[str, Hold]:
        return {token: Hold.from_record(record) for token, record in self.last(HUB_HOLDS).items()}


def laws_hold(data: KafkaWorld, batches: Iterable[tuple[str, str]]) -> None:
    """Laws 1 to 5 and what control has made of it; raises ``AssertionError``."""
    ended = Ended.read(data)
    laws.check_all(ended)
    _totals_are_told(ended)
    _receipts_reconcile(ended, batches)


def _totals_are_told(ended: Ended) -> None:
    """Law 5 as subscribers see it."""
    said = {code: RegionTotals.from_record(each) for code, each in ended.last(COVERAGE_REGIONS).items()}
    for region, expected in ended.oracle.totals.items():
        if not region:
            continue
        assert region in said, f"law 5: no totals of {region} on {COVERAGE_REGIONS}"
        totals = said[region]
        reported = totals.partitions_reported
        assert reported == totals.partitions, f"law 5: totals of {region} are of {reported} partitions"
        counted, persons = totals.persons, expected.persons
        assert counted == persons, f"law 5: {counted} persons in {region}, expected {persons}"
        found = Counter(
            {(d.directive, name): getattr(d, name) for d in totals.directives for name in _COUNTS}
        )
        wanted = Counter({key: n for key, n in expected.directives.items() if key[1] in _COUNTS})
        assert +found == +wanted, f"law 5, totals of {region}: {laws.unlike(+found, +wanted)}"


def _receipts_reconcile(ended: Ended, batches: Iterable[tuple[str, str]]) -> None:
    """Law 4 as agencies see it: every batch is complete, and has as many records as lie on the topic."""
    receipts = {key: BatchReceipt.from_record(each) for key, each in ended.last(AGENCY_RECEIPTS).items()}
    for topic, batch in batches:
        there = sum(ended.oracle.counts[topic, batch].values())
        assert batch in receipts, f"law 4: no receipt of {batch}"
        receipt = receipts[batch]
        assert receipt.complete, f"law 4: {batch} is not complete: {receipt.missing} missing"
        assert receipt.sent == there, f"law 4: {batch} promised {receipt.sent}, {there} lie on the topic"


def told(error: Exception) -> str:
    """What did not hold, in a line or two; of an error that says nothing, where it came from."""
    if isinstance(error, AssertionError) and str(error):
        return _cut(str(error))
    last = traceback.extract_tb(error.__traceback__)[-1]
    return _cut(f"{type(error).__name__} {error} in {last.name}: {last.line}")


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_TOLD else f"{text[:_MOST_TOLD]} …"


def recorded(data: KafkaWorld) -> dict[tuple[int, int], tuple[bytes | None, bytes | None]]:
    """Every committed record of coverage.persons by partition and offset."""
    return {
        (batch.source.partition, offset): (key, value)
        for batch in data.read(COVERAGE_PERSONS)
        for offset, key, value in zip(batch.offsets.tolist(), batch.keys, batch.values, strict=True)
    }


def ends_of_our_own(logs: Iterable[Path]) -> Iterator[str]:
    """Processes that ended by something else than what was done to them: a fault of ours, or a refusal."""
    for log in logs:
        text = log.read_text(errors="replace")
        ends = [error for error in _ENDED.findall(text) if error not in _EXPECTED]
        ends += ["a traceback"] * text.count("Traceback (most recent call last)")
        for error, times in sorted(Counter(ends).items()):
            yield f"{log.stem} ended with {error}, {times} times"


def leaks(processes: Iterable[Kept]) -> Iterator[str]:
    """Lives of processes that took more and more."""
    for kept in processes:
        for number, life in enumerate(kept.lives):
            warm = [each for each in life if each.at_s - life[0].at_s >= _WARM_S]
            if not warm:
                continue
            first, last = warm[0], warm[-1]
            name = f"{kept.name}, life {number + 1}"
            if last.memory_mb - first.memory_mb > _GROWN_MB:
                yield f"{name}: memory {first.memory_mb:.0f} to {last.memory_mb:.0f} MiB"
            if last.handles - first.handles > _GROWN_HANDLES:
                yield f"{name}: file handles {first.handles} to {last.handles}"
