"""Absolute counts of the owned partitions for the control plane, all repeatable from state."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from schemas.codec import AvroCodec
from schemas.digest import digest_text
from schemas.ids import RegionCode
from schemas.names import HUB_PARTIALS
from schemas.records import Outgoing, TopicPartition
from streams.coverage.region_index import RegionIndex
from streams.coverage.totals import DIRECTIVE_COUNTS, DISCREPANCIES, RegencyCounts, count_regencies
from streams.engine.batches import CLASSES, OPEN_DAYS, BatchKey, Count
from streams.engine.holds import NOT_HELD
from streams.engine.owned import Owned
from streams.engine.ports import PlainProducer
from streams.engine.rules import Rules

FULL_EVERY_S = 60.0
"""A full round repeats all but closed batches: what was lost on the way is made good within a minute."""

SHARE_OF_TIME = 0.02
"""Counting may take this share of the engine's time; the more persons, the rarer it gets."""

SPACING_AT_MOST_S = 60.0
"""Between two counts, whatever one took: a process that stood still meanwhile has not counted so long."""

HURRIED_S = 5.0
"""Counts may follow each other as soon as this after erasures, however long one takes."""

SPACING_AT_LEAST_S = 0.5
"""Between two counts of one partition."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was last told of a partition, to tell only what differs the next time."""

    standing: tuple[object, ...]
    day: date | None
    full_again_at: float
    regions: dict[str, Record]


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is told of a batch when it has ``records``; it only ever grows, and last did on ``day``."""

    count: Count
    records: int
    day: int
    record: Record


class Partials:
    """Counts and sends what changed. Call ``send`` only while all of memory is on the log."""

    def __init__(
        self, producer: PlainProducer, codec: AvroCodec, regions: RegionIndex, clock: Callable[[], float]
    ) -> None:
        self._producer, self._codec, self._regions, self._clock = producer, codec, regions, clock
        self._sent: dict[int, _Sent] = {}
        self._batches: dict[int, dict[BatchKey, _Batch]] = {}
        self._told_at: dict[int, float] = {}
        self._next = self._counted_at = 0.0

    def forget(self, number: int) -> None:
        """The partition is no longer ours; when it comes back everything is told again."""
        self._sent.pop(number, None)
        self._batches.pop(number, None)
        self._told_at.pop(number, None)

    def hurry(self, number: int) -> None:
        """Tell of this partition next, and soon: somebody waits to hear that a person was erased."""
        self._told_at[number] = float("-inf")
        self._next = min(self._next, self._counted_at + HURRIED_S)

    def due(self) -> bool:
        """Whether it is time to count."""
        return self._clock() >= self._next

    def send(
        self, owned: Sequence[Owned], rules: Rules | None, control_offset: int, now_ms: int
    ) -> Owned | None:
        """Count and send one partition whose committed state has moved, the one longest not told of.

        One at a time, because counting holds up the live facts; returns it.
        """
        started, told = self._clock(), None
        for one in sorted(owned, key=lambda one: self._told_at.get(one.number, 0.0)):
            before = self._sent.get(one.number)
            if before is not None and (started >= before.full_again_at or before.day != _day(rules)):
                before = None
            standing = (dict(one.written), one.state_offset, control_offset)
            if before is None or before.standing != standing:
                self._send_one(one, rules, control_offset, now_ms, before, standing, started)
                self._told_at[one.number] = started
                told = one
                break
        took, self._counted_at = self._clock() - started, started
        spacing = SPACING_AT_LEAST_S / max(len(owned), 1)
        self._next = started + min(max(spacing, took / SHARE_OF_TIME), SPACING_AT_MOST_S)
        return told

    def _send_one(
        self,
        owned: Owned,
        rules: Rules | None,
        control_offset: int,
        now_ms: int,
        before: _Sent | None,
        standing: tuple[object, ...],
        started: float,
    ) -> None:
        """Send one partition: everything when ``before`` is ``None``, else what differs from it."""
        regions = _region_records(self._count(owned, rules))
        known_batches = self._batches.get(owned.number, {})
        batches = self._batches[owned.number] = _batches(owned, known_batches)
        full_again_at = started + FULL_EVERY_S if before is None else before.full_again_at
        told = _Sent(standing, _day(rules), full_again_at, regions)
        known_regions = {} if before is None else before.regions
        # A regency that nobody lives in any more is told once more, emptied.
        emptied = [_emptied(known_regions[region]) for region in known_regions.keys() - regions.keys()]
        record = {
            "partition": owned.number,
            "generation": owned.partition.generation,
            "state_offset": owned.state_offset,
            "control_offset": control_offset,
            "business_date": _day(rules),
            "inputs": [{"topic": topic, "offset": at} for topic, at in sorted(owned.written.items())],
            "full": before is None,
            "persons": owned.partition.persons,
            "regions": [r for region, r in regions.items() if known_regions.get(region) != r] + emptied,
            "batches": [
                each.record if before is None else _grown(each, known_batches.get(batch))
                for batch, each in batches.items()
                if known_batches.get(batch) is not each
                or (before is None and not each.count.closed(_number(rules)))
            ],
            "sent_at": now_ms,
            "preview": None,
        }
        value = self._codec.encode(HUB_PARTIALS, record)
        key = str(owned.number).encode()
        self._producer.produce(Outgoing(TopicPartition(HUB_PARTIALS, -1), [key], [value]))
        self._sent[owned.number] = told

    def _count(self, owned: Owned, rules: Rules | None) -> RegencyCounts:
        partition = owned.partition
        rows = slice(0, len(partition))
        return count_regencies(
            partition.facts.take(rows),
            {slot: codes[rows] for slot, codes in partition.published.verdicts.items()},
            partition.published.region[rows],
            partition.holds.state[rows] != NOT_HELD,
            () if rules is None else rules.directives,
            None if rules is None else rules.membership,
            self._regions.regencies,
        )


def _day(rules: Rules | None) -> date | None:
    return None if rules is None else rules.day


def _number(rules: Rules | None) -> int:
    """The business date's number, 0 before there is one: nothing is closed then."""
    return 0 if rules is None else rules.day_number


