"""Directives, commands and desks for the tests of the control plane."""

import asyncio
import json
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from monitoring.registry import ControlMetrics
from schemas.events import Command, DirectiveEvent, DirectiveStatus, Outcome, Partial
from schemas.names import COVERAGE_DIRECTIVES, HUB_OUTCOMES, CommandKind
from streams.control.desk import Desk, DeskRules
from streams.control.tally import Tally
from tests.fakes.control_log import MemoryControlLog

NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
NAME = "inpres-8-2025"
RULES = DeskRules(
    policies=("v2026.1", "v2026.2"), partitions=2, timezone=ZoneInfo("Asia/Jakarta"), automatic=False
)


def document(version: int = 1, since: str = "2026-01-10", until: str | None = None, **more: Any) -> str:
    """A valid directive document, JSON (which is YAML too)."""
    effective = {"from": since} | ({"until": until} if until else {})
    return json.dumps(
        {
            "id": NAME,
            "version": version,
            "title": "Pekerja rentan desil 1-4",
            "legal_basis": "Inpres 8/2025",
            "means": {"welfare": {"deciles": [1, 2, 3, 4], "extreme_poor": True}},
            "requires": ["JKK", "JKM"],
            "effective": effective,
            **more,
        }
    )


def drafted(
    version: int = 1, since: str = "2026-01-10", until: str | None = None, **more: Any
) -> DirectiveEvent:
    """A DRAFTED event with a valid document."""
    return DirectiveEvent(
        version, "DRAFTED", document(version, since, until, **more), "Kemnaker", "Inpres 8/2025", NOW
    )


def revoked(version: int = 1) -> DirectiveEvent:
    """A REVOKED event."""
    return DirectiveEvent(version, "REVOKED", None, "Kemnaker", "Kepmenaker 1/2026", NOW)


def approved(version: int = 1) -> DirectiveEvent:
    """An APPROVED event."""
    return DirectiveEvent(version, "APPROVED", None, "Menaker", "Kepmenaker 2/2026", NOW)


def command(kind: CommandKind, payload: Mapping[str, Any] | str, **changed: Any) -> Command:
    """A command; a payload given as text is sent as it is."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return replace(Command(kind, "operator", "uji coba", text, NOW), **changed)


def advance(to: str) -> Command:
    """ADVANCE_BUSINESS_DATE."""
    return command("ADVANCE_BUSINESS_DATE", {"to": to})


class Bench:
    """A desk on a log in memory, driven step by step. ``restart`` makes a new desk on the same log."""

    def __init__(self, rules: DeskRules = RULES) -> None:
        self.rules = rules
        self.log = MemoryControlLog()
        self.events: list[tuple[str, DirectiveEvent]] = []
        self.desk = self._new_desk()
        self.now = NOW

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let one piece of the desk's work be done."""
        asyncio.run(work)

    def start(self) -> None:
        """Open the desk."""
        self.run(self.desk.open(self.now))

    def restart(self) -> None:
        """A new process: knows only what is on the topics."""
        self.desk = self._new_desk()
        self.start()

    def directive(self, event: DirectiveEvent, name: str = NAME) -> None:
        """The author publishes an event, the desk handles it."""
        self.events.append((name, event))
        self.again(len(self.events) - 1)

    def again(self, offset: int) -> None:
        """The event at this offset is delivered (once more)."""
        name, event = self.events[offset]
        self.run(self.desk.on_directive((0, offset), name, event, self.now))

    def command(self, identity: str, asked: Command) -> None:
        """A command is delivered."""
        self.run(self.desk.on_command(identity, asked, self.now))

    def partial(self, *counted: Partial) -> None:
        """Counts are delivered, then summed up."""
        for each in counted:
            self.desk.on_partial(each)
        self.run(self.desk.sum_up(self.now, 0.0))

    def statuses(self, name: str = NAME) -> list[DirectiveStatus]:
        """coverage.directives under a key."""
        return [
            value
            for key, value in self.log.topics[COVERAGE_DIRECTIVES]
            if key == name and isinstance(value, DirectiveStatus)
        ]

    def outcomes(self, identity: str) -> list[Outcome]:
        """hub.outcomes of a command."""
        return [
            value
            for key, value in self.log.topics[HUB_OUTCOMES]
            if key == identity and isinstance(value, Outcome)
        ]

    def in_force(self, name: str = NAME) -> int | None:
        """Version in force by hub.control."""
        standing = self.log.folded().directive(name)
        return standing.version if standing and standing.in_force else None

    @property
    def business_date(self) -> date | None:
        """By hub.control."""
        return self.log.folded().business_date

    def _new_desk(self) -> Desk:
        desk = Desk(self.rules, self.log, Tally(ControlMetrics(CollectorRegistry())))
        for decision in self.log.control:
            desk.view.fold(decision.event, decision.command)
        for offset, (name, event) in enumerate(self.events):
            desk.book.fold((0, offset), name, event)
        for key, value in self.log.topics[COVERAGE_DIRECTIVES]:
            assert isinstance(value, DirectiveStatus)
            desk.statuses.remember(key, value)
        for key, _ in self.log.topics[HUB_OUTCOMES]:
            desk.remember_answer(key)
        self.log.desks = [desk]
        return desk
