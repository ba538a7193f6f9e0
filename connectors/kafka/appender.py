"""A producer that tells of each lot of records when all of it is acknowledged: many wait side by side."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from connectors.kafka.config import KafkaConfig
from connectors.kafka.errors import made, translate
from connectors.kafka.producer import FAST_PRODUCE, enqueue_reported
from schemas.errors import Fenced, JangkauError, Refused, Retryable
from schemas.records import Outgoing

_POLL_S = 0.1
_FLUSH_S = 20.0


class _Lot:
    """Records that were queued together."""

    def __init__(self, count: int, began: float) -> None:
        self.done: Future[None] = Future()
        self.began = began
        self._left = count
        self._failed: KafkaError | None = None

    def report(self, error: KafkaError | None, _: Message) -> None:
        """One of them is acknowledged, or given up. Called from the polling thread alone."""
        self._failed = self._failed or error
        self._left -= 1
        if self._left:
            return
        if self._failed is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(translate(self._failed, "producing"))


class KafkaAppender:
    """Idempotent, at least once. ``append`` comes from one thread; a thread of its own hears the broker.

    ``delivery_timeout_s`` is how long a record is tried, ``queued_records`` how many may wait in memory.
    """

    def __init__(self, config: KafkaConfig, *, delivery_timeout_s: float, queued_records: int) -> None:
        self._most = queued_records
        self._lots: dict[int, _Lot] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.failed: JangkauError | None = None
        """Set when the producer can go on no more; the process must end and be started anew."""
        self._producer = made(
            Producer,
            config.client(
                {
                    **FAST_PRODUCE,
                    "delivery.report.only.error": False,
                    "enable.idempotence": True,
                    "queue.buffering.max.messages": queued_records,
                    "message.timeout.ms": int(delivery_timeout_s * 1000),
                    "error_cb": self._on_error,
                }
            ),
        )
        self._thread = threading.Thread(target=self._hear, name="appender", daemon=True)
        self._thread.start()

    def append(self, records: Sequence[Outgoing]) -> "Future[None]":
        """Queue all of them; done when every one is acknowledged, failing with ``Retryable`` if one was not
        in time (it may still be on the log). Raises ``Retryable``, with nothing queued, for want of room.
        """
        if self.failed is not None:
            raise self.failed
        count = sum(map(len, records))
        if len(self._producer) + count > self._most:
            raise Retryable("the queue to Kafka is full", remedy="wait a moment, then send it again")
        lot = _Lot(count, time.monotonic())
        if not count:
            lot.done.set_result(None)
            return lot.done
        with self._lock:
            self._lots[id(lot)] = lot
        lot.done.add_done_callback(lambda _: self._forget(lot))
        try:
            for each in records:
                enqueue_reported(self._producer, each, lot.report)
        except (KafkaException, BufferError) as error:
            self._forget(lot)
            raise Refused(f"producing: {type(error).__name__}") from error
        return lot.done

    def stalled_s(self) -> float:
        """How long the oldest unacknowledged lot has waited."""
        with self._lock:
            begun = min((lot.began for lot in self._lots.values()), default=None)
        return 0.0 if begun is None else time.monotonic() - begun

    def close(self) -> None:
        """Wait for what is queued, then release the connection."""
        with suppress(KafkaException):
            self._producer.flush(_FLUSH_S)
        self._stop.set()
        self._thread.join()
        with suppress(RuntimeError, KafkaException):
            self._producer.purge()
            self._producer.poll(0)
            self._producer.close()

    def _forget(self, lot: _Lot) -> None:
        with self._lock:
            self._lots.pop(id(lot), None)

    def _hear(self) -> None:
        while not self._stop.is_set():
            self._producer.poll(_POLL_S)

    def _on_error(self, error: KafkaError) -> None:
        if error.fatal():
            self.failed = Fenced(f"the producer cannot go on: {error.str()} ({error.name()})")
