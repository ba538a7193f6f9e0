"""How the hub is, as somebody sees it who looks from outside; the gateway's watch looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from monitoring.health import ProcessView
from schemas.names import Agency

Level = Literal["healthy", "degraded", "down"]


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in both languages, and the runbook that says what to do."""

    level: Level
    indonesian: str
    english: str
    runbook: str | None


@dataclass(frozen=True, slots=True)
class Behind:
    """How far the engines are behind on one partition; see ``monitoring.health.PartitionLag``."""

    agency: Agency | None
    topic: str
    partition: int
    records: int
    readable: int
    seconds: float | None
    open_transaction_s: float


@dataclass(frozen=True, slots=True)
class Disk:
    """The file system of the data folder."""

    free_bytes: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class HubView:
    """What was seen at one moment; ``at`` and the values of ``newest_facts`` in seconds since 1970."""

    at: float
    level: Level
    findings: tuple[Said, ...] = ()
    processes: tuple[ProcessView, ...] = ()
    lag: tuple[Behind, ...] = ()
    last_commit_age_s: float | None = None
    disk: Disk | None = None
    newest_facts: Mapping[Agency, float] = field(default_factory=dict)


class Watch(Protocol):
    """Looks at the hub every few seconds in a thread of its own."""

    def last(self) -> HubView | None:
        """What it saw last; ``None`` before the first look, and while it cannot look. Returns at once."""


class NoWatch:
    """Nobody looks."""

    def last(self) -> HubView | None:
        """Nothing was seen."""
        return None
