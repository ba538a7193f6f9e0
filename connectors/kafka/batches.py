"""From the client library's messages to ``RecordBatch``: one pass per column, headers only when asked for."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any

import numpy as np
from confluent_kafka import Message
from numpy.typing import NDArray

from schemas.records import Headers, RecordBatch, TopicPartition

_TIME = itemgetter(1)


class LazyHeaders(Mapping[int, Headers]):
    """Headers of a batch by record index, read from the messages on demand: hardly any record needs them.

    It keeps the messages alive, so do not hold on to it longer than to the batch.
    """

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = messages

    def __getitem__(self, index: int) -> Headers:
        if not 0 <= index < len(self._messages):
            raise KeyError(index)
        pairs: Any = self._messages[index].headers()
        if not pairs:
            raise KeyError(index)
        return {name: value if value is not None else b"" for name, value in pairs}

    def __iter__(self) -> Iterator[int]:
        return (index for index, message in enumerate(self._messages) if message.headers())

    def __len__(self) -> int:
        return sum(1 for _ in self)


def by_partition(messages: Sequence[Message], *, rising: bool = True) -> list[RecordBatch]:
    """Error-free messages as batches, each of one partition and in the order they came.

    ``rising``: offsets only rise within each, so that the first and the last may tell all between.
    """
    sources: dict[TopicPartition, list[Message]] = {}
    for start, stop in _runs(messages):
        sources.setdefault(source_of(messages[start]), []).extend(messages[start:stop])
    return [_batch(source, run, rising) for source, run in sources.items()]


def _runs(messages: Sequence[Message]) -> Iterator[tuple[int, int]]:
    """Slices of messages of one partition: the client library hands over whole fetches, thousands in a row.

    Every message is asked for its topic and partition. Offsets cannot tell: they have gaps where
    transaction markers lie, and a record of another partition fits into such a gap.
    """
    if not messages:
        return
    topics = list(map(Message.topic, messages))
    code = np.fromiter(map(Message.partition, messages), np.int64, len(messages))
    if topics.count(topics[0]) < len(topics):
        numbers = {topic: number for number, topic in enumerate(set(topics))}
        code = code * len(numbers) + np.fromiter(map(numbers.__getitem__, topics), np.int64, len(topics))
    edges = [0, *(np.flatnonzero(np.diff(code)) + 1).tolist(), len(messages)]
    yield from pairwise(edges)


def source_of(message: Message) -> TopicPartition:
    """Where a consumed message comes from; the library types both as optional for messages not yet sent."""
    topic, partition = message.topic(), message.partition()
    assert topic is not None
    assert partition is not None
    return TopicPartition(topic, partition)


def _offsets(messages: list[Message], rising: bool) -> NDArray[np.int64]:
    first, last, count = messages[0].offset() or 0, messages[-1].offset() or 0, len(messages)
    if rising and last - first == count - 1:  # none is missing between them
        return np.arange(first, last + 1, dtype=np.int64)
    return np.fromiter(map(Message.offset, messages), np.int64, count)


def _batch(source: TopicPartition, messages: list[Message], rising: bool) -> RecordBatch:
    count = len(messages)
    return RecordBatch(
        source=source,
        keys=list(map(Message.key, messages)),
        values=list(map(Message.value, messages)),
        offsets=_offsets(messages, rising),
        timestamps=np.fromiter(map(_TIME, map(Message.timestamp, messages)), np.int64, count),
        headers=LazyHeaders(messages),
    )
