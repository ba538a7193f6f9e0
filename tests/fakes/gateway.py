"""What the gateway's ports are in tests: a log that acknowledges when told to, a view of a few rows."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from connectors.console.hub import HubView
from connectors.gateway.ports import Page, View
from schemas.errors import Retryable
from schemas.ids import PersonToken
from schemas.records import Outgoing


@dataclass
class FakeLog:
    """Keeps what was appended. ``holding``: nothing is acknowledged until ``settle``; ``away``: nothing can
    be queued; ``stalled`` seconds the oldest has waited. ``told`` hears of each record, as a hub does.
    """

    records: list[Outgoing] = field(default_factory=list)
    holding: bool = False
    away: bool = False
    stalled: float = 0.0
    told: list[Callable[[Outgoing], None]] = field(default_factory=list)
    _open: list["Future[None]"] = field(default_factory=list)

    def append(self, records: Sequence[Outgoing]) -> "Future[None]":
        if self.away:
            raise Retryable("the queue to Kafka is full")
        self.records += records
        done: Future[None] = Future()
        if self.holding:
            self._open.append(done)
        else:
            done.set_result(None)
        for record in records:
            for tell in self.told:
                tell(record)
        return done

    def settle(self, error: Exception | None = None) -> None:
        """Acknowledge everything that waits, or give it up."""
        waiting, self._open = self._open, []
        for each in waiting:
            if error is None:
                each.set_result(None)
            else:
                each.set_exception(error)

    def stalled_s(self) -> float:
        return self.stalled

    def on(self, topic: str) -> list[tuple[bytes, bytes]]:
        """Key and value of every record of a topic."""
        return [
            (key, value or b"")
            for each in self.records
            if each.target.topic == topic
            for key, value in zip(each.keys or (), each.values, strict=True)
        ]


@dataclass
class FakeWatch:
    """Has seen what it is given."""

    seen: HubView | None = None

    def last(self) -> HubView | None:
        return self.seen


class FakeWords:
    """Says the region and no more."""

    def sentences(self, explanation: str) -> Sequence[tuple[str, str]]:
        region = json.loads(explanation)["region"]
        return [(f"Tinggal di {region}.", f"Lives in {region}.")]

    def spoken(self, explanation: str) -> Sequence[tuple[str, str]]:
        region = json.loads(explanation)["region"]
        return [(f"Anda tinggal di {region}.", f"You live in {region}.")]

    def name(self, region: str | None) -> str | None:
        return f"<{region}>" if region else None


@dataclass(frozen=True)
class FakeItem:
    """A row of the view."""

    token: str
    region: str
    status: str
    verdicts: list[dict[str, Any]]
    covered_through: date | None
    business_date: date
    decided_at: datetime
    seq: int


@dataclass(frozen=True)
class FakePage:
    """A page of it."""

    items: Sequence[FakeItem]
    next: str | None
    as_of: datetime | None


@dataclass
class FakeView:
    """A view in memory; ``there`` False for none configured, ``away`` for a database that is down."""

    rows: list[FakeItem] = field(default_factory=list)
    there: bool = True
    away: bool = False

    async def get(self) -> View | None:
        return self if self.there else None

    async def page(
        self,
        region: str,
        status: str | None,
        reason: str | None,
        directive: str | None,
        after: str | None,
        limit: int,
    ) -> Page:
        if self.away:
            raise Retryable("the database is away")
        found = sorted(
            (
                row
                for row in self.rows
                if (row.region == region or row.region.startswith(region + "."))
                and status in (None, row.status)
                and (after is None or row.token > after)
            ),
            key=lambda row: row.token,
        )
        shown = found[:limit]
        return FakePage(
            shown, shown[-1].token if len(found) > limit else None, datetime(2026, 3, 2, tzinfo=UTC)
        )

    async def history(self, token: PersonToken) -> Sequence[FakeItem]:
        if self.away:
            raise Retryable("the database is away")
        return [row for row in self.rows if row.token == token.hex]


def item(token: str, region: str, status: str = "GAP") -> FakeItem:
    """A row."""
    verdict = {
        "directive": "inpres-8-2025",
        "version": 1,
        "status": status,
        "missing": ["JKM"],
        "reason": "LAPSED",
    }
    return FakeItem(
        token, region, status, [verdict], None, date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC), 1
    )
