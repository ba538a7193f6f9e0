"""A look at the topics that can be repeated every few seconds: its cost does not grow with what waits.

Where engines stand still, the first record that waits is read, once. Where they move it would be another
one each time, on every partition of a busy hub: there, looks at where the logs ended tell when it came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from deploy.query.arrivals import Arrivals
from deploy.query.lag import first_waiting
from deploy.query.ports import GroupPositions
from monitoring.health import PartitionLag
from schemas.names import (
    AGENCIES,
    AGENCY_FACTS,
    COVERAGE_PERSONS,
    DTSEN_PERSONS,
    HUB_STATE,
    TOPIC_OF_AGENCY,
    Agency,
)
from schemas.records import TopicPartition
from streams.engine.ports import Reader

_MS = 1000.0
_READ_AT_MOST = 2_000
"""Records that may lie from the positions asked for to the ends, in one look: Kafka fetches them all."""


class ManyEnds(Protocol):
    """Where many logs begin and end, each by one request. All raise ``Retryable`` while Kafka is away."""

    def partitions(self, topic: str) -> int:
        """How many partitions the topic has; raises ``Refused`` if it does not exist."""

    def start_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """First offset still on each log."""

    def high_watermarks(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Offset after the last record, open transactions included."""

    def last_stable_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Offset up to which a read_committed reader can read."""

    def newest_timestamps(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Broker time in ms of the newest record, where there is one."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the topics say at one moment; times in seconds, timestamps since 1970.

    ``open_transactions``: of the agency topics and of coverage.persons, 0 where none is open.
    """

    lag: tuple[PartitionLag, ...]
    open_transactions: Mapping[TopicPartition, float]
    newest_facts: Mapping[Agency, float]
    last_commit_age_s: float | None
    person_partitions: int


class Looker:
    """Remembers from look to look what it need not ask again. Used by one thread."""

    def __init__(self, reader: Reader, ends: ManyEnds, group: GroupPositions) -> None:
        self._reader, self._ends, self._group = reader, ends, group
        self._oldest: dict[TopicPartition, tuple[int, int]] = {}
        self._passed: dict[TopicPartition, tuple[int, int]] = {}
        self._stood: Mapping[TopicPartition, int] = {}
        self._arrivals: dict[TopicPartition, Arrivals] = {}
        self._standing: dict[TopicPartition, tuple[int, float]] = {}

    def look(self, now: float) -> Look:
        """Ask for everything once; ``now`` is seconds since 1970."""
        count = self._ends.partitions(DTSEN_PERSONS)
        facts = [TopicPartition(topic, number) for topic in AGENCY_FACTS for number in range(count)]
        published = [TopicPartition(COVERAGE_PERSONS, number) for number in range(count)]
        stable = self._ends.last_stable_offsets([*facts, *published])  # first: it is never past the end then
        end = self._ends.high_watermarks([*facts, *published])
        held_back = self._open_transactions(stable, end, now)
        return Look(
            lag=self._lag(facts, stable, end, held_back, now),
            open_transactions=held_back,
            newest_facts=self._newest_facts(count),
            last_commit_age_s=self._last_commit_age_s(count, now),
            person_partitions=count,
        )

    def _lag(
        self,
        facts: Sequence[TopicPartition],
        stable: Mapping[TopicPartition, int],
        end: Mapping[TopicPartition, int],
        held_back: Mapping[TopicPartition, float],
        now: float,
    ) -> tuple[PartitionLag, ...]:
        start, committed = self._ends.start_offsets(facts), self._group.committed(facts)
        stood = {at: max(committed.get(at) or 0, start[at]) for at in facts}
        for at in facts:
            self._arrivals.setdefault(at, Arrivals()).saw_end(end[at], now)
        positions, oldest = self._waiting(stood, stable)
        return tuple(
            PartitionLag(
                *at,
                position=positions[at],
                high_watermark=end[at],
                stable=stable[at],
                seconds=_waited(positions[at], end[at], oldest.get(at), now),
                open_transaction_s=held_back[at],
            )
            for at in facts
        )

    def _waiting(
        self, stood: Mapping[TopicPartition, int], stable: Mapping[TopicPartition, int]
    ) -> tuple[dict[TopicPartition, int], dict[TopicPartition, float]]:
        """Where the engines stand, past markers and aborted records, and when the first record from there
        on came.
        """
        passed = {at: end for at, (position, end) in self._passed.items() if stood.get(at) == position}
        at_now = {**stood, **passed}
        known = {at: each for at, each in self._oldest.items() if at_now.get(at) == each[0]}
        waiting = {at: each for at, each in at_now.items() if each < stable[at]}
        asked = self._to_read({at: each for at, each in waiting.items() if at not in known}, stood, stable)
        if asked:
            first = first_waiting(self._reader, asked, stable)
            for at, stamp in first.oldest_ms.items():
                known[at] = asked[at], stamp
                self._arrivals[at].was_read(asked[at], stamp / _MS)
            passed |= first.passed
        self._stood, self._oldest = stood, known
        self._passed = {at: (stood[at], end) for at, end in passed.items()}
        came = {at: self._arrivals[at].came(each) for at, each in waiting.items() if at not in passed}
        told = {at: each for at, each in came.items() if each is not None}
        return {**stood, **passed}, told | {at: stamp / _MS for at, (_, stamp) in known.items()}

    def _to_read(
        self,
        waiting: Mapping[TopicPartition, int],
        stood: Mapping[TopicPartition, int],
        stable: Mapping[TopicPartition, int],
    ) -> dict[TopicPartition, int]:
        """Those where the engines stand as at the look before, or that were never looked at; the rest of
        what is too much comes with later looks, markers at the end of a log first.
        """
        still = [at for at in waiting if self._stood.get(at, stood[at]) == stood[at]]
        still.sort(key=lambda at: stable[at] - waiting[at])
        chosen: dict[TopicPartition, int] = {}
        records = 0
        for at in still:
            records += stable[at] - waiting[at]
            if chosen and records > _READ_AT_MOST:
                break
            chosen[at] = waiting[at]
        return chosen

    def _open_transactions(
        self, stable: Mapping[TopicPartition, int], end: Mapping[TopicPartition, int], now: float
    ) -> dict[TopicPartition, float]:
        """How long the last stable offset has stood still below the end, since it was first seen there."""
        standing: dict[TopicPartition, tuple[int, float]] = {}
        for at, offset in stable.items():
            if offset < end[at]:
                before = self._standing.get(at)
                standing[at] = before if before is not None and before[0] == offset else (offset, now)
        self._standing = standing
        return {at: max(0.0, now - standing[at][1]) if at in standing else 0.0 for at in stable}

    def _newest_facts(self, count: int) -> dict[Agency, float]:
        found: dict[Agency, float] = {}
        for agency in AGENCIES:
            topic = TOPIC_OF_AGENCY[agency]
            number = count if topic in AGENCY_FACTS else self._ends.partitions(topic)
            stamps = self._ends.newest_timestamps([TopicPartition(topic, each) for each in range(number)])
            if stamps:
                found[agency] = max(stamps.values()) / _MS
        return found

    def _last_commit_age_s(self, count: int, now: float) -> float | None:
        """Every transaction writes to hub.state; the engines' last one tells also when none of them runs."""
        stamps = self._ends.newest_timestamps([TopicPartition(HUB_STATE, each) for each in range(count)])
        return max(0.0, now - max(stamps.values()) / _MS) if stamps else None


def _waited(position: int, end: int, came: float | None, now: float) -> float | None:
    if position >= end:
        return 0.0
    return None if came is None else max(0.0, now - came)
