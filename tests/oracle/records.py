"""Plain values that pass between the parts of the oracle."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

Record = Mapping[str, Any]
"""A decoded Avro record."""

JAKARTA = timezone(timedelta(hours=7))
_EPOCH = datetime(1970, 1, 1, tzinfo=JAKARTA) + timedelta(hours=7)


@dataclass(frozen=True)
class RawRecord:
    """One record as it lies in the log. ``value`` may be given decoded; ``timestamp_ms`` is broker time."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | Record | None
    headers: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def broker_time(self) -> datetime:
        """Broker time on a Jakarta clock."""
        return _EPOCH + timedelta(milliseconds=self.timestamp_ms)


@dataclass(frozen=True)
class Usable:
    """A record that counts: the person's token (hex) and the decoded record, its region translated."""

    token: str
    record: Record
    batch: str


@dataclass(frozen=True)
class Rejected:
    """A record that goes to quarantine: the reason, and its batch, empty if none could be read."""

    reason: str
    batch: str


def as_date(value: date | int) -> date | None:
    """An Avro date, given as a date or as days since 1970; None if the calendar has no such day."""
    if isinstance(value, date):
        return value
    try:
        return date(1970, 1, 1) + timedelta(days=value)
    except OverflowError:
        return None
