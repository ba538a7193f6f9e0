"""All that stands on the topics of a hub at rest, and what the oracle makes of it."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from random import Random

from schemas.codec import AvroCodec
from schemas.events import (
    REINSTATED_AFTER_MS,
    ControlEvent,
    GuardGranted,
    HoldsDecided,
    InputResumed,
    PreviewWanted,
    StateGeneration,
)
from schemas.names import AGENCY_FACTS, COVERAGE_PERSONS, HUB_CONTROL, HUB_HOLDS, HUB_PARTIALS, HUB_QUARANTINE
from schemas.records import Outgoing, RecordBatch, TopicPartition
from streams.engine.limits import EngineLimits
from tests.oracle.hub import OracleHub
from tests.oracle.records import RawRecord
from tests.oracle.verdict import Desired, digest
from tests.property.histories.logs import HistoryLog
from tests.streams.engine import laws
from tests.streams.engine.recorded import Recorded
from tests.streams.engine.world import CODEC, COUNTRY, World, oracle_policy

_TOPICS = (HUB_CONTROL, *AGENCY_FACTS, COVERAGE_PERSONS, HUB_HOLDS, HUB_PARTIALS, HUB_QUARANTINE)
_LEFT_OUT = GuardGranted, HoldsDecided, PreviewWanted, StateGeneration, InputResumed
"""Decisions of a replay are those its digest depends on: holds are recorded, not computed again."""


class Snapshot(Recorded):
    """What ``laws`` asks of a hub at rest. The oracle has read the decisions first, then the facts."""

    def __init__(self, log: HistoryLog) -> None:
        self.codec: AvroCodec = CODEC
        self._partitions = log.partitions
        self._batches = _read(log, _TOPICS)
        self.oracle = OracleHub(log.partitions, COUNTRY, oracle_policy, CODEC.decode)
        for raw in self.decisions:
            self.oracle.control(CODEC.decode(HUB_CONTROL, _bytes(raw)), raw.timestamp_ms)
        for raw in self.facts:
            self.oracle.record(raw)

    def records(self, topic: str) -> Iterator[tuple[bytes | None, bytes | None, TopicPartition]]:
        for raw in self._raw(topic):
            yield raw.key, _bytes_or_none(raw), TopicPartition(topic, raw.partition)

    @property
    def decisions(self) -> list[RawRecord]:
        """Events of hub.control."""
        return list(self._raw(HUB_CONTROL))

    @property
    def facts(self) -> list[RawRecord]:
        """What agencies sent, partition by partition."""
        return [raw for topic in AGENCY_FACTS for raw in self._raw(topic)]

    def check(self) -> None:
        """Laws 1 to 5, from the log alone."""
        laws.check_all(self)

    def check_replay(self, seed: int) -> None:
        """Law 2: the same facts in another order and other batches, and the same decisions but those about
        holds, lead a new engine to the same verdicts.
        """
        world, mixed = World(partitions=self._partitions), Random(seed)
        decisions, facts = self.decisions, self.facts
        mixed.shuffle(facts)
        world.start(limits=EngineLimits(records_per_read=mixed.choice([1, 3, 50])))
        while decisions or facts:
            decides = decisions and (not facts or mixed.random() < 0.4 or _is_minute_older(decisions, facts))
            chosen = decisions.pop(0) if decides else facts.pop()
            if chosen.topic != HUB_CONTROL or _decides(chosen):
                _append(world, chosen)
            world.step(mixed.choice([0, 0, 1, 3]))
        world.settle()
        replayed = {token: laws.said_by(states[-1]) for token, states in world.published().items()}
        live = {token: laws.said_by(states[-1]) for token, states in self.published().items()}
        held = self.oracle.held
        assert _meant(replayed, but=held) == _meant(live, but=held), "replay equals live"
        assert digest(replayed) == self.oracle.digest

    def _raw(self, topic: str) -> Iterator[RawRecord]:
        for number in sorted(at.partition for at in self._batches if at.topic == topic):
            for batch in self._batches[TopicPartition(topic, number)]:
                yield from _records(batch)


def _is_minute_older(decisions: Sequence[RawRecord], facts: Sequence[RawRecord]) -> bool:
    """Whether the next decision is so much older than the next fact that no engine reads that first: facts
    of somebody reinstated count so long after (docs/erasure.md).
    """
    return decisions[0].timestamp_ms + REINSTATED_AFTER_MS <= facts[-1].timestamp_ms


def _meant(said: Mapping[str, Desired], *, but: Collection[str]) -> dict[str, Desired]:
    return {token: desired for token, desired in said.items() if desired.verdicts and token not in but}


def _decides(raw: RawRecord) -> bool:
    return not isinstance(ControlEvent.from_record(CODEC.decode(HUB_CONTROL, _bytes(raw))).body, _LEFT_OUT)


def _append(world: World, raw: RawRecord) -> None:
    """As it stood on its log, with its time."""
    world.broker.clock_ms = raw.timestamp_ms
    keys = None if raw.topic == HUB_CONTROL else [raw.key]
    target = TopicPartition(raw.topic, raw.partition)
    world.broker.append(Outgoing(target, keys, [_bytes_or_none(raw)], [raw.headers]))  # type: ignore[arg-type]


def _records(batch: RecordBatch) -> Iterator[RawRecord]:
    for i, (offset, time_ms) in enumerate(
        zip(batch.offsets.tolist(), batch.timestamps.tolist(), strict=True)
    ):
        yield RawRecord(
            batch.source.topic,
            batch.source.partition,
            offset,
            time_ms,
            batch.keys[i],
            batch.values[i],
            batch.headers.get(i, {}),
        )


def _bytes(raw: RawRecord) -> bytes:
    assert isinstance(raw.value, bytes)
    return raw.value


def _bytes_or_none(raw: RawRecord) -> bytes | None:
    return None if raw.value is None else _bytes(raw)


def generations_told(log: HistoryLog) -> dict[int, int]:
    """Per partition the newest state generation that control has been told of, 0 for the first."""
    batches = [batch for found in _read(log, [HUB_PARTIALS]).values() for batch in found]
    told = [CODEC.decode(HUB_PARTIALS, value or b"") for batch in batches for value in batch.values]
    return {partial["partition"]: partial["generation"] for partial in told}


def _read(log: HistoryLog, topics: Sequence[str]) -> dict[TopicPartition, list[RecordBatch]]:
    """All committed records of each partition, up to where its log ends now."""
    every = [
        TopicPartition(topic, number) for topic in topics for number in range(log.admin.partitions(topic))
    ]
    ends = {at: log.admin.high_watermark(at) for at in every}
    found: dict[TopicPartition, list[RecordBatch]] = {at: [] for at in every}
    reader = log.reader()
    reader.assign({at: log.admin.start_offset(at) for at in every})
    deadline = time.monotonic() + max(log.patience_s, 1.0)
    while any(reader.position(at) < ends[at] for at in every):
        for batch in reader.consume(10_000, 0.1):
            found[batch.source].append(batch)
        assert time.monotonic() < deadline, "a transaction is still open on a log at rest"
    reader.close()
    return found
