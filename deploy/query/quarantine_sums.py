"""Quarantine by reason, topic, batch or day: how much came, and what has become of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from deploy.query.quarantine import Entry, Standing
from schemas.events import BatchReceipt

Axis = Literal["reason", "topic", "batch", "day"]


@dataclass(frozen=True, slots=True)
class Sum:
    """Records that share a ``name``. ``receipt``: how many of the batch the agency's receipt says are in
    quarantine; None where there is no receipt. More than ``total`` if some are older than 90 days.
    """

    name: str
    states: Mapping[Standing, int]
    receipt: int | None = None

    @property
    def total(self) -> int:
        """All of them: waiting, sent again and discarded."""
        return sum(self.states.values())


def sums(
    entries: Iterable[Entry], axis: Axis, zone: tzinfo, receipts: Mapping[str, BatchReceipt] | None = None
) -> Iterator[Sum]:
    """By name; days are those of ``zone``. ``receipts`` by batch, only for batches."""
    counted: dict[str, Counter[Standing]] = {}
    for entry in entries:
        counted.setdefault(_name(entry, axis, zone), Counter())[entry.state] += 1
    for name in sorted(counted):
        receipt = (receipts or {}).get(name)
        yield Sum(name, counted[name], None if receipt is None else receipt.quarantined)


def _name(entry: Entry, axis: Axis, zone: tzinfo) -> str:
    record = entry.record
    match axis:
        case "reason":
            return record.reason
        case "topic":
            return record.topic
        case "batch":
            return record.batch or ""
        case "day":
            return record.recorded_at.astimezone(zone).date().isoformat()
