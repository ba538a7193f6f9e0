"""A consumer group that goes on where it stopped: for those who subscribe, not for the engine."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from confluent_kafka import Consumer, KafkaError, Message
from confluent_kafka import TopicPartition as KafkaPartition

from connectors.kafka.batches import by_partition
from connectors.kafka.config import KafkaConfig
from connectors.kafka.errors import made, translate, translated
from connectors.kafka.fetching import FAST_FETCH, MOST_PER_CALL
from schemas.errors import JangkauError, Retryable
from schemas.records import RecordBatch, TopicPartition

_log = logging.getLogger(__name__)

_COMMIT_EVERY_S = 1.0


class KafkaSubscription:
    """Reads committed records from the group's positions, or from the start of the log without one.

    What was ``done`` is committed about once a second, before a partition goes to another member, and
    at ``close``. After a crash the last second comes again: at least once.
    """

    def __init__(self, config: KafkaConfig, group_id: str, topics: Sequence[str]) -> None:
        self._done: dict[TopicPartition, int] = {}
        self._gone: Callable[[Sequence[TopicPartition]], None] = lambda partitions: None
        self._failure: JangkauError | None = None
        self._committed_at = time.monotonic()
        self._consumer = made(
            Consumer,
            config.client(
                {
                    **FAST_FETCH,
                    "auto.offset.reset": "earliest",
                    "group.id": group_id,
                    "group.protocol": "consumer",
                    "error_cb": self._on_error,
                }
            ),
        )
        self._assigned = False
        self._consumer.subscribe(
            list(topics), on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_lost
        )

    def on_gone(self, tell: Callable[[Sequence[TopicPartition]], None]) -> None:
        """Have ``tell`` called when partitions went to another member: what follows may repeat."""
        self._gone = tell

    def ready(self) -> bool:
        """Whether the group has given this member partitions yet; before that, silence says nothing."""
        return self._assigned

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` records by partition; waits at most ``timeout_s``."""
        if time.monotonic() - self._committed_at > _COMMIT_EVERY_S:
            self._commit(self._done)
        most = min(max_records, MOST_PER_CALL)
        messages: list[Message] = translated("reading", lambda: self._consumer.consume(most, timeout_s))
        if self._failure is not None:
            raise self._failure
        for error in filter(None, map(Message.error, messages)):
            if error.code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise translate(error, "reading")
            _log.warning("the topic is not known to the broker (yet): %s", error.str())
        return by_partition([message for message in messages if message.error() is None])

    def done(self, positions: Mapping[TopicPartition, int]) -> None:
        """Everything before these positions has been dealt with."""
        self._done.update(positions)

    def close(self) -> None:
        """Commit what is done and leave the group."""
        translated("leaving the group", self._consumer.close)

    def _commit(self, partitions: Iterable[TopicPartition]) -> None:
        positions = {at: self._done.pop(at) for at in list(partitions) if at in self._done}
        self._committed_at = time.monotonic()
        if not positions:
            return
        offsets = [KafkaPartition(at.topic, at.partition, offset) for at, offset in positions.items()]
        try:
            translated(
                "committing positions", lambda: self._consumer.commit(offsets=offsets, asynchronous=False)
            )
        except Retryable as error:
            # The records stay done; only a restart before the next commit would read them again.
            _log.warning("%s", error)
            self._done = {**positions, **self._done}

    def _on_assign(self, _: Consumer, partitions: list[KafkaPartition]) -> None:
        self._assigned = True

    def _on_revoke(self, _: Consumer, partitions: list[KafkaPartition]) -> None:
        gone = [TopicPartition(each.topic, each.partition) for each in partitions]
        self._quietly(lambda: self._commit(gone))
        self._drop(gone)

    def _on_lost(self, _: Consumer, partitions: list[KafkaPartition]) -> None:
        self._drop([TopicPartition(each.topic, each.partition) for each in partitions])

    def _drop(self, gone: Sequence[TopicPartition]) -> None:
        for partition in gone:
            self._done.pop(partition, None)
        self._quietly(lambda: self._gone(gone))

    def _quietly(self, act: Callable[[], Any]) -> None:
        """An exception in a callback would lose messages of the partitions that stay."""
        try:
            act()
        except JangkauError as error:
            self._failure = self._failure or error

    def _on_error(self, error: KafkaError) -> None:
        if error.fatal():
            self._failure = translate(error, "reading as a subscriber")
        else:
            _log.warning("Kafka client: %s (%s)", error.str(), error.name())
