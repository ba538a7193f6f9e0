"""What could not be used, and questions about one person."""

from dataclasses import dataclass
from datetime import datetime

from schemas.events.record import WireRecord
from schemas.names import LookupKind, RepairState


@dataclass(frozen=True, slots=True)
class Quarantined(WireRecord):
    """A record that could not be used, as it came, sealed."""

    topic: str
    partition: int
    offset: int
    reason: str
    detail: str
    batch: str | None
    schema_id: int | None
    sealed_key: str | None
    sealed_value: str | None
    key_id: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Repair(WireRecord):
    """What became of a quarantined record, and by whom. The key is its origin; the last one holds.

    ``mended``: it was changed before it was sent. ``batch``: the publication it was sent in; None for a
    discarded one.
    """

    state: RepairState
    mended: bool
    batch: str | None
    by: str
    basis: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lookup(WireRecord):
    """A look at one person's data, which makes the processing trail; only EXPLAIN is answered."""

    lookup: str
    by: str
    purpose: str
    asked_at: datetime
    kind: LookupKind = "EXPLAIN"


@dataclass(frozen=True, slots=True)
class Answer(WireRecord):
    """The answer to a look-up; ``explanation`` is JSON."""

    lookup: str
    found: bool
    explanation: str
    answered_at: datetime
