"""Producers: the engine's transactional one, and a plain one for what can be sent again."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from confluent_kafka import TopicPartition as KafkaPartition

from connectors.kafka.config import KafkaConfig
from connectors.kafka.errors import kafka_error, made, refused, translate, translated
from connectors.kafka.stuck import ends_if_stuck
from schemas.errors import Fenced, JangkauError, Refused, Retryable, TransactionAborted
from schemas.records import Outgoing, TopicPartition

FAST_PRODUCE: dict[str, Any] = {
    # As Java's default; librdkafka's own differs and would scatter persons over wrong partitions.
    "partitioner": "murmur2_random",
    # A topic made in passing would have the cluster's own number of partitions, and keep it for life.
    "allow.auto.create.topics": False,
    "compression.type": "lz4",
    "linger.ms": 5,
    "batch.size": 1_000_000,
    "batch.num.messages": 100_000,
    "queue.buffering.max.messages": 1_000_000,
    "queue.buffering.max.kbytes": 524_288,
    # No report for what went well: a third more records per CPU second (measured).
    "delivery.report.only.error": True,
}

_BUFFER_POLL_S = 0.05
_ATTEMPT_S = 5.0
_STUCK_AFTER_S = 3 * _ATTEMPT_S
_DEFINITE_WITHIN_S = 60.0
_TRANSACTION_TIMEOUT_MS = 10_000
_LOST_ON_REPEAT = (KafkaError.MSG_SIZE_TOO_LARGE, KafkaError._UNKNOWN_TOPIC, KafkaError._UNKNOWN_PARTITION)


def enqueue(producer: Producer, records: Outgoing) -> None:
    """Queue records in order, waiting while the queue is full. Raises ``KafkaException``.

    One ``produce`` call a record: measured as fast as ``produce_batch``, which cannot carry headers.
    """
    topic, partition = records.target
    keys = records.keys if records.keys is not None else [None] * len(records)
    produce = producer.produce
    if records.headers is not None:
        for key, value, headers in zip(keys, records.values, records.headers, strict=True):
            pairs: dict[str, str | bytes | None] | None = None if headers is None else {**headers}
            try:
                produce(topic, value, key, partition, headers=pairs)
            except BufferError:
                _insist(producer, partial(produce, topic, value, key, partition, headers=pairs))
        return
    for key, value in zip(keys, records.values, strict=True):
        try:
            produce(topic, value, key, partition)
        except BufferError:
            _insist(producer, partial(produce, topic, value, key, partition))


def _insist(producer: Producer, send: Callable[[], None]) -> None:
    while True:
        try:
            send()
            return
        except BufferError:
            producer.poll(_BUFFER_POLL_S)


def enqueue_reported(
    producer: Producer, records: Outgoing, report: Callable[[KafkaError | None, Message], None]
) -> None:
    """Queue records in order without waiting; ``report`` hears of each.

    Raises ``BufferError`` and ``KafkaException``.
    """
    topic, partition = records.target
    keys = records.keys if records.keys is not None else [None] * len(records)
    headers = records.headers if records.headers is not None else [None] * len(records)
    for key, value, header in zip(keys, records.values, headers, strict=True):
        pairs: dict[str, str | bytes | None] | None = None if header is None else {**header}
        producer.produce(topic, value, key, partition, on_delivery=report, headers=pairs)


class KafkaTransactionalProducer:
    """Answers the engine's ``TransactionalProducer`` on Kafka.

    A dead holder keeps its transaction open for ``transaction.timeout.ms`` (10 s), and readers waiting
    that long, unless a new holder of the same id calls ``init`` earlier.
    """

    def __init__(self, config: KafkaConfig, transactional_id: str) -> None:
        self._positions_sent = False
        self._producer = made(
            Producer,
            config.client(
                {
                    **FAST_PRODUCE,
                    "transactional.id": transactional_id,
                    # A record in quarantine is a third larger than its original, of up to 1 MiB.
                    "message.max.bytes": 8_388_608,
                    "transaction.timeout.ms": _TRANSACTION_TIMEOUT_MS,
                    "message.timeout.ms": _TRANSACTION_TIMEOUT_MS,
                }
            ),
        )

    def init(self) -> None:
        """Take over the transactional id. Raises ``Retryable`` after a minute without a cluster."""
        self._until_definite("taking over the transactional id", self._producer.init_transactions)

    def begin(self) -> None:
        """Open a transaction."""
        self._positions_sent = False
        translated("beginning a transaction", self._producer.begin_transaction)

    def produce(self, records: Outgoing) -> None:
        """Queue records; raises ``TransactionAborted`` when an earlier one failed."""
        assert not self._positions_sent, "nothing may be produced after send_offsets"
        try:
            enqueue(self._producer, records)
        except KafkaException as error:
            raise _producing_failed(error) from error
        self._producer.poll(0)

    def send_offsets(self, positions: Mapping[TopicPartition, int], group_metadata: object) -> None:
        """Wait for every acknowledgement, then add the positions, if there are any.

        The library may never return from adding them when the group's coordinator went away: then the process
        ends.
        """
        self._positions_sent = True
        if self._producer.flush(_DEFINITE_WITHIN_S):
            raise TransactionAborted("records were not acknowledged in time")
        if not positions:
            return
        offsets = [KafkaPartition(at.topic, at.partition, offset) for at, offset in positions.items()]
        self._until_definite(
            "adding positions",
            lambda timeout: self._producer.send_offsets_to_transaction(offsets, group_metadata, timeout),
        )

    def commit(self) -> None:
        """Commit. An unknown outcome is asked for again; still unknown after a minute raises ``Fenced``."""
        try:
            self._until_definite("committing", self._producer.commit_transaction)
        except Retryable as error:
            raise Fenced(f"the outcome of a commit stayed unknown: {error}") from error

    def abort(self) -> None:
        """Abort; raises ``Fenced`` if that cannot be done."""
        try:
            self._until_definite("aborting", self._producer.abort_transaction)
        except (Retryable, TransactionAborted) as error:
            raise Fenced(f"a transaction could not be aborted: {error}") from error

    def close(self) -> None:
        """Drop what is queued and release the connection."""
        _drop(self._producer)

    def _until_definite(self, doing: str, call: Callable[[float], None]) -> None:
        deadline = time.monotonic() + _DEFINITE_WITHIN_S
        while True:
            try:
                with ends_if_stuck(_STUCK_AFTER_S):
                    translated(doing, lambda: call(_ATTEMPT_S))
                return
            except Retryable:
                if time.monotonic() > deadline:
                    raise
                self._producer.poll(_BUFFER_POLL_S)


class KafkaPlainProducer:
    """Answers the engine's ``PlainProducer`` on Kafka: idempotent, at least once.

    A record that could not be delivered is raised as ``Retryable`` by the next call.
    """

    def __init__(
        self,
        config: KafkaConfig,
        *,
        delivery_timeout_s: float = 30.0,
        queued_records: int = FAST_PRODUCE["queue.buffering.max.messages"],
    ) -> None:
        self._failed: KafkaError | None = None
        self._producer = made(
            Producer,
            config.client(
                {
                    **FAST_PRODUCE,
                    "enable.idempotence": True,
                    "queue.buffering.max.messages": queued_records,
                    "message.timeout.ms": int(delivery_timeout_s * 1000),
                    "on_delivery": self._on_delivery,
                }
            ),
        )

    def produce(self, records: Outgoing) -> None:
        """Queue records; a negative partition lets the key decide."""
        try:
            enqueue(self._producer, records)
        except KafkaException as error:
            raise _producing_failed(error) from error
        self._producer.poll(0)
        self._raise_failed()

    def flush(self, timeout_s: float) -> int:
        """Wait for acknowledgements; returns how many are outstanding."""
        outstanding: int = self._producer.flush(timeout_s)
        self._raise_failed()
        return outstanding

    def close(self) -> None:
        """Drop what is queued and release the connection."""
        _drop(self._producer)

    def _on_delivery(self, error: KafkaError | None, _: Message) -> None:
        self._failed = self._failed or error

    def _raise_failed(self) -> None:
        if self._failed is not None:
            failed, self._failed = self._failed, None
            raise translate(failed, "producing")


def _drop(producer: Producer) -> None:
    """Close without waiting for what is queued; closing twice, or when fenced, does nothing."""
    with suppress(RuntimeError, KafkaException):
        producer.purge()
        producer.close()


def _producing_failed(error: KafkaException) -> JangkauError:
    inner = kafka_error(error)
    if inner is None:
        return Refused(f"producing: {error}")
    if inner.code() in _LOST_ON_REPEAT:
        return refused(inner, "producing")
    if inner.code() == KafkaError._STATE and not inner.fatal():
        # An earlier record of this transaction failed; the library refuses more until it is aborted.
        return TransactionAborted(f"producing: {inner.str()}")
    return translate(inner, "producing")
