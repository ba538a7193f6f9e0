"""What the hub publishes: persons, regions, directives."""

from dataclasses import dataclass
from datetime import date, datetime

from schemas.events.counts import DirectiveCounts, Discrepancies
from schemas.events.preview import Bounds, PreviewFigures
from schemas.events.record import WireRecord
from schemas.names import (
    Cause,
    Change,
    CoverageStatus,
    DirectiveState,
    GapReason,
    Program,
    RegionLevel,
    VerdictStatus,
)


@dataclass(frozen=True, slots=True)
class Verdict(WireRecord):
    """What one directive finds of a person it means. ``reason`` is ``None`` when covered."""

    NAMESPACE = "jangkau.coverage"

    directive: str
    version: int
    status: VerdictStatus
    missing: tuple[Program, ...] = ()
    reason: GapReason | None = None


@dataclass(frozen=True, slots=True)
class FactEvidence(WireRecord):
    """The winning fact of one agency: its version, and its offset in that agency's topic."""

    NAMESPACE = "jangkau.coverage"

    version: int
    offset: int


@dataclass(frozen=True, slots=True)
class Evidence(WireRecord):
    """What a verdict rests on. ``control_offset`` is the last hub.control offset folded."""

    NAMESPACE = "jangkau.coverage"

    dtsen: FactEvidence | None
    bpjs: FactEvidence | None
    control_offset: int


@dataclass(frozen=True, slots=True)
class CoverageState(WireRecord):
    """The full state of one person under every directive that means them.

    NOT_ELIGIBLE says nothing about membership: nobody may stop a contribution because of it.
    """

    NAMESPACE = "jangkau.coverage"

    seq: int
    status: CoverageStatus
    verdicts: tuple[Verdict, ...]
    change: Change
    causes: tuple[Cause, ...]
    region: str
    previous_region: str | None
    covered_through: date | None
    business_date: date
    decided_at: datetime
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class DirectiveTotals(DirectiveCounts):
    """Counts of one directive in one region, with its target."""

    NAMESPACE = "jangkau.coverage"

    target: int | None
    target_date: date | None


@dataclass(frozen=True, slots=True)
class RegionTotals(WireRecord):
    """Totals of a region; incomplete while fewer than all partitions have reported at ``control_offset``."""

    NAMESPACE = "jangkau.coverage"

    level: RegionLevel
    business_date: date
    persons: int
    directives: tuple[DirectiveTotals, ...]
    discrepancies: Discrepancies
    partitions_reported: int
    partitions: int
    control_offset: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DirectiveStatus(WireRecord):
    """Where a directive stands. ``notes`` say in words what it waits for, or why it is held."""

    NAMESPACE = "jangkau.coverage"

    version: int
    state: DirectiveState
    faults: tuple[str, ...]
    document: str | None
    in_force_version: int | None
    preview: PreviewFigures | None
    bounds: Bounds | None
    approved_by: str | None
    rollout_paused_at: date | None
    notes: tuple[str, ...]
    by: str
    legal_basis: str
    business_date: date | None
    updated_at: datetime
