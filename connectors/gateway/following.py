"""Readers of what the gateway follows, each in a thread of its own: receipts, answers, totals and others."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.gateway.ports import Ends, Reader
from schemas.errors import JangkauError, Refused
from schemas.records import TopicPartition

log = logging.getLogger("gateway.following")

_RECORDS_AT_ONCE = 5_000
_POLL_S = 0.1
_PAUSE_S = 1.0
_MS = 1000

Take = Callable[[bytes, bytes | None], None]
"""Given the key and the value of a record, in a thread of its own; must not raise."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A topic. ``from_start``: what lies there already counts too; else only what comes from now on.

    ``since`` gives the moment (seconds since 1970) from which what lies there counts. ``keyless``: its
    records have no keys. ``anew`` is told, in the thread, that all of it will be delivered once more.
    """

    take: Take
    from_start: bool
    since: Callable[[], float] | None = None
    keyless: bool = False
    anew: Callable[[], None] | None = None

    def begin(self, ends: Ends, at: TopicPartition) -> int:
        """Where reading a partition begins."""
        if self.since is not None:
            return ends.offset_at(at, int(self.since() * _MS))
        return ends.start_offset(at) if self.from_start else ends.high_watermark(at)


class Follower:
    """Delivers records of several topics. What fails for a while is tried again for ever."""

    def __init__(self, reader: Reader, ends: Ends, topics: Mapping[str, Followed]) -> None:
        self._reader, self._ends, self._topics = reader, ends, topics
        self._stop = threading.Event()
        self._goals: dict[TopicPartition, int] = {}
        self._caught_up = False
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)

    def start(self) -> None:
        """Stand where reading begins, then follow. Raises ``Retryable`` or ``Refused``."""
        self._stand()
        self._thread.start()

    @property
    def caught_up(self) -> bool:
        """Whether all that lay there at the start has been delivered."""
        return self._caught_up

    def close(self) -> None:
        """Stop and release the connection."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._reader.close()

    def _stand(self) -> None:
        begins: dict[TopicPartition, int] = {}
        for topic, followed in self._topics.items():
            for number in range(self._ends.partitions(topic)):
                at = TopicPartition(topic, number)
                begins[at] = followed.begin(self._ends, at)
                self._goals[at] = self._ends.last_stable_offset(at) if followed.from_start else begins[at]
        self._reader.assign(begins)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._step()
            except Refused as error:
                # A position that is no longer on the log, as after topics were made anew: begin again.
                log.warning("reading begins anew: %s", error)
                self._begin_again()
            except JangkauError as error:
                log.warning("reading pauses: %s", error)
                self._stop.wait(_PAUSE_S)

    def _begin_again(self) -> None:
        self._stop.wait(_PAUSE_S)
        try:
            self._stand()
        except JangkauError as error:
            log.warning("reading pauses: %s", error)
            return
        for followed in self._topics.values():
            if followed.anew is not None:
                followed.anew()

    def _step(self) -> None:
        for batch in self._reader.consume(_RECORDS_AT_ONCE, _POLL_S):
            followed = self._topics[batch.source.topic]
            for key, value in zip(batch.keys, batch.values, strict=True):
                if key is not None or followed.keyless:
                    followed.take(key or b"", value)
        if not self._caught_up:
            self._caught_up = all(self._reader.position(at) >= goal for at, goal in self._goals.items())


def wait_caught_up(follower: Follower, within_s: float, clock: Callable[[], float] = time.monotonic) -> bool:
    """Wait until it has; returns whether it has."""
    end = clock() + within_s
    while not follower.caught_up and clock() < end:
        time.sleep(_POLL_S)
    return follower.caught_up
