"""Totals day by day: of each region, directive and business date the last ones, for the line on a page."""

import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Any, Protocol, TypeVar

from connectors.console.totals import by_directive
from schemas.errors import JangkauError
from schemas.events import RegionTotals
from schemas.names import NATION

T = TypeVar("T")

log = logging.getLogger("console.trend")

DAYS_KEPT = 731
"""Two years by business dates."""

_NATION = 0
_EPOCH = date(1970, 1, 1)

# Numbers instead of texts, and no row ids: a point takes about 25 bytes.
SCHEMA = """
CREATE TABLE IF NOT EXISTS directive (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS point (
    directive INTEGER NOT NULL, region INTEGER NOT NULL, day INTEGER NOT NULL, eligible INTEGER NOT NULL,
    covered INTEGER NOT NULL, gap INTEGER NOT NULL, complete INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (directive, region, day)) WITHOUT ROWID;
"""

# A record read once more must not undo a later one, nor one that lacks a partition one that is whole.
_PUT = """
INSERT INTO point VALUES ((SELECT number FROM directive WHERE name = ?), ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (directive, region, day) DO UPDATE SET eligible = excluded.eligible, covered = excluded.covered,
gap = excluded.gap, complete = excluded.complete, at = excluded.at
WHERE (excluded.complete, excluded.at) >= (point.complete, point.at)
"""


class Store(Protocol):
    """A file of tables, in a thread of its own."""

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """Do a piece of work; done when it is on the disk. Its failure is a ``JangkauError``."""


@dataclass(frozen=True, slots=True)
class Point:
    """The last totals of one business date; ``complete`` if every partition had reported."""

    date: date
    eligible: int
    covered: int
    gap: int
    complete: bool


_Key = tuple[str, int, int]
_Values = tuple[int, int, int, int, int]


class Trend:
    """``put`` by the follower's thread, ``flush`` and ``points`` by the event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._pending: dict[_Key, _Values] = {}

    def put(self, region: str, total: RegionTotals) -> None:
        """Totals have come; they are kept with the next ``flush``."""
        day = (total.business_date - _EPOCH).days
        complete = int(total.partitions_reported >= total.partitions)
        at = int(total.updated_at.timestamp())
        with self._lock:
            for name, each in by_directive(total).items():
                key, values = (
                    (name, _number(region), day),
                    (each.eligible, each.covered, each.gap, complete, at),
                )
                if key not in self._pending or self._pending[key][3:] <= values[3:]:
                    self._pending[key] = values

    def flush(self) -> "Future[Any] | None":
        """Write what has come since; ``None`` for nothing. What cannot be written is tried with the next."""
        with self._lock:
            pending, self._pending = self._pending, {}
        if not pending:
            return None
        done = self._store.submit(lambda db: _write(db, pending))
        done.add_done_callback(lambda each: self._again(each, pending))
        return done

    def _again(self, done: "Future[Any]", pending: dict[_Key, _Values]) -> None:
        error = done.exception()
        if error is not None:
            log.warning("the trend is not kept for now: %s", error if isinstance(error, JangkauError) else "")
            with self._lock:
                self._pending = {**pending, **self._pending}

    def points(self, region: str, directive: str) -> "Future[list[Point]]":
        """The days of one directive in one region, the oldest first."""
        return self._store.submit(lambda db: _read(db, region, directive))


def _number(region: str) -> int:
    """A region as a number: 74.71 is 7471, the nation 0."""
    return _NATION if region == NATION else int(region.replace(".", ""))


def _write(db: sqlite3.Connection, pending: dict[_Key, _Values]) -> None:
    names = {(name,) for name, _, _ in pending}
    db.executemany("INSERT INTO directive (name) VALUES (?) ON CONFLICT DO NOTHING", sorted(names))
    before = _last_day(db)
    db.executemany(_PUT, [(*key, *values) for key, values in pending.items()])
    last = _last_day(db)
    if last > before:  # once a business date, all that is too old
        db.execute("DELETE FROM point WHERE day <= ?", (last - DAYS_KEPT,))


def _last_day(db: sqlite3.Connection) -> int:
    """The newest day of the nation's line, which has every day that any other has."""
    found = db.execute(
        "SELECT max((SELECT max(day) FROM point WHERE directive = number AND region = ?)) FROM directive",
        (_NATION,),
    ).fetchone()[0]
    return int(found or 0)


def _read(db: sqlite3.Connection, region: str, directive: str) -> list[Point]:
    rows = db.execute(
        "SELECT day, eligible, covered, gap, complete FROM point JOIN directive ON directive = number "
        "WHERE name = ? AND region = ? ORDER BY day",
        (directive, _number(region)),
    )
    return [
        Point(_EPOCH + timedelta(days=day), eligible, covered, gap, bool(complete))
        for day, eligible, covered, gap, complete in rows
    ]
