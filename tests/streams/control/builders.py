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
from schemas.events import (
    Command,
    ControlBody,
    DirectiveEvent,
    DirectiveStatus,
    Outcome,
    Partial,
    PreviewResult,
    RegionTotals,
)
from schemas.names import COVERAGE_DIRECTIVES, COVERAGE_REGIONS, HUB_OUTCOMES, CommandKind
from schemas.policy import load_policy
from streams.control.desk import Desk, DeskRules
from streams.control.tally import Tally
from tests.fakes.answering import AnsweringEngines
from tests.fakes.control_log import MemoryControlLog

NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
NAME = "inpres-8-2025"
RULES = DeskRules(
    policies=("v2026.1", "v2026.2"),
    partitions=2,
    timezone=ZoneInfo("Asia/Jakarta"),
    automatic=False,
    tables=lambda version: load_policy("2026.1"),
)
WIDE = {
    "entering": 100_000,
    "leaving": 100_000,
    "leaving_regency": 100_000,
    "leaving_regency_permille": 1000,
}


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


def command(kind: CommandKind, payload: Mapping[str, Any] | str, **changed: Any) -> Command:
    """A command; a payload given as text is sent as it is."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return replace(Command(kind, "operator", "uji coba", text, NOW), **changed)


def preview(version: int = 1, name: str = NAME) -> Command:
    """PREVIEW_DIRECTIVE of a submitted version."""
    return command("PREVIEW_DIRECTIVE", {"directive": name, "version": version})


def approve(
    digest: str | None,
    version: int = 1,
    bounds: Mapping[str, Any] | None = None,
    name: str = NAME,
    by: str = "Menaker",
) -> Command:
    """APPROVE_DIRECTIVE, within wide bounds if none are given."""
    payload = {"directive": name, "version": version, "preview": digest, "bounds": {**WIDE, **(bounds or {})}}
    return command("APPROVE_DIRECTIVE", payload, by=by, basis="Kepmenaker 2/2026")


def advance(to: str) -> Command:
    """ADVANCE_BUSINESS_DATE."""
    return command("ADVANCE_BUSINESS_DATE", {"to": to})


class Bench:
    """A desk on a log in memory, driven step by step. ``restart`` makes a new desk on the same log."""

    def __init__(self, rules: DeskRules = RULES) -> None:
        self.rules = rules
        self.engines = AnsweringEngines()
        self.partials: list[Partial] = []
        self.clock_s = 0.0
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
        """Counts or answers are delivered, then summed up."""
        for each in counted:
            self.partials.append(each)
            self.run(self.desk.on_partial(each, self.now))
        self.run(self.desk.sum_up(self.now, 0.0))

    def wait(self, seconds: float = 1.0) -> None:
        """Time goes by, second by second."""
        end = self.clock_s + seconds
        while self.clock_s < end:
            self.clock_s += min(1.0, end - self.clock_s)
            self.run(self.desk.tick(self.now, self.clock_s))

    def answer(self) -> None:
        """The engines answer whatever was asked, and what is asked because of that."""
        while said := self.engines.answers(self.log.control):
            self.partials += said
            for each in said:
                self.run(self.desk.on_partial(each, self.now))

    def preview(self, version: int = 1, name: str = NAME) -> PreviewResult:
        """A submitted version is previewed and everyone answers."""
        identity = f"preview {len(self.log.control)}"
        self.command(identity, preview(version, name))
        self.answer()
        (outcome,) = self.outcomes(identity)
        assert outcome.preview is not None, outcome.reasons
        return outcome.preview

    def approve(self, version: int = 1, name: str = NAME, **bounds: int) -> Outcome:
        """Previewed and approved as seen; if its day has come the engines answer its activation too."""
        digest = self.preview(version, name).figures.digest
        identity = f"approve {len(self.log.control)}"
        self.command(identity, approve(digest, version, bounds, name))
        self.answer()
        (outcome,) = self.outcomes(identity)
        return outcome

    def enact(self, event: DirectiveEvent, name: str = NAME) -> None:
        """Drafted, previewed, approved, and in force if its day has come."""
        self.directive(event, name)
        outcome = self.approve(event.version, name)
        assert outcome.result == "ACCEPTED", outcome.reasons

    def bodies(self, *kinds: type[ControlBody]) -> list[Any]:
        """What hub.control says, of these kinds."""
        return [each.event.body for each in self.log.control if isinstance(each.event.body, kinds)]

    def advance(self, to: str) -> None:
        """The date is moved by command, and the engines answer what follows."""
        self.command(f"to {to}", advance(to))
        self.answer()

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
        for offset, decision in enumerate(self.log.control):
            desk.view.fold(decision.event, decision.command, offset)
        for offset, (name, event) in enumerate(self.events):
            desk.book.fold((0, offset), name, event)
        for key, value in self.log.topics[COVERAGE_DIRECTIVES]:
            assert isinstance(value, DirectiveStatus)
            desk.statuses.remember(key, value)
        for key, _ in self.log.topics[HUB_OUTCOMES]:
            desk.remember_answer(key)
        for key, value in self.log.topics[COVERAGE_REGIONS]:
            assert isinstance(value, RegionTotals)
            desk.totals.remember(key, value)
        for each in self.partials:
            desk.remember_partial(each)
        self.log.desks = [desk]
        return desk
