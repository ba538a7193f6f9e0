"""The tables of the ledger, and what is read from them."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.client.sent import Sent

SCHEMA = """
CREATE TABLE IF NOT EXISTS request (
    number INTEGER PRIMARY KEY, receipt TEXT NOT NULL UNIQUE, agency TEXT NOT NULL, state TEXT NOT NULL,
    events INTEGER NOT NULL, accepted INTEGER NOT NULL, repeated INTEGER NOT NULL, batches TEXT NOT NULL,
    received_at TEXT NOT NULL, accepted_at TEXT);
CREATE TABLE IF NOT EXISTS event (
    key BLOB PRIMARY KEY, digest BLOB NOT NULL, request INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS event_request ON event (request);
CREATE TABLE IF NOT EXISTS batch (
    id TEXT PRIMARY KEY, agency TEXT NOT NULL, count INTEGER NOT NULL, total TEXT NOT NULL,
    regencies TEXT NOT NULL, touched_at TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS batch_touched ON batch (touched_at);
"""

PENDING, ACCEPTED = "PENDING", "ACCEPTED"
_MOST_VARIABLES = 500


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a request became. ``accepted`` events were first taken in under it, ``repeated`` under another."""

    receipt: str
    agency: str
    state: str
    events: int
    accepted: int
    repeated: int
    received_at: str
    accepted_at: str | None
    batches: Mapping[str, int]


def pending_since(db: sqlite3.Connection) -> dict[str, datetime]:
    """The receipts of requests that are not known to be acknowledged, and when each came."""
    rows = db.execute("SELECT receipt, received_at FROM request WHERE state = 'PENDING'")
    return {receipt: datetime.fromisoformat(at) for receipt, at in rows}


def read_sent(db: sqlite3.Connection, batch: str) -> Sent | None:
    """What this gateway has acknowledged under a batch."""
    row = db.execute("SELECT count, total, regencies FROM batch WHERE id = ?", (batch,)).fetchone()
    return None if row is None else Sent(int(row[0]), int(row[1]), json.loads(row[2]))


def owners(db: sqlite3.Connection, batches: Sequence[str]) -> dict[str, str]:
    """The agencies of those of the batches that are known here."""
    found: dict[str, str] = {}
    for part in slices(batches):
        marks = ",".join("?" * len(part))
        found.update(db.execute(f"SELECT id, agency FROM batch WHERE id IN ({marks})", part).fetchall())
    return found


def read_receipt(db: sqlite3.Connection, receipt: str) -> Receipt | None:
    """A request by its receipt."""
    return _receipt(db.execute(f"{_SELECT} WHERE receipt = ?", (receipt,)).fetchone())


def read_request(db: sqlite3.Connection, number: int) -> Receipt | None:
    """A request by its number."""
    return _receipt(db.execute(f"{_SELECT} WHERE number = ?", (number,)).fetchone())


_COLUMNS = "receipt, agency, state, events, accepted, repeated, received_at, accepted_at, batches"
_SELECT = f"SELECT {_COLUMNS} FROM request"


def _receipt(row: Any) -> Receipt | None:
    if row is None:
        return None
    found = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Receipt(**{**found, "batches": json.loads(found["batches"])})


def keys_of(db: sqlite3.Connection, receipt: str) -> set[bytes]:
    """The hashes of the events that were first taken in under a receipt."""
    rows = db.execute(
        "SELECT key FROM event JOIN request ON event.request = request.number WHERE receipt = ?", (receipt,)
    )
    return {key for (key,) in rows}


def slices(values: Sequence[Any]) -> Iterable[list[Any]]:
    """Values in parts small enough for one statement."""
    for start in range(0, len(values), _MOST_VARIABLES):
        yield list(values[start : start + _MOST_VARIABLES])
