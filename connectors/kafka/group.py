"""A member of a consumer group under Kafka's consumer protocol (KIP-848)."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from confluent_kafka import OFFSET_BEGINNING, OFFSET_INVALID, Consumer, KafkaError, Message
from confluent_kafka import TopicPartition as KafkaPartition

from connectors.kafka.batches import by_partition, source_of
from connectors.kafka.config import KafkaConfig
from connectors.kafka.errors import made, translate, translated
from connectors.kafka.fetching import FAST_FETCH, MOST_PER_CALL
from schemas.errors import Retryable
from schemas.records import RecordBatch, TopicPartition

_log = logging.getLogger(__name__)

_COMMITTED_TIMEOUT_S = 1.0
_SEEK_PATIENCE_S = 2.0
_SEEK_PAUSE_S = 0.01
_BEGINS_AGAIN_WITHIN_S = 120.0
"""Twice as long as the client waits for the answer where a partition begins that it was just given."""


class Listener(Protocol):
    """Told of ownership, as the engine's ``RebalanceListener``."""

    def on_assigned(self, partitions: Sequence[TopicPartition]) -> None:
        """Gained, paused at the first record."""

    def on_revoked(self, partitions: Sequence[TopicPartition]) -> None:
        """About to go."""

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        """Gone."""


