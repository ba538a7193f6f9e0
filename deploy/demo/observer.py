"""Watches the hub beside the player, in threads of its own, so that publishing never waits for looking."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from deploy.demo.follower import Follower
from deploy.demo.recorder import Recorder
from schemas.errors import Retryable
from schemas.names import AGENCY_FACTS, COVERAGE_PERSONS
from schemas.records import TopicPartition

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.5


class Ends(Protocol):
    """Knows where logs end."""

    def partitions(self, topic: str) -> int:
        """How many partitions a topic has."""

    def high_watermark(self, partition: TopicPartition) -> int:
        """Offset after the last record."""

    def last_stable_offset(self, partition: TopicPartition) -> int:
        """Offset up to which a read_committed reader can read."""


class Positions(Protocol):
    """Knows how far the engines have got."""

    def committed(self, partitions: list[TopicPartition]) -> Mapping[TopicPartition, int | None]:
        """Their committed positions."""


class Observer:
    """``lag`` is in records of the agency topics that no engine has committed yet."""

    def __init__(self, recorder: Recorder, follower: Follower, ends: Ends, positions: Positions) -> None:
        self.recorder, self.follower = recorder, follower
        self.lag = 0
        self._ends, self._positions = ends, positions
        self._inputs = _partitions(ends, *AGENCY_FACTS)
        self._outputs = _partitions(ends, COVERAGE_PERSONS)
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._keep, args=(work,), name=name, daemon=True)
            for name, work in (("recorder", recorder.read), ("follower", follower.read), ("lag", self._look))
        ]

    def start(self) -> None:
        """Begin watching."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop watching and write what was recorded; safe to call twice."""
        if self._stop.is_set():
            return
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self.recorder.close()
        self.follower.close()

    def check(self) -> None:
        """Raise what has gone wrong in a thread."""
        if self._failure is not None:
            raise self._failure

    def recorded_all(self) -> bool:
        """Whether the recorder has read everything committed so far."""
        return self.recorder.has_read({at: self._ends.last_stable_offset(at) for at in self._outputs})

    def nothing_open(self) -> bool:
        """Whether no transaction of an engine is under way on coverage.persons."""
        return all(self._ends.last_stable_offset(at) == self._ends.high_watermark(at) for at in self._outputs)

    def _look(self) -> None:
        done = self._positions.committed(self._inputs)
        self.lag = sum(self._ends.high_watermark(at) - (done.get(at) or 0) for at in self._inputs)
        self._stop.wait(_LOOK_EVERY_S)

    def _keep(self, work: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                work()
            except Retryable as error:  # a broker that is warming up, or away for a moment
                _log.warning("%s", error)
                self._stop.wait(_LOOK_EVERY_S)
            except BaseException as error:
                self._failure = error
                return


def _partitions(ends: Ends, *topics: str) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for topic in topics for number in range(ends.partitions(topic))]
