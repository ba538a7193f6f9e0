"""From the client library's messages to ``RecordBatch``: one pass per column, headers only when asked for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from confluent_kafka import Message

from schemas.records import Headers, RecordBatch, TopicPartition


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


def by_partition(messages: Sequence[Message]) -> list[RecordBatch]:
    """Error-free messages as batches, each of one partition and in its order."""
    groups: defaultdict[tuple[str | None, int | None], list[Message]] = defaultdict(list)
    sources = zip(map(Message.topic, messages), map(Message.partition, messages), strict=True)
    for source, message in zip(sources, messages, strict=True):
        groups[source].append(message)
    return [_batch(source_of(group[0]), group) for group in groups.values()]


def source_of(message: Message) -> TopicPartition:
    """Where a consumed message comes from; the library types both as optional for messages not yet sent."""
    topic, partition = message.topic(), message.partition()
    assert topic is not None
    assert partition is not None
    return TopicPartition(topic, partition)


def _batch(source: TopicPartition, messages: list[Message]) -> RecordBatch:
    count = len(messages)
    return RecordBatch(
        source=source,
        keys=list(map(Message.key, messages)),
        values=list(map(Message.value, messages)),
        offsets=np.fromiter(map(Message.offset, messages), np.int64, count),
        timestamps=np.fromiter([message.timestamp()[1] for message in messages], np.int64, count),
        headers=LazyHeaders(messages),
    )
