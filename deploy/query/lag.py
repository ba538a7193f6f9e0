"""How far the engines are behind, asked of the broker: a stopped engine is seen to fall behind too."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deploy.query.ports import Ends, GroupPositions
from monitoring.health import PartitionLag
from schemas.errors import Refused
from schemas.names import AGENCY_FACTS
from schemas.records import TopicPartition
from streams.engine.ports import Reader

_MS = 1000.0
_LOOK_S = 3.0


def measure_lag(
    reader: Reader, ends: Ends, group: GroupPositions, now_ms: float
) -> tuple[tuple[PartitionLag, ...], tuple[str, ...]]:
    """The lag of every partition of the agency topics, and the names of those topics that do not exist.

    Positions are the group's committed ones, so records inside the engines' open transaction still
    count. Where nothing was ever committed, everything on the log is waiting. Markers and aborted records
    of a publisher, which nobody will ever commit past, are not.
    """
    partitions: list[TopicPartition] = []
    missing: list[str] = []
    for topic in AGENCY_FACTS:
        try:
            partitions += [TopicPartition(topic, number) for number in range(ends.partitions(topic))]
        except Refused:
            missing.append(topic)
    positions = _positions(ends, group, partitions)
    marks = {at: (ends.high_watermark(at), ends.last_stable_offset(at)) for at in partitions}
    waiting = {at: position for at, position in positions.items() if position < marks[at][1]}
    first = first_waiting(reader, waiting, {at: marks[at][1] for at in waiting})
    positions |= first.passed
    lag = [
        PartitionLag(
            *at,
            position=positions[at],
            high_watermark=marks[at][0],
            stable=marks[at][1],
            seconds=_seconds(positions[at], marks[at][0], first.oldest_ms.get(at), now_ms),
        )
        for at in partitions
    ]
    return tuple(lag), tuple(missing)


@dataclass(frozen=True, slots=True)
class First:
    """The first readable record from each position on: its broker time in ms, where there is one.

    ``passed``: where there is none, because only markers and aborted records lie there, the position after
    them. A partition in neither did not answer in time.
    """

    oldest_ms: Mapping[TopicPartition, int]
    passed: Mapping[TopicPartition, int]


def first_waiting(
    reader: Reader,
    positions: Mapping[TopicPartition, int],
    stable: Mapping[TopicPartition, int],
    clock: Callable[[], float] = time.monotonic,
) -> First:
    """Look what lies from each position to the last stable offset; waits a few seconds at most.

    Afterwards the reader has no partitions: with some, Kafka's client would go on fetching, and keep what
    nobody asks for, 256 MB of it.
    """
    try:
        return _first_waiting(reader, positions, stable, clock)
    finally:
        reader.assign({})


def _first_waiting(
    reader: Reader,
    positions: Mapping[TopicPartition, int],
    stable: Mapping[TopicPartition, int],
    clock: Callable[[], float],
) -> First:
    found: dict[TopicPartition, int] = {}
    passed: dict[TopicPartition, int] = {}
    waiting = dict(positions)
    reader.assign(waiting)
    until = clock() + _LOOK_S
    while waiting and clock() < until:
        batches = reader.consume(len(waiting), 0.5)
        for batch in batches:
            found.setdefault(batch.source, int(batch.timestamps[0]))
        passed |= {
            at: reader.position(at) for at in waiting if at not in found and reader.position(at) >= stable[at]
        }
        left = {at: offset for at, offset in waiting.items() if at not in found and at not in passed}
        if batches and left:
            # One partition with a long queue would otherwise keep the others from being seen.
            reader.assign(left)
        waiting = left
    return First(found, passed)


def _positions(
    ends: Ends, group: GroupPositions, partitions: Sequence[TopicPartition]
) -> dict[TopicPartition, int]:
    committed = group.committed(partitions) if partitions else {}
    return {at: max(committed.get(at) or 0, ends.start_offset(at)) for at in partitions}


def _seconds(position: int, end: int, oldest_ms: int | None, now_ms: float) -> float | None:
    if position >= end:
        return 0.0
    return None if oldest_ms is None else max(0.0, (now_ms - oldest_ms) / _MS)
