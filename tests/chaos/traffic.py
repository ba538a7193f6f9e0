"""What goes on in the hub meanwhile: agencies publish, the ministry decides, a subscriber records."""

import random
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from connectors.client import Publisher
from connectors.kafka.config import KafkaConfig
from connectors.kafka.producer import KafkaPlainProducer
from connectors.kafka.reader import KafkaReader
from deploy.cluster import Cluster
from schemas.errors import JangkauError
from schemas.events import Command, Enrolment, MembershipSnapshot, Outcome, PersonRanked
from schemas.ids import PersonToken
from schemas.names import (
    BPJS_MEMBERSHIPS,
    COVERAGE_PERSONS,
    DTSEN_PERSONS,
    HUB_COMMANDS,
    HUB_OUTCOMES,
    KEMNAKER_DIRECTIVES,
    Agency,
)
from schemas.partitioner import partition_for
from schemas.records import Outgoing, TopicPartition
from tests.broker.control_world import ControlWorld
from tests.broker.kafka_world import PARTITIONS
from tests.connectors.client.samples import NOON, ranked
from tests.streams.control.builders import NAME, advance, approve, command, drafted, preview, revoked

FIRST_DAY = date(2026, 4, 10)
_REGIONS = ("74.71", "74.71.01", "74.01.01", "31.71", "91.01")
_WITHIN_S = 420.0
"""Longer than control is patient with a preview, and a broker takes to start on a busy machine."""
_PAUSE_S = 0.5
_DECISIONS = ("day", "day", "directive", "directive", "revocation", "erase", "reinstate")


