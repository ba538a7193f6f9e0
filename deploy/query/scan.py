"""Reading a topic from outside the hub: all of it, its tail, its newest record per key, or on and on."""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from deploy.query.ports import Ends
from schemas.errors import Refused, Retryable
from schemas.partitioner import partition_for
from schemas.records import RecordBatch, TopicPartition
from streams.engine.ports import Reader

_RECORDS_AT_ONCE = 5_000
_POLL_S = 0.25
PATIENCE_S = 15.0
"""How long a reader may get nothing before the end it was told of: a broker that is away for good."""


Progress = Callable[[str, int, int], None]
"""Called with a topic, how many of its offsets are read, and how many there are to read."""


class Row(NamedTuple):
    """One record. ``timestamp_ms`` is broker time."""

    source: TopicPartition
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


def scan(
    reader: Reader,
    ends: Ends,
    topic: str,
    *,
    last: int | None = None,
    only: bytes | None = None,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Row]:
    """Every committed record there is now, per partition in order; with ``last`` only that many offsets.

    ``only`` this key, from its partition: no other is read. ``progress`` hears after each read how far
    it is. Afterwards the reader stands at the end and ``follow`` goes on from there. Raises ``Retryable``
    if the broker falls silent before the end.
    """
    goals: dict[TopicPartition, int] = {}
    begins: dict[TopicPartition, int] = {}
    partitions = ends.partitions(topic)
    for number in range(partitions) if only is None else [partition_for(only, partitions)]:
        at = TopicPartition(topic, number)
        goals[at] = ends.last_stable_offset(at)
        start = ends.start_offset(at)
        begins[at] = start if last is None else min(max(start, goals[at] - last), goals[at])
    reader.assign(begins)
    heard = clock()
    while any(reader.position(at) < goal for at, goal in goals.items()):
        before = [reader.position(at) for at in goals]
        for batch in reader.consume(_RECORDS_AT_ONCE, _POLL_S):
            yield from _rows(batch, only)
        if progress is not None:
            done = sum(reader.position(at) - begin for at, begin in begins.items())
            progress(topic, done, sum(goals.values()) - sum(begins.values()))
        if before != [reader.position(at) for at in goals]:
            heard = clock()
        elif clock() - heard > PATIENCE_S:
            raise Retryable(f"no answer while reading {topic}", remedy="see `jangkau status`")


def newest(reader: Reader, ends: Ends, topic: str) -> dict[bytes, bytes]:
    """The last value of each key; a key whose last record is a tombstone is left out."""
    found: dict[bytes, bytes] = {}
    for row in scan(reader, ends, topic):
        if row.key is None:
            continue
        if row.value is None:
            found.pop(row.key, None)
        else:
            found[row.key] = row.value
    return found


def follow(reader: Reader, wait_s: float) -> list[Row]:
    """What has come since, waiting at most ``wait_s`` for the first of it."""
    return [row for batch in reader.consume(_RECORDS_AT_ONCE, wait_s) for row in _rows(batch)]


def record_at(reader: Reader, ends: Ends, at: TopicPartition, offset: int) -> Row | None:
    """The record at an offset, or ``None`` if it is not on the log any more."""
    if not ends.start_offset(at) <= offset < ends.last_stable_offset(at):
        return None
    try:
        reader.assign({at: offset})
        until = time.monotonic() + PATIENCE_S
        while reader.position(at) <= offset and time.monotonic() < until:
            for row in follow(reader, _POLL_S):
                if row.offset >= offset:
                    return row if row.offset == offset else None
    except Refused:
        return None  # deleted between the question and the reading
    return None


def _rows(batch: RecordBatch, only: bytes | None = None) -> Iterator[Row]:
    if only is not None and only not in batch.keys:
        return iter(())
    columns = zip(batch.offsets.tolist(), batch.timestamps.tolist(), batch.keys, batch.values, strict=True)
    return (Row(batch.source, *record) for record in columns if only is None or record[2] == only)
