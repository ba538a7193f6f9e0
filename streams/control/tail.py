"""Reading topics without a group: once to their end, or on and on from their beginning."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiokafka import (  # type: ignore[import-untyped]
    AIOKafkaConsumer,
    ConsumerRecord,
    TopicPartition,
)
from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]

from schemas.errors import Refused
from streams.control.wire import Raw

ClientOptions = Mapping[str, Any]
"""What every aiokafka client gets: addresses and security."""

_POLL_MS = 500
_MOST_RECORDS = 5000


async def read_to_end(
    options: ClientOptions, topic: str, take: Callable[[Raw], None], since_ms: int | None = None
) -> None:
    """Give every record of the topic, as of now, to ``take``; from broker time ``since_ms`` if given."""
    async with _consumer(options) as consumer:
        ends = await _assign(options, consumer, [topic])
        if since_ms is not None:
            starts = await consumer.offsets_for_times(dict.fromkeys(ends, since_ms))
            for partition, found in starts.items():
                consumer.seek(partition, found.offset if found is not None else ends[partition])
        while not await _reached(consumer, ends):
            for records in (await consumer.getmany(timeout_ms=_POLL_MS, max_records=_MOST_RECORDS)).values():
                for record in records:
                    take(raw_record(record))


class Tail:
    """Follows topics from their first record, for ever; that must still be there.

    ``take`` gets each record and whether it was already there when the tail began.
    """

    def __init__(
        self,
        options: ClientOptions,
        topics: Sequence[str],
        take: Callable[[Raw, bool], Awaitable[None]],
    ) -> None:
        self._options, self._topics, self._take = options, topics, take
        self._next: dict[tuple[str, int], int] = {}
        self._moved = asyncio.Condition()
        self._caught_up = asyncio.Event()

    async def run(self) -> None:
        """Read until cancelled. Raises ``Refused`` if a topic is missing or has lost its beginning."""
        async with _consumer(self._options) as consumer:
            ends = await _assign(self._options, consumer, self._topics)
            await self._refuse_half_logs(consumer, ends)
            while True:
                if not self._caught_up.is_set() and await _reached(consumer, ends):
                    self._caught_up.set()
                fetched = await consumer.getmany(timeout_ms=_POLL_MS, max_records=_MOST_RECORDS)
                for partition, records in fetched.items():
                    for record in records:
                        await self._take(raw_record(record), record.offset < ends[partition])
                    await self._move(partition, records[-1].offset + 1)

    async def caught_up(self) -> None:
        """Wait until everything that was there at the beginning has been taken."""
        await self._caught_up.wait()

    async def reached(self, topic: str, partition: int, next_offset: int) -> None:
        """Wait until every record before ``next_offset`` has been taken."""
        async with self._moved:
            await self._moved.wait_for(lambda: self.position(topic, partition) >= next_offset)

    def position(self, topic: str, partition: int) -> int:
        """Next offset to be taken."""
        return self._next.get((topic, partition), 0)

    async def _move(self, partition: TopicPartition, next_offset: int) -> None:
        async with self._moved:
            self._next[partition.topic, partition.partition] = next_offset
            self._moved.notify_all()

    async def _refuse_half_logs(self, consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> None:
        starts = await consumer.beginning_offsets(list(ends))
        lost = sorted({partition.topic for partition, start in starts.items() if start > 0})
        if lost:
            raise Refused(
                f"{', '.join(lost)} no longer begins at its first record",
                remedy="decisions were lost: restore the topic, or reset the hub and publish anew",
            )


def raw_record(record: ConsumerRecord[bytes, bytes]) -> Raw:
    """A record of aiokafka in our own form."""
    return Raw(
        record.topic,
        record.partition,
        record.offset,
        record.key,
        record.value,
        record.timestamp,
        dict(record.headers),
    )


def _consumer(options: ClientOptions) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(**options, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest")


async def _assign(
    options: ClientOptions, consumer: AIOKafkaConsumer, topics: Sequence[str]
) -> dict[TopicPartition, int]:
    """Assign all partitions of the topics from their beginning; gives the offset after the last record."""
    partitions = await _partitions(options, topics)
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)
    ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
    return ends


async def _partitions(options: ClientOptions, topics: Sequence[str]) -> list[TopicPartition]:
    """All partitions of the topics; a consumer knows only subscribed ones, so the admin is asked."""
    admin = AIOKafkaAdminClient(**options)
    await admin.start()
    try:
        described = await admin.describe_topics(list(topics))
    finally:
        await admin.close()
    missing = sorted(topic["topic"] for topic in described if not topic["partitions"])
    if missing:
        raise Refused(f"no such topic: {', '.join(missing)}", remedy="run `jangkau topics apply`")
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in described
        for partition in topic["partitions"]
    ]


async def _reached(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> bool:
    for partition, end in ends.items():
        if await consumer.position(partition) < end:
            return False
    return True
