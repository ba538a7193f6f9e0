"""What was taken in under which source and id, so that a repeat is known as one, also after a restart.

An event stands here as PENDING before it is sent and as ACCEPTED when Kafka has acknowledged all of its
request. Ids are kept as keyed hashes of 16 bytes.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
from numpy.typing import NDArray

from connectors.client.sent import Sent
from connectors.gateway.ledger_rows import (
    ACCEPTED,
    PENDING,
    Receipt,
    keys_of,
    read_request,
    read_sent,
    slices,
)

_HASH_BYTES = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: the hash of agency, source and id, and of its content."""

    key: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Addition:
    """What a request adds to one batch: ``tokens`` (n, 16), ``versions`` (n,), ``regions`` (n) if known."""

    batch: str
    tokens: NDArray[Any]
    versions: NDArray[Any]
    regions: pa.StringArray | None


@dataclass(frozen=True, slots=True)
class Begun:
    """A request to carry out: send the events numbered ``fresh``, then ``finish`` it by its ``number``."""

    number: int
    receipt: str
    fresh: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """Some events came before with other content; nothing was changed."""

    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Busy:
    """Some events are being sent by other requests: wait for those, then ask again."""

    numbers: tuple[int, ...]


Answer = Begun | Clash | Busy | Receipt


def hashed(*parts: str) -> bytes:
    """16 bytes that stand for these texts in this order."""
    found = hashlib.blake2b(digest_size=_HASH_BYTES)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        found.update(len(raw).to_bytes(4, "big") + raw)
    return found.digest()


