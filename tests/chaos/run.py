"""One run from start to verdict: build up, torment, come to rest, check; then a steady run if asked."""

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from connectors.kafka.config import KafkaConfig
from connectors.kafka.positions import KafkaGroupPositions
from schemas.errors import JangkauError
from schemas.names import AGENCY_FACTS
from schemas.records import TopicPartition
from tests.broker.kafka_world import GROUP, PARTITIONS
from tests.chaos.check import ends_of_our_own, laws_hold, leaks, recorded, told
from tests.chaos.faults import EVERY_KIND, Injected, Schedule
from tests.chaos.hub import ChaosHub
from tests.chaos.steady import Steady, run_steady
from tests.chaos.traffic import Agencies, Ministry, Recorder, Worker

_TURN_S = 0.5
_SAMPLE_EVERY_S = 2.0
_DRAINED_WITHIN_S = 240.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What is to be done: minutes, seed, engines, how many persons, and a fault of ours to plant."""

    minutes: float
    seed: int
    engines: int = 3
    persons: int = 300
    planted: str | None = None
    agreed_within_s: float = 150.0
    """A full round of counts comes once a minute."""
    kinds: Sequence[str] = EVERY_KIND
    """Of faults, by their names in ``Schedule``."""
    steady_minutes: float = 0.0
    """How long a steady run follows (``steady.py``); 0: none."""


@dataclass
class Result:
    """What was done and found. ``findings``: sentences, none if all is right."""

    plan: Plan
    faults: list[Injected] = field(default_factory=list)
    restarts: dict[str, int] = field(default_factory=dict)
    batches: int = 0
    decisions: int = 0
    records: int = 0
    lost: int = 0
    doubled: int = 0
    findings: list[str] = field(default_factory=list)
    steady: Steady | None = None


def play(plan: Plan, say: Say, home: Path | None = None) -> Result:
    """Play a plan in a folder of its own; whatever happens, nothing is left running."""
    result = Result(plan)
    with _folder(home) as folder:
        say(f"seed {plan.seed}: starting Kafka, the registry, {plan.engines} engines and control")
        hub = ChaosHub(folder, plan.engines, plan.planted)
        try:
            _torment(hub, plan, result, say)
            if plan.steady_minutes and not result.findings:
                result.steady = run_steady(hub, plan.steady_minutes, say)
                result.findings += [*result.steady.findings, *_ends(hub)]
        finally:
            hub.close()
    return result


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    made = Path(tempfile.mkdtemp(prefix="jangkau-chaos-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _torment(hub: ChaosHub, plan: Plan, result: Result, say: Say) -> None:
    seeds = random.Random(plan.seed)
    people = [seeds.randbytes(16).hex() for _ in range(plan.persons)]
    agencies = Agencies(hub.cluster, people, seeds.randrange(2**32), pause_s=0.5)
    ministry = Ministry(hub.control, people, seeds.randrange(2**32), pause_s=3.0)
    recorder = Recorder(hub.cluster)
    schedule = Schedule(hub, recorder, random.Random(seeds.randrange(2**32)), say, plan.kinds)
    hub.start()
    say("a date and a directive come into force")
    ministry.first()
    watch = _Watch(hub, schedule)
    workers: list[Worker] = [agencies, ministry, recorder, watch]
    for worker in workers:
        worker.start()
    end = time.monotonic() + plan.minutes * 60
    try:
        while time.monotonic() < end and not any(worker.fault for worker in workers):
            schedule.turn()
            hub.tend()
            time.sleep(_TURN_S)
        schedule.finish()
        say("no more faults: coming to rest")
        _finish(hub, [agencies, ministry])
        _verdict(hub, agencies, recorder, watch, result, say)
    finally:
        for worker in workers:
            worker.stopping.set()
    result.faults, result.restarts = schedule.injected, dict(hub.ended)
    result.batches, result.decisions = len(agencies.batches), ministry.decided


def _finish(hub: ChaosHub, workers: list[Worker]) -> None:
    """Let those who write end what they are at, while the hub is tended."""
    for worker in workers:
        worker.stopping.set()
    while any(worker.is_alive() for worker in workers):
        hub.tend()
        time.sleep(_TURN_S)
    for worker in workers:
        worker.finish()


def _verdict(
    hub: ChaosHub, agencies: Agencies, recorder: Recorder, watch: "_Watch", result: Result, say: Say
) -> None:
    end = time.monotonic() + _DRAINED_WITHIN_S
    while not watch.is_drained():
        hub.tend()
        if time.monotonic() > end:
            result.findings.append(f"not all input is read {_DRAINED_WITHIN_S:.0f} s after the last fault")
            break
        time.sleep(_TURN_S)
    say("checking every person against the oracle")
    if (fault := _agreement(hub, agencies, result.plan.agreed_within_s)) is not None:
        result.findings.append(fault)
    there = recorded(hub.data)
    end = time.monotonic() + _DRAINED_WITHIN_S
    while recorder.missing(there) and time.monotonic() < end:
        time.sleep(_TURN_S)
    recorder.finish()
    result.records, result.doubled = len(there), recorder.doubled
    result.lost = recorder.missing(there)
    if result.lost or result.doubled:
        result.findings.append("the subscriber has not seen what is on coverage.persons")
    result.findings += [*leaks(hub.all), *_ends(hub)]


def _ends(hub: ChaosHub) -> Iterator[str]:
    return ends_of_our_own((hub.home / "engines").glob("engine-*.log"))


def _agreement(hub: ChaosHub, agencies: Agencies, within_s: float) -> str | None:
    """None as soon as all laws hold; else, when it has been long enough, which one does not."""
    end = time.monotonic() + within_s
    while True:
        hub.tend()
        try:
            laws_hold(hub.data, agencies.batches)
            return None
        except (AssertionError, KeyError, JangkauError) as error:
            if time.monotonic() > end:
                return told(error)
        time.sleep(2.0)


class _Watch(Worker):
    """Samples processes, and sees when the engines have caught up after each fault."""

    def __init__(self, hub: ChaosHub, schedule: Schedule) -> None:
        super().__init__("watch")
        self._hub, self._schedule = hub, schedule
        self._group = KafkaGroupPositions(KafkaConfig(hub.cluster.bootstrap_servers), GROUP)
        self._sources = [TopicPartition(t, p) for t in AGENCY_FACTS for p in range(PARTITIONS)]
        self._goals: dict[int, dict[TopicPartition, int]] = {}

    def turn(self) -> None:
        """Once every few seconds."""
        self._hub.sample()
        with suppress(JangkauError):
            self._look(time.monotonic())
        self.stopping.wait(_SAMPLE_EVERY_S)

    def is_drained(self) -> bool:
        """Whether all that is on the agency topics is committed."""
        with suppress(JangkauError):
            committed, ends = self._group.committed(self._sources), self._ends()
            return all((committed[at] or 0) >= ends[at] for at in self._sources)
        return False

    def _look(self, now: float) -> None:
        open_ones = [
            (number, fault)
            for number, fault in enumerate(self._schedule.injected)
            if fault.over_s is not None and fault.caught_up_s is None
        ]
        if not open_ones:
            return
        committed = self._group.committed(self._sources)
        for number, fault in open_ones:
            goals = self._goals.setdefault(number, self._ends())
            if all((committed[at] or 0) >= goal for at, goal in goals.items()):
                fault.caught_up_s = now - fault.began_s

    def _ends(self) -> dict[TopicPartition, int]:
        return {at: self._hub.data.admin.high_watermark(at) for at in self._sources}
