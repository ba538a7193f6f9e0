"""Engine processes by slot, each with faults planted around its clients, and what becomes of them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from schemas.codec import AvroCodec
from schemas.errors import Fenced, Retryable
from schemas.names import AGENCY_FACTS, HUB_CONTROL
from schemas.records import TopicPartition
from schemas.regions import Regions
from schemas.sealing import SealingKey
from streams.engine.engine import Engine
from streams.engine.inputs import RejectLimits
from streams.engine.limits import EngineLimits
from streams.engine.needs_rebuild import NeedsRebuild
from streams.engine.partials import SPACING_AT_LEAST_S
from streams.engine.sweep import SweepLimits
from tests.fakes.faults import Faults, ProcessKilled
from tests.fakes.faulty import FaultyAdmin, FaultyConsumer, FaultyPlain, FaultyProducer, FaultyReader
from tests.property.histories.logs import HistoryLog
from tests.streams.engine.composed import Clients, Surroundings, engine_on
from tests.streams.engine.world import FlakyRegistry

TURNS_AT_MOST = 2_000
TELL_EVERY_S = 2 * SPACING_AT_LEAST_S
_FLUSH_S = 30.0
_REGIONS, _SEALING = Regions.load(), SealingKey.generate()

# Few records to a read and few rows to a scan, so that work is cut in as many places as can be.
SMALL = EngineLimits(records_per_read=5, publish_per_s=100, scan_rows_per_transaction=4)
SWEEPING = SweepLimits(bytes_at_least=2_000, garbage_factor=0, slice_rows=1)
STRICT = RejectLimits(window=6, records=3, share=0.5)


def limits_of(words: tuple[str, ...]) -> EngineLimits:
    """``sweeping``: the state is swept all the time; ``strict``: few rejects stop an input."""
    sweep = SWEEPING if "sweeping" in words else SMALL.sweep
    return replace(SMALL, sweep=sweep, rejects=STRICT if "strict" in words else SMALL.rejects)


@dataclass
class Member:
    """One process: its engine and clients, what is planned to go wrong, and what follows its end."""

    engine: Engine
    clients: Clients
    consumer: FaultyConsumer
    producer: FaultyProducer
    faults: Faults = field(default_factory=Faults)
    is_doomed: bool = False
    """Whether something was planned that ends it."""
    stays_down: bool = False
    """Whether nobody starts it again then."""


class Engines:
    """The processes of a hub. ``turn`` raises what no fault explains."""

    def __init__(self, log: HistoryLog, limits: EngineLimits) -> None:
        self.log, self._limits = log, limits
        self.members: dict[int, Member] = {}
        self.registry = FlakyRegistry()
        self.down: set[int] = set()
        """Slots whose process died, and nobody started it again."""
        self.state_is_lost = False
        """Whether an engine may ask for a rebuild; whoever runs it then starts it so."""
        self.now_s = 0.0

    def start(self, slot: int, *, allow_rebuild: bool = False) -> None:
        """Start a process in a slot that is free; a former one of it is fenced."""
        raw, faults = self.log.clients(slot), Faults()
        consumer = FaultyConsumer(raw.consumer, faults, raw.admin.start_offset)
        producer = FaultyProducer(raw.producer, faults)
        clients = Clients(
            consumer,
            producer,
            FaultyPlain(raw.plain, faults),
            FaultyAdmin(raw.admin, faults),
            lambda: FaultyReader(raw.reader(), faults),
        )
        around = Surroundings(
            AvroCodec(self.registry), _REGIONS, _SEALING, self.log.partitions, self._clock, self.log.now_ms
        )
        engine = engine_on(clients, around, limits=self._limits, allow_rebuild=allow_rebuild)
        engine.start()
        self.members[slot] = Member(engine, raw, consumer, producer, faults)
        self.down.discard(slot)

    def kill(self, slot: int) -> None:
        """kill -9: nothing is committed or closed, and nobody starts it again."""
        del self.members[slot]
        self.log.abandon(slot)
        self.down.add(slot)

    def close(self, slot: int) -> None:
        """Ask a process to end; it commits what it has and leaves, unless it dies of that."""
        member = self.members.pop(slot)
        try:
            member.engine.close()
        except (Fenced, ProcessKilled):
            assert member.is_doomed, "nothing was planned that ends it"
            self.log.abandon(slot)
            self.down.add(slot)

    def turn(self, slot: int) -> None:
        """Turn one engine once, and do with what it raises as its process and the supervisor do."""
        member = self.members.get(slot)
        if member is None:
            return
        try:
            member.engine.step()
        except Retryable:
            return  # a pause, then on
        except NeedsRebuild:
            assert self.state_is_lost, "the state is whole"
            self.kill(slot)
            self.start(slot, allow_rebuild=True)
        except (Fenced, ProcessKilled):
            assert member.is_doomed, "nothing was planned that ends it"
            self.kill(slot)
            if not member.stays_down:
                self.start(slot)

    def turn_all(self) -> None:
        """Turn each engine once."""
        for slot in sorted(self.members):
            self.turn(slot)

    def await_assignment(self) -> None:
        """On a log where that takes time: turn until the group has given every partition to somebody."""
        wanted, deadline = self.log.partitions * len(AGENCY_FACTS), time.monotonic() + self.log.patience_s
        while self.members and sum(len(m.consumer.assigned) for m in self.members.values()) < wanted:
            if time.monotonic() >= deadline:
                return
            self.turn_all()

    def tell(self) -> None:
        """Counts are due."""
        self.now_s += TELL_EVERY_S

    def mend(self) -> None:
        """Nothing is planned any more, and what dead processes left open is over."""
        for member in self.members.values():
            member.faults.forget()
            member.producer.forget_doubts()
        self.registry.away_for = 0
        for slot in self.down:
            self.log.expire(slot)
        if not self.members:
            self.start(0)

    def come_to_rest(self) -> None:
        """Turn until all input is read, nothing is under way, and every count is told."""
        deadline, quiet, turns = time.monotonic() + self.log.patience_s, 0, 0
        while quiet < 3:
            turns += 1
            assert turns < TURNS_AT_MOST or time.monotonic() < deadline, "the engines do not come to rest"
            self.turn_all()
            quiet = quiet + 1 if self._is_quiet() else 0
        for _ in range(self.log.partitions + 1):
            self.tell()
            self.turn_all()
        for member in self.members.values():
            assert member.clients.plain.flush(_FLUSH_S) == 0

    @property
    def stopped_inputs(self) -> set[str]:
        """Topics of which some partition stands still."""
        owned = [one for member in self.members.values() for one in member.engine.owned.values()]
        return {topic for one in owned for topic in one.partition.inputs.stopped}

    def _is_quiet(self) -> bool:
        owned = [one for member in self.members.values() for one in member.engine.owned.values()]
        if len(owned) < self.log.partitions or not all(m.engine.idle for m in self.members.values()):
            return False
        decided = self._end(HUB_CONTROL, 0)
        return all(
            one.control_offset == decided
            and self._is_read(one.number, one.partition.positions, one.partition.inputs.stopped)
            for one in owned
        )

    def _is_read(self, number: int, positions: Mapping[str, int], stopped: Mapping[str, Any]) -> bool:
        return all(t in stopped or positions[t] == self._end(t, number) for t in AGENCY_FACTS)

    def _end(self, topic: str, number: int) -> int:
        return self.log.admin.high_watermark(TopicPartition(topic, number))

    def _clock(self) -> float:
        self.now_s += 0.005
        return self.now_s