class KafkaGroupConsumer:
    """Answers the engine's ``GroupConsumer`` on Kafka.

    An exception in a rebalance callback would make the client library drop messages it has already
    gathered for partitions that stay, so callbacks record their error and ``consume`` raises it.
    """

    def __init__(self, config: KafkaConfig, group_id: str) -> None:
        self._failure: Exception | None = None
        self._listener: Listener | None = None
        self._paused: set[TopicPartition] = set()
        self._rising_from = 0.0
        """Until then a partition may begin again in the middle of what is handed out."""
        # Gathered by a call that asked for none: only a call that may return a message serves the group.
        self._stash: list[Message] = []
        self._consumer = made(
            Consumer,
            config.client(
                {
                    **FAST_FETCH,
                    "group.id": group_id,
                    "group.protocol": "consumer",
                    "group.remote.assignor": "range",
                    "error_cb": self._on_error,
                }
            ),
        )

    def subscribe(self, topics: Sequence[str], listener: Listener) -> None:
        """Join the group; partitions arrive through the listener during ``consume``."""
        self._listener = listener
        translated(
            "subscribing",
            lambda: self._consumer.subscribe(
                list(topics), on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_lost
            ),
        )

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` records by partition; raises what a callback recorded, or ``Retryable``."""
        messages = self._from_stash(max_records)
        room = min(max_records - len(messages), MOST_PER_CALL) if max_records else 1
        if room > 0:
            wait_s = 0.0 if messages else timeout_s
            messages += translated("reading", lambda: self._consumer.consume(room, wait_s))
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        for error in filter(None, map(Message.error, messages)):
            raise _reading_failed(error)
        if not max_records:
            self._stash += messages
            return []
        return by_partition(messages, rising=time.monotonic() > self._rising_from)

    def _from_stash(self, most: int) -> list[Message]:
        if not self._stash or not most:
            return []
        ready = [message for message in self._stash if source_of(message) not in self._paused][:most]
        taken = set(map(id, ready))
        self._stash = [message for message in self._stash if id(message) not in taken]
        return ready

    def _unstash(self, partitions: Sequence[TopicPartition]) -> None:
        self._stash = [message for message in self._stash if source_of(message) not in partitions]

    def pause(self, partitions: Sequence[TopicPartition]) -> None:
        """Deliver nothing from these until resumed."""
        translated("pausing", lambda: self._consumer.pause(_kafka(partitions)))
        self._paused.update(partitions)

    def resume(self, partitions: Sequence[TopicPartition]) -> None:
        """Deliver again from the current position."""
        translated("resuming", lambda: self._consumer.resume(_kafka(partitions)))
        self._paused.difference_update(partitions)

    def seek(self, position: TopicPartition, offset: int) -> None:
        """Move an owned partition. A partition just assigned may not be ready yet: waits a moment for it."""
        self._unstash([position])
        target = KafkaPartition(position.topic, position.partition, offset)
        deadline = time.monotonic() + _SEEK_PATIENCE_S
        while True:
            try:
                translated(
                    f"moving {position.topic}/{position.partition}", lambda: self._consumer.seek(target)
                )
                return
            except Retryable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_SEEK_PAUSE_S)

    def committed(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int | None]:
        """Committed offsets once no transaction is pending on them; a time-out raises ``Retryable``."""
        found: list[KafkaPartition] = translated(
            "asking for committed offsets",
            lambda: self._consumer.committed(_kafka(partitions), timeout=_COMMITTED_TIMEOUT_S),
        )
        for each in found:
            if each.error is not None:
                raise translate(each.error, "asking for committed offsets")
        return {
            TopicPartition(each.topic, each.partition): None if each.offset == OFFSET_INVALID else each.offset
            for each in found
        }

    def group_metadata(self) -> object:
        """Member and epoch as of now."""
        return translated("asking for group metadata", self._consumer.consumer_group_metadata)

    def close(self) -> None:
        """Leave the group; what is owned is revoked first."""
        translated("leaving the group", self._consumer.close)

    def _on_assign(self, _: Consumer, partitions: list[KafkaPartition]) -> None:
        def assign() -> None:
            # An explicit offset: without one the client would ask for the group's, which only fences. Not 0:
            # a fetch may be sent before the pause, and what was there has long expired.
            at_start = [KafkaPartition(each.topic, each.partition, OFFSET_BEGINNING) for each in partitions]
            self._consumer.incremental_assign(at_start)
            self._rising_from = time.monotonic() + _BEGINS_AGAIN_WITHIN_S
            self._consumer.pause(at_start)
            gained = _ours(partitions)
            self._paused.update(gained)
            assert self._listener is not None
            self._listener.on_assigned(gained)

        self._record(assign)

    def _on_revoke(self, _: Consumer, partitions: list[KafkaPartition]) -> None:
        assert self._listener is not None
        self._give_up(partitions, self._listener.on_revoked)

    def _on_lost(self, _: Consumer, partitions: list[KafkaPartition]) -> None:
        assert self._listener is not None
        self._give_up(partitions, self._listener.on_lost)

    def _give_up(
        self, partitions: list[KafkaPartition], tell: Callable[[Sequence[TopicPartition]], None]
    ) -> None:
        gone = _ours(partitions)
        self._record(lambda: tell(gone))
        self._unstash(gone)
        self._paused.difference_update(gone)
        self._record(lambda: self._consumer.incremental_unassign(partitions))

    def _record(self, act: Callable[[], Any]) -> None:
        try:
            translated("following a rebalance", act)
        except Exception as error:
            _log.warning("a rebalance callback failed: %s", error)
            self._failure = self._failure or error

    def _on_error(self, error: KafkaError) -> None:
        """From inside ``consume``: librdkafka goes on by itself after all but fatal errors."""
        if error.fatal():
            self._failure = translate(error, "reading as a group member")
        else:
            _log.warning("Kafka client: %s (%s)", error.str(), error.name())


def _reading_failed(error: KafkaError) -> Exception:
    if error.code() in (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC):
        # Right after creation the brokers may not all know the topic.
        return Retryable(f"reading: {error.str()}", remedy="create the topics with `jangkau topics apply`")
    return translate(error, "reading")


def _kafka(partitions: Sequence[TopicPartition]) -> list[KafkaPartition]:
    return [KafkaPartition(each.topic, each.partition) for each in partitions]


def _ours(partitions: list[KafkaPartition]) -> list[TopicPartition]:
    return sorted(TopicPartition(each.topic, each.partition) for each in partitions)
