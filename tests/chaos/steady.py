"""A steady run: an even load and no faults, and nothing may grow: not memory, not the time to a verdict."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from schemas.events import BatchReceipt
from schemas.names import AGENCY_RECEIPTS
from tests.broker.fresh import until
from tests.chaos.flat import Effort, Latency, Memory, busy, grown, harder, slope, slower, thirds
from tests.chaos.hub import TICKS_A_SECOND, ChaosHub, Kept
from tests.chaos.steady_traffic import Load, Verdicts
from tests.chaos.traffic import Worker

RATE = 1_000
"""Facts a second, of both agencies together: a tenth of what the latency of one engine is measured at, so
that two cores carry Kafka, the registry, three engines, control and ourselves.
"""

WARM_UP_S = 120.0
"""Until then memory may grow and is not looked at (of a run below six minutes: a third). By then a second
batch has begun, each engine has told two full rounds of counts, and buffers have their size.
"""

_RATE_REACHED = 0.95
_SAMPLE_EVERY_S = 2.0
_SETTLED_S = 120.0


@dataclass
class Steady:
    """What a steady run saw. ``rate``: facts a second that were published. ``latencies`` and ``efforts`` are
    of the thirds of the time after the warm-up.
    """

    minutes: float
    rate: float = 0.0
    memory: list[Memory] = field(default_factory=list)
    latencies: list[Latency] = field(default_factory=list)
    efforts: list[Effort] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Machine:
    """Seconds of CPU that everybody, and this program, have used until ``at_s``."""

    at_s: float
    busy_s: float
    own_s: float

    @classmethod
    def now(cls) -> "_Machine":
        """Nothing where there is no /proc."""
        try:
            user, nice, system, _, _, *more = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
        except OSError:
            user, nice, system, more = "0", "0", "0", []
        ticks = sum(map(int, (user, nice, system, *more)))
        return cls(time.monotonic(), ticks / TICKS_A_SECOND, sum(os.times()[:2]))


def run_steady(hub: ChaosHub, minutes: float, say: Callable[[str], None]) -> Steady:
    """Play it on a hub that runs, and judge. Not while others write to its topics."""
    found = Steady(minutes)
    load, verdicts = Load(hub.cluster, RATE), Verdicts(hub.cluster)
    say(f"steady: {RATE} facts a second for {minutes:g} minutes, no faults")
    load.first()
    workers: list[Worker] = [load, verdicts]
    begun, ahead_s = time.monotonic(), time.time() - time.monotonic()
    end = begun + minutes * 60
    edges = np.linspace(begun + min(WARM_UP_S, minutes * 20), end, 4).tolist()
    try:
        for worker in workers:
            worker.start()
        machine = _let_pass(hub, workers, end)
        load.finish()
        found.rate = load.sent / (time.monotonic() - begun)
        load.close()
        _settle(hub, load.batches, found)
        verdicts.finish()
    finally:
        for worker in workers:
            worker.stopping.set()
    from_ms, to_ms = ((edge + ahead_s) * 1000 for edge in (edges[0], end))
    found.latencies = thirds(verdicts.latencies(), from_ms, to_ms)
    found.efforts = [_effort(hub, machine, *between) for between in pairwise(edges)]
    found.memory = list(_memory(hub, edges[0], end))
    found.findings += [*_ended(hub), *_judged(found)]
    return found


def _judged(found: Steady) -> Iterator[str]:
    yield from grown(found.memory)
    yield from harder(found.efforts)
    if not busy(found.efforts):
        yield from slower(found.latencies)
    if found.rate < RATE * _RATE_REACHED:
        yield f"steady: {found.rate:.0f} facts a second were published, not {RATE}"


def _let_pass(hub: ChaosHub, workers: Sequence[Worker], end_s: float) -> list[_Machine]:
    """What the machine did until then."""
    seen = []
    while time.monotonic() < end_s and not any(worker.fault for worker in workers):
        hub.sample()
        seen.append(_Machine.now())
        time.sleep(_SAMPLE_EVERY_S)
    return seen


def _settle(hub: ChaosHub, batches: Sequence[str], found: Steady) -> None:
    """Every batch has a receipt that says it is complete, in time."""
    missing = set(batches)

    def complete() -> bool:
        receipts = hub.control.records(BatchReceipt, AGENCY_RECEIPTS)
        missing.difference_update(key for key, receipt in receipts if receipt.complete)
        return not missing

    try:
        until(complete, "incomplete", _SETTLED_S)
    except AssertionError:
        found.findings.append(f"steady: {len(missing)} of {len(batches)} batches are not complete")


def _memory(hub: ChaosHub, from_s: float, to_s: float) -> Iterator[Memory]:
    for kept in hub.lasting:
        warm = [each for each in kept.lives[-1] if from_s <= each.at_s <= to_s]
        if warm:
            judged = kept not in (hub.broker, hub.registry)
            yield Memory(kept.name, judged, warm[0].memory_mb, warm[-1].memory_mb, slope(warm))


def _effort(hub: ChaosHub, machine: Sequence[_Machine], from_s: float, to_s: float) -> Effort:
    there = [each for each in machine if from_s <= each.at_s <= to_s]
    first, last = there[0], there[-1]
    took_s = last.at_s - first.at_s
    ours_s = sum(_cpu_s(kept, from_s, to_s) for kept in (hub.worker, *hub.engines))
    java_s = sum(_cpu_s(kept, from_s, to_s) for kept in (hub.broker, hub.registry))
    others_s = last.busy_s - first.busy_s - (last.own_s - first.own_s) - ours_s - java_s
    return Effort(ours_s / took_s, max(0.0, others_s) / took_s / (os.cpu_count() or 1))


def _cpu_s(kept: Kept, from_s: float, to_s: float) -> float:
    there = [each.cpu_s for each in kept.lives[-1] if from_s <= each.at_s <= to_s]
    return there[-1] - there[0] if there else 0.0


def _ended(hub: ChaosHub) -> Iterator[str]:
    for kept in hub.lasting:
        if not kept.child.running():
            yield f"steady: {kept.name} ended"