def _region_records(counts: RegencyCounts) -> dict[str, Record]:
    """Per regency code (empty for no known region) its record, regencies without anyone left out."""
    records: dict[str, Record] = {}
    for row, digits in enumerate(counts.regencies.tolist()):
        directives = [
            {"directive": name, "version": version}
            | dict(zip(DIRECTIVE_COUNTS, table[row].tolist(), strict=True))
            for (name, version), table in counts.directives.items()
        ]
        persons, discrepancies = int(counts.persons[row]), counts.discrepancies[row].tolist()
        if persons or any(discrepancies) or any(d["eligible"] for d in directives):
            region = RegionCode.from_digits(digits).text if digits else ""
            records[region] = {
                "region": region,
                "persons": persons,
                "directives": directives,
                "discrepancies": dict(zip(DISCREPANCIES, discrepancies, strict=True)),
            }
    return records


def _emptied(record: Record) -> Record:
    """The record of a regency with every count at zero."""
    zero = dict.fromkeys(DIRECTIVE_COUNTS, 0)
    return {
        "region": record["region"],
        "persons": 0,
        "directives": [{**d, **zero} for d in record["directives"]],
        "discrepancies": dict.fromkeys(DISCREPANCIES, 0),
    }


def _batches(owned: Owned, known: Mapping[BatchKey, _Batch]) -> dict[BatchKey, _Batch]:
    """Per open batch what is to be told of it; what is known and has not grown is not made again."""
    told = {}
    for key, count in owned.partition.batches.open.items():
        before, records = known.get(key), sum(count.by_class)
        if before is None or before.records != records:
            before = _Batch(count, records, count.day, _batch_record(key, count))
        told[key] = before
    return told


def _batch_record(key: BatchKey, count: Count) -> Record:
    """The counts of a batch as they stand."""
    return {
        "topic": key[0],
        "batch": key[1],
        "first_offset": count.first_offset,
        **dict(zip(CLASSES, count.by_class, strict=True)),
        "digest": digest_text(count.digest),
        "regencies": [
            {"region": RegionCode.from_digits(digits).text if digits else ""}
            | dict(zip(CLASSES, by_class, strict=True))
            for digits, by_class in sorted(count.regencies.items())
        ],
    }


def _grown(batch: _Batch, known: _Batch | None) -> Record:
    """The record of a batch with those regencies alone that differ from what is known of it: all of them
    where it had been closed, and control has put them together.
    """
    if known is None or known.day + OPEN_DAYS < batch.day:
        return batch.record
    before = {each["region"]: each for each in known.record["regencies"]}
    changed = [each for each in batch.record["regencies"] if before.get(each["region"]) != each]
    return {**batch.record, "regencies": changed}