class Worker(threading.Thread):
    """Repeats ``turn`` until it is told to stop. What breaks is kept, and fails the run."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.stopping = threading.Event()
        self.fault: BaseException | None = None

    def turn(self) -> None:
        raise NotImplementedError

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                self.turn()
        except BaseException as error:  # whatever it is, the run must not look well
            self.fault = error

    def finish(self) -> None:
        """Let the turn end, and no other begin."""
        self.stopping.set()
        self.join(_WITHIN_S)
        if self.fault is not None:
            raise self.fault
        assert not self.is_alive(), f"{self.name} does not come to an end"


class Agencies(Worker):
    """Both agencies in turn, a batch at a time: new facts, repeats, stale and conflicting ones, out of order;
    and records that nobody can use, outside of any batch.
    """

    def __init__(self, cluster: Cluster, people: list[str], seed: int, pause_s: float) -> None:
        super().__init__("agencies")
        self._cluster, self._people, self._pause_s = cluster, people, pause_s
        self._random = random.Random(seed)
        self._run = uuid.uuid4().hex[:6]
        self._version = int(time.time() * 1_000_000)
        self._sent: dict[tuple[Agency, str], Any] = {}
        self._junk = KafkaPlainProducer(KafkaConfig(cluster.bootstrap_servers))
        self.batches: list[tuple[str, str]] = []
        """Topic and batch id of every batch whose manifest was sent."""

    def turn(self) -> None:
        agency: Agency = self._random.choice(("BPS", "BPJSTK"))
        name = f"{agency.lower()}-{self._run}-{len(self.batches)}"
        events = [self._event(agency, name) for _ in range(self._random.randint(50, 250))]
        self._random.shuffle(events)
        self._publish(agency, name, events)
        self.batches.append((DTSEN_PERSONS if agency == "BPS" else BPJS_MEMBERSHIPS, name))
        self._throw_junk()
        self.stopping.wait(self._pause_s)

    def _publish(self, agency: Agency, name: str, events: list[tuple[str, Any]]) -> None:
        """As a program of an agency does by the guide: what is broken off is resumed, until it is there."""
        begun, sent = datetime.now(UTC), 0
        end = time.monotonic() + _WITHIN_S
        while True:
            try:
                with Publisher.connect(self._cluster.bootstrap_servers, self._cluster.registry_url) as out:
                    batch = out.resume(agency, "PART", name, begun=begun) if sent else None
                    batch = batch or out.batch(agency, "PART", batch_id=name)
                    for token, event in events[sent:]:
                        batch.send(PersonToken.parse(token), event)
                        sent += 1
                    batch.close()
                    return
            except JangkauError:
                if time.monotonic() > end:
                    raise
                sent = max(sent, 1)
                time.sleep(_PAUSE_S)

    def _event(self, agency: Agency, batch: str) -> tuple[str, Any]:
        token, chance = self._random.choice(self._people), self._random.random()
        last = self._sent.get((agency, token))
        if last is not None and chance < 0.08:
            return token, replace(last, batch=batch)  # once more
        event = self._ranked(batch) if agency == "BPS" else self._snapshot(batch)
        if last is not None and chance < 0.16:
            return token, replace(event, version=last.version)  # the same version, other content
        if last is not None and chance < 0.24:
            return token, replace(event, version=last.version - 1)
        self._sent[agency, token] = event
        return token, event

    def _ranked(self, batch: str) -> PersonRanked:
        self._version += 1
        deciles = [None, 1, 1, 2, 3, 4, 5, 9]
        return replace(
            ranked(batch, (20261 << 32) + self._version % (1 << 31), self._random.choice(deciles)),
            region=self._random.choice(_REGIONS),
            presence="DECEASED" if self._random.random() < 0.05 else "PRESENT",
            work_status=self._random.choice([None, 1, 4, 6]),
        )

    def _snapshot(self, batch: str) -> MembershipSnapshot:
        self._version += 1
        paid = self._random.choice([date(2026, 1, 31), date(2026, 3, 31), date(2026, 6, 30)])
        enrolment = Enrolment(self._random.choice(("BPU", "PU")), ("JKK", "JKM"), paid, "SELF", None)
        held = (enrolment,) if self._random.random() < 0.6 else ()
        return MembershipSnapshot(self._version, batch, "PAID", held, NOON)

    def _throw_junk(self) -> None:
        token = self._random.choice(self._people).encode()
        junk: list[tuple[bytes | None, bytes | None]] = [(token, b"junk"), (token, None), (b"nobody", b"")]
        for key, value in junk:
            where = TopicPartition(DTSEN_PERSONS, partition_for(key or b"", PARTITIONS))
            with suppress(JangkauError):
                self._junk.produce(Outgoing(where, [key], [value]))  # type: ignore[list-item]


class Ministry(Worker):
    """Lets the days pass, brings versions of a directive into force and revokes some, erases people and takes
    that back.
    """

    def __init__(self, control: ControlWorld, people: list[str], seed: int, pause_s: float) -> None:
        super().__init__("ministry")
        self._control, self._people, self._pause_s = control, people, pause_s
        self._random = random.Random(seed)
        self.day, self.version = FIRST_DAY, 0
        self.erased: list[str] = []
        self.decided = 0

    def turn(self) -> None:
        """One decision, and a pause."""
        choice = self._random.choice(
            ["day", "day", "directive", "directive", "revocation", "erase", "reinstate"]
        )
        getattr(self, f"_{choice}")()
        self.decided += 1
        self.stopping.wait(self._pause_s)

    def first(self) -> None:
        """A date and a directive in force, before anything breaks."""
        self._ask(advance(self.day.isoformat()))
        self._directive()

    def _day(self) -> None:
        self.day += timedelta(days=self._random.choice([1, 1, 5, 16]))
        self._ask(advance(self.day.isoformat()))

    def _directive(self) -> None:
        self.version += 1
        deciles = sorted(self._random.sample(range(1, 6), k=3))
        event = drafted(self.version, self.day.isoformat(), means={"welfare": {"deciles": deciles}})
        self._insist(lambda: self._control.send(KEMNAKER_DIRECTIVES, NAME, event))
        end = time.monotonic() + _WITHIN_S
        while time.monotonic() < end:
            seen = self._ask(preview(self.version))
            if seen.preview is not None:
                self._ask(approve(seen.preview.figures.digest, self.version))
                return
        raise AssertionError(f"version {self.version} is not previewed")

    def _revocation(self) -> None:
        """Nobody is meant for a moment; the next version follows."""
        event = revoked(self.version)
        self._insist(lambda: self._control.send(KEMNAKER_DIRECTIVES, NAME, event))
        self.stopping.wait(self._pause_s)
        self._directive()

    def _erase(self) -> None:
        person = self._random.choice(self._people)
        if person not in self.erased and len(self.erased) < 10:
            self.erased.append(person)
            self._ask(command("ERASE_PERSON", {"person": person}))

    def _reinstate(self) -> None:
        if self.erased and self._random.random() < 0.5:
            self._ask(command("REINSTATE_PERSON", {"person": self.erased.pop()}))

    def _ask(self, asked: Command) -> Outcome:
        """Send a command, again if need be, until it is answered."""
        identity = str(uuid.uuid4())
        end = time.monotonic() + _WITHIN_S
        self._insist(lambda: self._control.send(HUB_COMMANDS, identity, asked))
        while time.monotonic() < end:
            with suppress(JangkauError, AssertionError):
                found = dict(self._control.records(Outcome, HUB_OUTCOMES)).get(identity)
                if found is not None:
                    return found
            time.sleep(_PAUSE_S)
        raise AssertionError(f"{asked.kind} is not answered")

    @staticmethod
    def _insist(act: Callable[[], None]) -> None:
        end = time.monotonic() + _WITHIN_S
        while True:
            try:
                return act()
            except (JangkauError, AssertionError):
                if time.monotonic() > end:
                    raise
                time.sleep(_PAUSE_S)


class Recorder(Worker):
    """A subscriber of coverage.persons with positions of its own; what it saw is compared with the topic."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__("recorder")
        self._config = KafkaConfig(cluster.bootstrap_servers)
        self._reader: KafkaReader | None = None
        self.positions = {TopicPartition(COVERAGE_PERSONS, number): 0 for number in range(PARTITIONS)}
        self.seen: dict[tuple[int, int], tuple[bytes | None, bytes | None]] = {}
        self.doubled = 0
        self.slow = threading.Event()

    def turn(self) -> None:
        if self.slow.is_set():
            self.stopping.wait(_PAUSE_S)
            return
        try:
            if self._reader is None:
                self._reader = KafkaReader(self._config)
                self._reader.assign(self.positions)
            for batch in self._reader.consume(1_000, 0.2):
                for offset, key, value in zip(batch.offsets.tolist(), batch.keys, batch.values, strict=True):
                    place = batch.source.partition, offset
                    self.doubled += place in self.seen
                    self.seen[place] = key, value
                self.positions[batch.source] = batch.next_offset
        except JangkauError:
            self._start_over()

    def _start_over(self) -> None:
        """A new connection, from the positions it has."""
        if self._reader is not None:
            self._reader.close()
        self._reader = None
        self.stopping.wait(_PAUSE_S)

    def missing(self, there: Mapping[tuple[int, int], tuple[bytes | None, bytes | None]]) -> int:
        """Records on the topic that it did not see, or saw otherwise, and such that are not there."""
        return sum(self.seen.get(place) != record for place, record in there.items()) + len(
            self.seen.keys() - there.keys()
        )
