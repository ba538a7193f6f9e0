"""What could not be used, and questions about one person."""

from dataclasses import dataclass
from datetime import datetime

from schemas.events.record import WireRecord
from schemas.names import LookupKind


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