@dataclass
class Ledger:
    """The rules, on a connection that is given with each call.

    ``live`` are the requests being sent now, ``remembered`` how many events stand in the file.
    """

    live: set[int] = field(default_factory=set)
    remembered: int | None = None

    def begin(
        self, db: sqlite3.Connection, agency: str, receipt: str, entries: Sequence[Entry], now: datetime
    ) -> Answer:
        """Take a request in, or say why not. The keys of ``entries`` differ from each other."""
        known = _known(db, [entry.key for entry in entries])
        clashing = tuple(
            at
            for at, entry in enumerate(entries)
            if entry.key in known and known[entry.key][0] != entry.digest
        )
        if clashing:
            return Clash(clashing)
        requests = {number for _, number in known.values()}
        if busy := requests & self.live:
            return Busy(tuple(sorted(busy)))
        states = _states(db, requests)
        fresh = tuple(
            at
            for at, entry in enumerate(entries)
            if entry.key not in known or states[known[entry.key][1]] == PENDING
        )
        if not fresh and (same := self._same(db, entries, known)) is not None:
            return same
        return self._take(db, agency, receipt, entries, fresh, requests, now)

    def _same(
        self, db: sqlite3.Connection, entries: Sequence[Entry], known: Mapping[bytes, tuple[bytes, int]]
    ) -> Receipt | None:
        """The receipt of the request that this one repeats whole."""
        numbers = [known[entry.key][1] for entry in entries]
        newest = max(numbers)
        found = read_request(db, newest)
        whole = found is not None and found.events == len(entries) and found.accepted == numbers.count(newest)
        return found if whole else None

    def _take(
        self,
        db: sqlite3.Connection,
        agency: str,
        receipt: str,
        entries: Sequence[Entry],
        fresh: tuple[int, ...],
        requests: Iterable[int],
        now: datetime,
    ) -> Answer:
        state, repeated = PENDING if fresh else ACCEPTED, len(entries) - len(fresh)
        at = now.isoformat(timespec="milliseconds")
        row = db.execute(
            "INSERT INTO request (receipt, agency, state, events, accepted, repeated, batches, received_at, "
            "accepted_at) VALUES (?, ?, ?, ?, ?, ?, '{}', ?, ?) RETURNING number",
            (receipt, agency, state, len(entries), len(fresh), repeated, at, None if fresh else at),
        ).fetchone()
        number = int(row[0])
        self._count(db, len(fresh))
        # What is left PENDING of a request that nobody was told of now belongs to this one.
        db.executemany(
            "INSERT INTO event VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET request = excluded.request",
            [(entries[each].key, entries[each].digest, number) for each in fresh],
        )
        db.executemany(
            "DELETE FROM request WHERE number = ? AND state = 'PENDING' "
            "AND NOT EXISTS (SELECT 1 FROM event WHERE request = request.number)",
            [(each,) for each in requests],
        )
        if not fresh:
            found = read_request(db, number)
            assert found is not None
            return found
        self.live.add(number)
        return Begun(number, receipt, fresh)

    def finish(
        self,
        db: sqlite3.Connection,
        number: int,
        agency: str,
        additions: Sequence[Addition],
        now: datetime,
    ) -> Receipt:
        """Kafka has acknowledged all of it: note that, and what the batches have sent by now."""
        at = now.isoformat(timespec="milliseconds")
        counts = {each.batch: len(each.tokens) for each in additions}
        db.execute(
            "UPDATE request SET state = 'ACCEPTED', accepted_at = ?, batches = ? WHERE number = ?",
            (at, json.dumps(counts), number),
        )
        _add(db, agency, additions, at)
        self.live.discard(number)
        found = read_request(db, number)
        assert found is not None, "a request that is being sent is not forgotten"
        return found

    def recover(
        self,
        db: sqlite3.Connection,
        receipt: str,
        keys: set[bytes],
        additions: Sequence[Addition],
        now: datetime,
    ) -> None:
        """Of a request that a kill left PENDING these of its events are on their topics, the others are
        forgotten.
        """
        number, agency = db.execute(
            "SELECT number, agency FROM request WHERE receipt = ?", (receipt,)
        ).fetchone()
        gone = keys_of(db, receipt) - keys
        self._count(db, -len(gone))
        db.executemany("DELETE FROM event WHERE key = ?", [(key,) for key in gone])
        if not keys:
            db.execute("DELETE FROM request WHERE number = ?", (number,))
            return
        at = now.isoformat(timespec="milliseconds")
        counts = json.dumps({each.batch: len(each.tokens) for each in additions})
        db.execute(
            "UPDATE request SET state = 'ACCEPTED', accepted_at = ?, batches = ?, events = events - ?, "
            "accepted = accepted - ? WHERE number = ?",
            (at, counts, len(gone), len(gone), number),
        )
        _add(db, agency, additions, at)

    def forget(
        self, db: sqlite3.Connection, before: datetime, most_events: int, batches_before: datetime
    ) -> int:
        """Drop one slice of what is too old, or too many; returns how many requests went."""
        limit = before.isoformat(timespec="milliseconds")
        too_many = self._count(db, 0) > most_events
        oldest = db.execute("SELECT number, received_at FROM request ORDER BY number LIMIT 20").fetchall()
        gone = [(number,) for number, at in oldest if (too_many or at < limit) and number not in self.live]
        dropped = db.executemany("DELETE FROM event WHERE request = ?", gone).rowcount if gone else 0
        self._count(db, -dropped)
        db.executemany("DELETE FROM request WHERE number = ?", gone)
        db.execute(
            "DELETE FROM batch WHERE touched_at < ?", (batches_before.isoformat(timespec="milliseconds"),)
        )
        return len(gone)

    def _count(self, db: sqlite3.Connection, change: int) -> int:
        """How many events are remembered before a change and with it; what was moved may count twice."""
        if self.remembered is None:
            self.remembered = int(db.execute("SELECT count(*) FROM event").fetchone()[0])
        self.remembered += change
        return self.remembered


def _add(db: sqlite3.Connection, agency: str, additions: Sequence[Addition], at: str) -> None:
    for each in additions:
        sent = (read_sent(db, each.batch) or Sent()).plus(each.tokens, each.versions, each.regions)
        db.execute(
            "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET count = "
            "excluded.count, total = excluded.total, regencies = excluded.regencies, "
            "touched_at = excluded.touched_at",
            (each.batch, agency, sent.count, str(sent.total), json.dumps(dict(sent.regencies)), at),
        )


def _known(db: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, tuple[bytes, int]]:
    found: dict[bytes, tuple[bytes, int]] = {}
    for part in slices(keys):
        marks = ",".join("?" * len(part))
        rows = db.execute(f"SELECT key, digest, request FROM event WHERE key IN ({marks})", part)
        found.update((key, (digest, number)) for key, digest, number in rows)
    return found


def _states(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in slices(sorted(numbers)):
        marks = ",".join("?" * len(part))
        found.update(db.execute(f"SELECT number, state FROM request WHERE number IN ({marks})", part))
    return found
