"""An engine on an in-memory log, with the oracle beside it: what the tests of the laws play on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self, cast

import schemas
from schemas.codec import AvroCodec
from schemas.errors import Retryable
from schemas.names import (
    AGENCY_FACTS,
    HUB_ANSWERS,
    HUB_CONTROL,
    HUB_PARTIALS,
    HUB_QUARANTINE,
    PERSON_TOPICS,
)
from schemas.partitioner import partition_for
from schemas.policy import load_policy
from schemas.records import Headers, Outgoing, TopicPartition
from schemas.regions import Regions
from schemas.sealing import SealingKey
from streams.control.decisions import decide
from streams.engine.engine import Engine
from streams.engine.limits import EngineLimits
from streams.engine.observer import EngineObserver
from streams.engine.partials import SPACING_AT_LEAST_S
from streams.engine.ports import LogAdmin
from tests.fakes.memory_log import (
    MemoryAdmin,
    MemoryBroker,
    MemoryGroupConsumer,
    MemoryPlainProducer,
    MemoryReader,
    MemoryTransactionalProducer,
)
from tests.fakes.registry import MemoryRegistry
from tests.oracle.examples import millis
from tests.oracle.hub import OracleHub
from tests.oracle.membership import Policy as OraclePolicy
from tests.oracle.records import RawRecord, Record
from tests.oracle.regions import read_regions
from tests.streams.engine.composed import Clients, Surroundings, engine_on
from tests.streams.engine.deciding import Deciding
from tests.streams.engine.recorded import Recorded

PARTITIONS = 2
GROUP = "engine"
TODAY = date(2026, 4, 10)
AT_MOST_STEPS = 2_000
REGISTRY = MemoryRegistry()
CODEC = AvroCodec(REGISTRY)
COUNTRY = read_regions(Path(schemas.__file__).parent / "reference")
"""Codec and country are the same for all worlds: read once."""


class FlakyRegistry:
    """The registry as engines see it: away for the next ``away_for`` calls."""

    def __init__(self) -> None:
        self.away_for = 0

    def register(self, subject: str, schema: str) -> int:
        self._reach()
        return REGISTRY.register(subject, schema)

    def schema(self, schema_id: int) -> str:
        self._reach()
        return REGISTRY.schema(schema_id)

    def _reach(self) -> None:
        if self.away_for:
            self.away_for -= 1
            raise Retryable("planted")


@dataclass
class Member:
    """One engine with its adapters, so that a test can plant faults or take it away."""

    engine: Engine
    consumer: MemoryGroupConsumer
    producer: MemoryTransactionalProducer

    def run(self) -> None:
        """As its process does, until something is raised."""
        for _ in range(AT_MOST_STEPS):
            self.engine.step()

    def kill(self) -> None:
        """As kill -9: nothing is committed or closed, the coordinator notices."""
        self.consumer.lose_session()


@dataclass
class World(Deciding, Recorded):
    """The log, the oracle fed with the same records, and the engines on it."""

    broker: MemoryBroker = field(default_factory=MemoryBroker)
    partitions: int = PARTITIONS
    members: list[Member] = field(default_factory=list)
    now_s: float = 0.0
    said_of: Counter[str] = field(default_factory=Counter)
    """How often something was decided about each person, and each input."""
    erased: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for topic in PERSON_TOPICS:
            self.broker.create_topic(topic, self.partitions)
        for topic in (HUB_CONTROL, HUB_PARTIALS, HUB_QUARANTINE, HUB_ANSWERS):
            self.broker.create_topic(topic, 1)
        self.codec = CODEC
        self.registry = FlakyRegistry()
        self.regions = Regions.load()
        self.sealing = SealingKey.generate()
        self.oracle = OracleHub(self.partitions, COUNTRY, oracle_policy, self.codec.decode)
        self.admin: LogAdmin = MemoryAdmin(self.broker)
        self.plain = MemoryPlainProducer(self.broker)

    @classmethod
    def at_noon(cls) -> Self:
        """Nothing on the log; the broker's clock stands at noon of ``TODAY``, Jakarta time."""
        world = cls()
        world.broker.clock_ms = millis(TODAY.year, TODAY.month, TODAY.day, 12)
        return world

    def start(
        self,
        slot: int = 0,
        *,
        limits: EngineLimits | None = None,
        allow_rebuild: bool = False,
        observer: EngineObserver | None = None,
    ) -> Member:
        """Start an engine in a slot; a former one of the slot is fenced."""
        consumer = MemoryGroupConsumer(self.broker, GROUP)
        producer = MemoryTransactionalProducer(self.broker, f"{GROUP}-{slot}")
        clients = Clients(consumer, producer, self.plain, self.admin, lambda: MemoryReader(self.broker))
        codec = AvroCodec(self.registry)
        around = Surroundings(
            codec, self.regions, self.sealing, self.partitions, self._clock, lambda: self.broker.clock_ms
        )
        engine = engine_on(clients, around, limits=limits, allow_rebuild=allow_rebuild, observer=observer)
        member = Member(engine, consumer, producer)
        member.engine.start()
        self.members.append(member)
        return member

    def kill_all(self) -> None:
        """As kill -9 of every engine."""
        for member in self.members:
            member.kill()
        self.members.clear()

    def _clock(self) -> float:
        self.now_s += 0.005
        return self.now_s

    def step(self, times: int = 1) -> None:
        """Turn every engine once, ``times`` times."""
        for _ in range(times):
            for member in list(self.members):
                member.engine.step()

    def settle(self) -> None:
        """Turn the engines until all input is read and nothing is under way."""
        quiet = 0
        for _ in range(AT_MOST_STEPS):
            self.step()
            quiet = quiet + 1 if self._is_quiet() else 0
            if quiet >= 3:
                return self._await_counts()
        raise AssertionError("the engines do not come to rest")

    def _await_counts(self) -> None:
        """Each engine tells the counts of one partition at a time."""
        for _ in range(self.partitions):
            self.now_s += 2 * SPACING_AT_LEAST_S
            self.step()

    def _is_quiet(self) -> bool:
        owned = {number for member in self.members for number in member.engine.owned}
        if owned != set(range(self.partitions)) or not all(member.engine.idle for member in self.members):
            return False
        return all(self._is_read(TopicPartition(t, p)) for t in AGENCY_FACTS for p in range(self.partitions))

    def _is_read(self, source: TopicPartition) -> bool:
        holder = next(m for m in self.members if source.partition in m.engine.owned)
        partition = holder.engine.owned[source.partition].partition
        if source.topic in partition.inputs.stopped:
            return True
        position = partition.positions[source.topic]
        return position == self.broker.partition(source).end

    def publish(
        self,
        topic: str,
        token: str,
        value: Record | bytes | None,
        *,
        partition: int | None = None,
        headers: Headers | None = None,
        raw_key: bytes | None = None,
    ) -> str:
        """Append a record of an agency and tell the oracle; returns the class the oracle gives it."""
        key = token.encode() if raw_key is None else raw_key
        where = partition_for(key, self.partitions) if partition is None else partition
        body = self.codec.encode(topic, dict(value)) if isinstance(value, Mapping) else value
        target = TopicPartition(topic, where)
        offset = self.broker.partition(target).end
        self.plain.produce(Outgoing(target, [key], [body], [headers]))
        return self.oracle.record(
            RawRecord(topic, where, offset, self.broker.clock_ms, key, value, headers or {})
        )

    def append(self, raw: RawRecord) -> None:
        """Append a record as it is to the partition it names; its offset and time are the log's."""
        value = raw.value
        body = self.codec.encode(raw.topic, dict(value)) if isinstance(value, Mapping) else value
        target = TopicPartition(raw.topic, raw.partition)
        placed = replace(raw, offset=self.broker.partition(target).end, timestamp_ms=self.broker.clock_ms)
        keys = [raw.key]
        self.plain.produce(Outgoing(target, keys, [body], [raw.headers]))  # type: ignore[arg-type]
        self.oracle.record(placed)

    def control(self, subject: str, version: int, step: int, body: Any) -> None:
        """Append a control event, and tell the oracle."""
        event = decide(subject, version, step, "test", "test", _moment(self.broker.clock_ms), body)
        value = self.codec.encode(HUB_CONTROL, event.to_record())
        self.plain.produce(Outgoing(TopicPartition(HUB_CONTROL, 0), None, [value]))
        self.oracle.control(self.codec.decode(HUB_CONTROL, value), self.broker.clock_ms)

    def records(self, topic: str) -> Iterable[tuple[bytes | None, bytes | None, TopicPartition]]:
        """All committed records of a topic, partition by partition, oldest first."""
        reader = MemoryReader(self.broker)
        for number in range(self.admin.partitions(topic)):
            at = TopicPartition(topic, number)
            reader.assign({at: self.admin.start_offset(at)})
            while batches := reader.consume(1_000, 0.0):
                for batch in batches:
                    yield from ((k, v, at) for k, v in zip(batch.keys, batch.values, strict=True))


def oracle_policy(version: str) -> OraclePolicy:
    """The policy tables as the oracle takes them: their segments are keyed by a Literal."""
    return cast(OraclePolicy, load_policy(version))


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
