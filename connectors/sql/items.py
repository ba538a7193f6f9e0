"""What the view gives: rows of both databases as plain values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

ITEM_COLUMNS = (
    "token",
    "region",
    "status",
    "verdicts",
    "covered_through",
    "business_date",
    "decided_at",
    "seq",
)
HISTORY_ITEM_COLUMNS = (*ITEM_COLUMNS, "change", "causes", "previous_region")


@dataclass(frozen=True, slots=True)
class CoverageItem:
    """A person's state. ``token`` is 32 hex characters; a verdict has directive, version, status, missing
    and reason (null when covered).
    """

    token: str
    region: str
    status: str
    verdicts: list[Mapping[str, Any]]
    covered_through: date | None
    business_date: date
    decided_at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One published record of a person: the state, and what brought it about."""

    token: str
    region: str
    status: str
    verdicts: list[Mapping[str, Any]]
    covered_through: date | None
    business_date: date
    decided_at: datetime
    seq: int
    change: str
    causes: list[str]
    previous_region: str | None


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """Persons by rising token. ``next``: where the next page begins, ``None`` at the end. ``as_of``:
    everything published before then is in; ``None`` before the first fill.
    """

    items: list[CoverageItem]
    next: str | None
    as_of: datetime | None


def item(row: Sequence[Any]) -> CoverageItem:
    """From a row of ``ITEM_COLUMNS``."""
    return CoverageItem(*_state(row))


def history_item(row: Sequence[Any]) -> HistoryItem:
    """From a row of ``HISTORY_ITEM_COLUMNS``."""
    change, causes, previous_region = tuple(row)[len(ITEM_COLUMNS) :]
    values = (*_state(row), change, json.loads(causes), previous_region)
    return HistoryItem(*values)


def _state(row: Sequence[Any]) -> tuple[Any, ...]:
    token, region, status, verdicts, through, day, at, seq = tuple(row)[: len(ITEM_COLUMNS)]
    return (
        token if isinstance(token, str) else token.hex,
        region,
        status,
        json.loads(verdicts),
        _date(through),
        _date(day),
        datetime.fromisoformat(at) if isinstance(at, str) else at,
        seq,
    )


def _date(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
