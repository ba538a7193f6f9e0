"""The topics of a hub in memory, written to in plain words and read as the commands read them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from deploy.query.status import Sources
from schemas import names
from schemas.codec import AvroCodec
from schemas.events import (
    BusinessDateSet,
    ControlEvent,
    DirectiveInForce,
    Quarantined,
    WireRecord,
)
from schemas.records import Outgoing, TopicPartition
from schemas.sealing import SealingKey
from streams.control.decisions import decide
from tests.fakes.memory_broker import MemoryBroker
from tests.fakes.memory_log import MemoryAdmin, MemoryReader
from tests.fakes.registry import MemoryRegistry

GROUP = "jangkau-engine"
_PARTITIONS = 2
_ONE_PARTITION = (
    names.HUB_CONTROL,
    names.COVERAGE_REGIONS,
    names.HUB_QUARANTINE,
    names.HUB_REPAIRS,
    names.AGENCY_MANIFESTS,
    names.HUB_ANSWERS,
    names.HUB_PARTIALS,
    names.HUB_COMMANDS,
    names.HUB_OUTCOMES,
    names.KEMNAKER_DIRECTIVES,
    names.COVERAGE_DIRECTIVES,
    names.AGENCY_RECEIPTS,
)


class MemoryEnds(MemoryAdmin):
    """Also knows the last stable offset, as the Kafka admin does."""

    def __init__(self, broker: MemoryBroker) -> None:
        super().__init__(broker)
        self._log = broker

    def last_stable_offset(self, partition: TopicPartition) -> int:
        return self._log.partition(partition).last_stable_offset

    def start_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {at: self.start_offset(at) for at in partitions}

    def high_watermarks(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {at: self.high_watermark(at) for at in partitions}

    def last_stable_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {at: self.last_stable_offset(at) for at in partitions}

    def newest_timestamps(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        logs = {at: self._log.partition(at) for at in partitions}
        return {at: log.timestamps[-1] for at, log in logs.items() if log.timestamps}


class MemoryPositions:
    """The engines' committed positions."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._log = broker

    def committed(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int | None]:
        return {at: self._log.group(GROUP).committed.get(at) for at in partitions}


class HubTopics:
    """A broker with the hub's topics. ``put`` writes a typed value, ``commit`` moves the engines."""

    def __init__(self) -> None:
        self.broker = MemoryBroker()
        self.codec = AvroCodec(MemoryRegistry())
        for topic in names.PERSON_TOPICS:
            self.broker.create_topic(topic, _PARTITIONS)
        for topic in _ONE_PARTITION:
            self.broker.create_topic(topic, 1)

    def sources(self) -> Sources:
        return Sources(
            MemoryReader(self.broker), MemoryEnds(self.broker), MemoryPositions(self.broker), self.codec
        )

    def put(self, topic: str, key: str | None, value: WireRecord) -> None:
        encoded = self.codec.encode(topic, value.to_record())
        self.put_raw(topic, 0, None if key is None else key.encode(), encoded)

    def put_person(self, topic: str, token: str, value: WireRecord | None) -> None:
        """Into the partition of the person; ``None`` is a tombstone."""
        encoded = None if value is None else self.codec.encode(topic, value.to_record())
        self.put_raw(topic, -1, token.encode(), encoded)

    def put_raw(self, topic: str, partition: int, key: bytes | None, value: bytes | None) -> None:
        keys = None if key is None else [key]
        self.broker.append(Outgoing(TopicPartition(topic, partition), keys, [value]))

    def commit(self, topic: str, partition: int, offset: int) -> None:
        self.broker.group(GROUP).committed[TopicPartition(topic, partition)] = offset


def control_event(subject: str, version: int, body: BusinessDateSet | DirectiveInForce) -> ControlEvent:
    step = 1 if isinstance(body, DirectiveInForce) else 0
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    return decide(subject, version, step, "test", "test", moment, body)


def business_date(day: date) -> ControlEvent:
    return control_event("date", day.toordinal(), BusinessDateSet(day))


def quarantined(
    sealing: SealingKey,
    *,
    offset: int = 7,
    reason: str = "UNDECODABLE",
    topic: str = names.DTSEN_PERSONS,
    key: bytes | None = b"7471010101900000",
    value: bytes | None = b"not avro",
    batch: str | None = "bps-2026-1",
) -> Quarantined:
    origin = f"{topic}/1/{offset}".encode()
    return Quarantined(
        topic=topic,
        partition=1,
        offset=offset,
        reason=reason,
        detail="value: framing",
        batch=batch,
        schema_id=None,
        sealed_key=None if key is None else sealing.seal(key, origin),
        sealed_value=None if value is None else sealing.seal(value, origin),
        key_id=sealing.key_id,
        recorded_at=datetime(2026, 3, 1, 5, 0, offset % 60, tzinfo=UTC),
    )
