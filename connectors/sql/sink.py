"""The sink: reads what the hub publishes and keeps it in a database, rows and positions together."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from connectors.sql.ahead import Ahead
from connectors.sql.errors import DatabaseAway
from connectors.sql.ports import Admin, Position, Reader, Store, Work
from connectors.sql.progress import Progress
from connectors.sql.reading import TOPICS, Reading
from connectors.sql.standing import check_standing
from schemas.errors import Retryable
from schemas.records import TopicPartition

log = logging.getLogger(__name__)

_POLL_S = 0.5
"""Records are gathered for this long at most before they are written."""
_LOOK_EVERY_S = 2.0
"""How often the ends of the logs are asked for."""
_IDLE_WRITE_S = 10.0
"""With nothing to write, how often it is noted that the view is current."""
_BACKOFF_S = (0.5, 1.0, 2.0, 5.0, 10.0)


class Observer(Protocol):
    """Is told what happens; must not raise."""

    def wrote(self, work: Work, seconds: float) -> None:
        """A transaction was committed."""

    def failed(self) -> None:
        """A transaction was not committed, or its outcome is not known yet."""

    def waiting(self, why: str, *, database: bool) -> None:
        """The database, or else Kafka or the registry, is away."""

    def working(self) -> None:
        """Both are there."""

    def beat(self) -> None:
        """The loop has come round."""

    def lag(self, at: TopicPartition, position: int, high_watermark: int, stable: int) -> None:
        """How far the log of a partition goes beyond what is in the tables."""


@dataclass(frozen=True, slots=True)
class SinkParts:
    """What a sink is put together from. ``absent_most``: how long erasures stay on coverage.persons."""

    reader: Reader
    admin: Admin
    reading: Reading
    store: Store
    observer: Observer
    batch_records: int
    absent_most: timedelta
    stop: threading.Event = field(default_factory=threading.Event)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class Sink:
    """One sink. ``run`` returns when told to stop, or with ``once`` at the end seen at the start.

    ``Retryable`` is waited out, whether database, Kafka or registry: connected again, it goes on from
    the positions in the database, which alone tell what was committed. Anything else is raised.
    """

    def __init__(self, parts: SinkParts) -> None:
        self._parts = parts
        self._positions: dict[TopicPartition, Position] = {}
        self._stable: dict[TopicPartition, int] = {}
        self._ahead = Ahead(parts.reader, parts.reading, parts.batch_records, _POLL_S)
        self._reached: dict[TopicPartition, int] = {}
        self._progress = Progress(log.info)
        self._looked_at = self._wrote_at = 0.0

    @property
    def positions(self) -> Mapping[TopicPartition, Position]:
        """Where the tables stand, by partition."""
        return self._positions

    def run(self, *, once: bool = False, refill: bool = False) -> None:
        """Work. ``refill`` empties the tables first."""
        ends: dict[TopicPartition, int] | None = None
        failures = 0
        connected = False
        while not self._parts.stop.is_set():
            try:
                if not connected:
                    self._connect(refill=refill)
                    connected, refill = True, False
                ends = ends or dict(self._stable)
                self._turn()
                failures = 0
                if once and self._at(ends):
                    break
            except Retryable as error:
                connected = False
                self._wait_out(error, failures)
                failures += 1
        if connected:
            self._leave()
        self._parts.store.close()

    def close(self) -> None:
        """Release both sides."""
        self._ahead.close()
        self._parts.store.close()
        self._parts.reader.close()

    def _connect(self, *, refill: bool) -> None:
        parts = self._parts
        kept = parts.store.open()
        if refill:
            log.info("emptying the tables: they are filled anew")
            parts.store.empty()
            kept = {}
        self._positions = check_standing(parts.admin, TOPICS, kept, parts.now(), parts.absent_most)
        self._reached = {at: its.next_offset for at, its in self._positions.items()}
        self._ahead.begin(self._reached)
        self._look()
        parts.observer.working()
        behind = sum(max(0, end - self._positions[at].next_offset) for at, end in self._stable.items())
        log.info("connected", extra={"behind": behind})

    def _turn(self) -> None:
        parts = self._parts
        parts.observer.beat()
        fetched = self._ahead.take()
        if fetched.work.records:
            self._write(fetched.work, fetched.reached)
        self._reached = dict(fetched.reached)
        now = time.monotonic()
        if now - self._looked_at > _LOOK_EVERY_S:
            self._look()
        if now - self._wrote_at > _IDLE_WRITE_S:
            self._note_current()

    def _write(self, work: Work, reached: Mapping[TopicPartition, int]) -> None:
        begin = time.monotonic()
        moved = {
            at: replace(its, next_offset=reached[at])
            for at, its in self._positions.items()
            if reached[at] > its.next_offset
        }
        try:
            self._parts.store.write(work, moved)
        except Exception:
            self._parts.observer.failed()
            raise
        self._positions |= moved
        self._wrote_at = time.monotonic()
        self._parts.observer.wrote(work, self._wrote_at - begin)
        self._progress.wrote(sum(work.records.values()), self._behind())

    def _look(self) -> None:
        """Ask where the logs end; what is read to the end is current as of before the question."""
        before = self._parts.now()
        for at, its in self._positions.items():
            high, stable = self._parts.admin.high_watermark(at), self._parts.admin.last_stable_offset(at)
            self._stable[at] = stable
            if self._reached[at] >= stable:
                self._positions[at] = replace(its, seen_at=before)
            self._parts.observer.lag(at, self._reached[at], high, stable)
        self._looked_at = time.monotonic()

    def _note_current(self) -> None:
        """Write the positions alone, so that the view says how current it is."""
        for at, its in self._positions.items():
            # Past transaction markers after the last record, too.
            self._positions[at] = replace(its, next_offset=self._reached[at])
        self._parts.store.write(Work(), self._positions)
        self._wrote_at = time.monotonic()

    def _leave(self) -> None:
        try:
            self._look()
            self._note_current()
        except Retryable as error:  # what was written stays written; only how current it is goes unsaid
            log.warning("ended without a last look: %s", error)

    def _behind(self) -> int:
        return sum(max(0, end - self._positions[at].next_offset) for at, end in self._stable.items())

    def _at(self, ends: Mapping[TopicPartition, int]) -> bool:
        return all(self._reached[at] >= end for at, end in ends.items())

    def _wait_out(self, error: Retryable, failures: int) -> None:
        pause = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
        log.warning("waiting: %s", error, extra={"pause_s": pause})
        self._parts.observer.waiting(str(error), database=isinstance(error, DatabaseAway))
        self._parts.store.close()
        until = time.monotonic() + pause
        while (left := until - time.monotonic()) > 0 and not self._parts.stop.is_set():
            self._parts.observer.beat()
            if isinstance(error, DatabaseAway):
                # What the tables lack meanwhile is to be seen; without Kafka nobody can say.
                with contextlib.suppress(Retryable):
                    self._look()
            self._parts.stop.wait(min(left, _LOOK_EVERY_S))
