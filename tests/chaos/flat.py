"""Whether a steady run was flat: judged from figures alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.chaos.hub import Sample

GROWN_MB_A_MINUTE = 1.0
LATER_FACTOR = 1.5
LATER_MS = 50.0
"""A latency must have grown by both: half as much again of a few milliseconds is nothing."""

BUSY = 0.15
"""Share of the machine that others may take: above it a latency tells of them, and is not judged."""

_WINDOW_MS = 10_000


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of one process after the warm-up, in MiB. A Java heap grows to its limit, as it is told
    to: not ``judged``.
    """

    name: str
    judged: bool
    first_mb: float
    last_mb: float
    mb_a_minute: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from a fact's broker time to its verdict in the hands of a subscriber, in one third of the
    time after the warm-up. ``tail_ms``: the usual 99th percentile of ten seconds, so that one bad moment is
    not the tail of a third.
    """

    verdicts: int
    median_ms: float
    p99_ms: float
    tail_ms: float


@dataclass(frozen=True, slots=True)
class Effort:
    """Cores that engines and control used in one third, and the share of the machine others took, who are
    neither they nor Kafka, the registry or this program.
    """

    cores: float
    others: float


def slope(samples: Sequence[Sample]) -> float:
    """MiB a minute of the straight line that fits best (least squares); 0 of fewer than two."""
    if len(samples) < 2:
        return 0.0
    minutes = np.array([each.at_s for each in samples]) / 60
    return float(np.polyfit(minutes - minutes[0], [each.memory_mb for each in samples], 1)[0])


def thirds(latencies: NDArray[np.int64], from_ms: float, to_ms: float) -> list[Latency]:
    """``latencies`` (2, n): when a verdict was seen, and how long it took."""
    edges = np.linspace(from_ms, to_ms, 4)
    number = np.searchsorted(edges, latencies[0], side="right") - 1
    return [_latency(*latencies[:, number == third]) for third in range(3)]


def _latency(seen_ms: NDArray[np.int64], took_ms: NDArray[np.int64]) -> Latency:
    if not len(took_ms):
        return Latency(0, 0.0, 0.0, 0.0)
    window = (seen_ms - seen_ms.min()) // _WINDOW_MS
    tails = [np.percentile(took_ms[window == each], 99) for each in np.unique(window)]
    median, p99 = np.percentile(took_ms, [50, 99])
    return Latency(len(took_ms), float(median), float(p99), float(np.median(tails)))


def grown(memory: Sequence[Memory]) -> Iterator[str]:
    """Processes of ours whose memory grows."""
    for each in memory:
        if each.judged and each.mb_a_minute > GROWN_MB_A_MINUTE:
            yield f"steady: memory of {each.name} grows by {each.mb_a_minute:.1f} MiB a minute"


def slower(found: Sequence[Latency]) -> Iterator[str]:
    """Whether verdicts took longer in the last third than in the first: the median, or the tail."""
    if not all(each.verdicts for each in found):
        yield "steady: there are times without any verdict"
        return
    first, last = found[0], found[-1]
    for name, before, after in (
        ("median", first.median_ms, last.median_ms),
        ("99th percentile", first.tail_ms, last.tail_ms),
    ):
        if after > before * LATER_FACTOR and after - before > LATER_MS:
            yield f"steady: the {name} of fact to verdict went from {before:.0f} to {after:.0f} ms"


def harder(efforts: Sequence[Effort]) -> Iterator[str]:
    """Whether the same facts cost more in the last third than in the first. Others have no part in this."""
    first, last = efforts[0].cores, efforts[-1].cores
    if last > first * LATER_FACTOR:
        yield f"steady: engines and control used {first:.2f} cores at first and {last:.2f} at last"


def busy(efforts: Sequence[Effort]) -> bool:
    """Whether others took so much of the machine that a latency says nothing of the hub."""
    return any(each.others > BUSY for each in efforts)
