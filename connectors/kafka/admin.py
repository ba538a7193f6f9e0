"""Questions about logs and topics, and the few changes the hub makes to them."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

from confluent_kafka import IsolationLevel, KafkaError, TopicCollection
from confluent_kafka import TopicPartition as KafkaPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # exported, but not in the way mypy asks
    AdminClient,
    AlterConfigOpType,
    ClusterMetadata,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    ListOffsetsResultInfo,
    NewTopic,
    OffsetSpec,
    ResourceType,
    TopicDescription,
)

from connectors.kafka.asking import Asking
from connectors.kafka.config import KafkaConfig
from connectors.kafka.errors import kafka_error, translated
from schemas.errors import Refused, Retryable
from schemas.records import TopicPartition

T = TypeVar("T")

_TIMEOUT_S = 10.0
_KEPT_S = 10.0
"""How much longer than a question takes a client is kept that was replaced."""
_EARLIEST: OffsetSpec = OffsetSpec.earliest()  # type: ignore[no-untyped-call]
_LATEST: OffsetSpec = OffsetSpec.latest()  # type: ignore[no-untyped-call]
_NEWEST: OffsetSpec = OffsetSpec.max_timestamp()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class TopicLayout:
    """How a topic shall be made."""

    name: str
    partitions: int
    replication_factor: int = 1
    config: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TopicState:
    """How a topic is. ``config`` has only what was set on the topic itself."""

    name: str
    id: str
    partitions: int
    replication_factor: int
    config: Mapping[str, str]


class KafkaAdmin:
    """Answers the engine's ``LogAdmin`` on Kafka, and makes and describes topics."""

    def __init__(self, config: KafkaConfig, *, timeout_s: float = _TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._asking = Asking(config.client({}), kept_s=timeout_s + _KEPT_S)

    def cluster_id(self) -> str:
        """The cluster's own unique id.

        From the metadata: the admin client's request for it ends the process (an assertion of librdkafka
        2.16) when a broker that stood still answers with an error.
        """
        return str(self._metadata("describing the cluster").cluster_id)

    def partitions(self, topic: str) -> int:
        """How many partitions the topic has; raises ``Refused`` if it does not exist."""
        return len(self._describe(topic).partitions)

    def topic_id(self, topic: str) -> str:
        """The broker's unique id of the topic; raises ``Refused`` if it does not exist."""
        return str(self._describe(topic).topic_id)

    def start_offset(self, partition: TopicPartition) -> int:
        """First offset still on the log."""
        return self._offset(partition, _EARLIEST)

    def high_watermark(self, partition: TopicPartition) -> int:
        """Offset after the last record, open transactions included.

        Asked of the admin client: the watermarks of a read_committed consumer end at the last stable offset.
        """
        return self._offset(partition, _LATEST)

    def offset_at(self, partition: TopicPartition, timestamp_ms: int) -> int:
        """Offset of the first record the broker took at or after this time (ms since 1970); the high
        watermark if there is none.
        """
        end = self.high_watermark(partition)  # before the question: what comes meanwhile is not skipped
        found = self._offset(partition, OffsetSpec.for_timestamp(timestamp_ms))
        return end if found < 0 else found

    def last_stable_offset(self, partition: TopicPartition) -> int:
        """Offset up to which a read_committed reader can read."""
        return self._offset(partition, _LATEST, IsolationLevel.READ_COMMITTED)

    def high_watermarks(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """Of many partitions by one request."""
        return {at: found for at, (found, _) in self._offsets(partitions, _LATEST).items()}

    def start_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """Of many partitions by one request."""
        return {at: found for at, (found, _) in self._offsets(partitions, _EARLIEST).items()}

    def last_stable_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """Of many partitions by one request."""
        asked = self._offsets(partitions, _LATEST, IsolationLevel.READ_COMMITTED)
        return {at: found for at, (found, _) in asked.items()}

    def newest_timestamps(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """Broker time in ms since 1970 of the newest record of each partition that has one."""
        asked = self._offsets(partitions, _NEWEST)
        return {at: stamp for at, (found, stamp) in asked.items() if found >= 0 and stamp >= 0}

    def delete_before(self, partition: TopicPartition, offset: int) -> None:
        """Delete records before the offset; raises ``Refused`` on a compacted topic."""
        target = KafkaPartition(partition.topic, partition.partition, offset)
        self._asking.ask(
            f"deleting records of {partition.topic}",
            lambda client: client.delete_records([target], request_timeout=self._timeout_s)[target].result(),
        )

    def topics(self) -> set[str]:
        """Names of all topics but Kafka's internal ones."""
        return {name for name in self._metadata("listing topics").topics if not name.startswith("__")}

    def describe(self, names: Iterable[str]) -> dict[str, TopicState]:
        """The state of those of the topics that exist."""
        there = sorted(set(names) & self.topics())
        if not there:
            return {}
        resources = [ConfigResource(ResourceType.TOPIC, name) for name in there]

        def read(client: AdminClient) -> dict[str, Mapping[str, ConfigEntry]]:
            asked = client.describe_configs(resources, request_timeout=self._timeout_s)
            return {resource.name: future.result() for resource, future in asked.items()}

        configs = self._asking.ask("reading topic settings", read)
        return {name: self._state(name, entries) for name, entries in configs.items()}

    def _state(self, name: str, entries: Mapping[str, ConfigEntry]) -> TopicState:
        described = self._describe(name)
        own: object = ConfigSource.DYNAMIC_TOPIC_CONFIG.value  # the library answers with the number
        set_here = {key: str(entry.value) for key, entry in sorted(entries.items()) if entry.source == own}
        return TopicState(
            name=name,
            id=str(described.topic_id),
            partitions=len(described.partitions),
            replication_factor=len(described.partitions[0].replicas),
            config=set_here,
        )

    def create(self, layouts: Iterable[TopicLayout]) -> None:
        """Make topics; one that exists already is left as it is."""
        wanted = [
            NewTopic(each.name, each.partitions, each.replication_factor, config=dict(each.config))
            for each in layouts
        ]
        if not wanted:
            return

        def create(client: AdminClient) -> None:
            for name, future in client.create_topics(wanted, operation_timeout=self._timeout_s).items():
                _result(f"creating {name}", future, unless=KafkaError.TOPIC_ALREADY_EXISTS)

        self._asking.ask("creating topics", create)

    def set_config(self, topic: str, config: Mapping[str, str]) -> None:
        """Change these settings of a topic and leave the others."""
        entries = [
            ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
            for name, value in config.items()
        ]
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries)

        def change(client: AdminClient) -> None:
            for future in client.incremental_alter_configs([resource]).values():
                future.result()

        self._asking.ask(f"changing settings of {topic}", change)

    def delete(self, topics: Iterable[str]) -> None:
        """Delete topics with all they hold; one that does not exist is passed over."""
        names = list(topics)
        if not names:
            return

        def delete(client: AdminClient) -> None:
            for name, future in client.delete_topics(names, operation_timeout=self._timeout_s).items():
                _result(f"deleting {name}", future, unless=KafkaError.UNKNOWN_TOPIC_OR_PART)

        self._asking.ask("deleting topics", delete)

    def _metadata(self, doing: str) -> ClusterMetadata:
        return self._asking.ask(doing, lambda client: client.list_topics(timeout=self._timeout_s))

    def _describe(self, topic: str) -> TopicDescription:
        def describe(client: AdminClient) -> TopicDescription:
            asked = client.describe_topics(TopicCollection([topic]), request_timeout=self._timeout_s)
            described: TopicDescription = asked[topic].result()  # the request's own time-out ends it
            return described

        return self._asking.ask(f"describing {topic}", describe)

    def _offset(
        self,
        partition: TopicPartition,
        which: OffsetSpec,
        isolation: IsolationLevel = IsolationLevel.READ_UNCOMMITTED,
    ) -> int:
        ((offset, _),) = self._offsets([partition], which, isolation).values()
        return offset

    def _offsets(
        self,
        partitions: Sequence[TopicPartition],
        which: OffsetSpec,
        isolation: IsolationLevel = IsolationLevel.READ_UNCOMMITTED,
    ) -> dict[TopicPartition, tuple[int, int]]:
        """Offset and timestamp of each, both as the broker says them."""
        if not partitions:
            return {}
        asked = {KafkaPartition(at.topic, at.partition): which for at in partitions}

        def read(client: AdminClient) -> dict[TopicPartition, ListOffsetsResultInfo]:
            futures = client.list_offsets(asked, isolation_level=isolation, request_timeout=self._timeout_s)
            return {
                TopicPartition(at.topic, at.partition): _result(f"asking for offsets of {at.topic}", future)
                for at, future in futures.items()
            }

        try:
            found = self._asking.ask("asking for offsets", read)
        except Retryable as error:
            self._look_behind(error, {at.topic for at in partitions})
            raise
        return {at: (int(info.offset), int(info.timestamp)) for at, info in found.items()}

    def _look_behind(self, error: Retryable, topics: set[str]) -> None:
        """That nobody leads a topic may mean that there is none: raises ``Refused``."""
        inner = kafka_error(error.__cause__) if isinstance(error.__cause__, Exception) else None
        if inner is not None and inner.code() == KafkaError._NOENT and (missing := topics - self.topics()):
            raise Refused(
                f"the cluster lacks {', '.join(sorted(missing))}", remedy="`jangkau topics apply` makes it"
            ) from error


def _result(doing: str, future: "Future[T]", *, unless: int | None = None) -> T:
    def wait() -> T:
        return future.result()  # the request's own time-out ends it

    try:
        return translated(doing, wait)
    except Refused as error:
        inner = kafka_error(error.__cause__) if isinstance(error.__cause__, Exception) else None
        if unless is not None and inner is not None and inner.code() == unless:
            return None  # type: ignore[return-value]
        raise
