"""What is said on the topics, as typed values. Field for field the Avro schemas of ``schemas/avro``.

``observed_at``, ``decided_at`` and the like are information only: nothing is decided by them.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self

from schemas.convert import from_plain, to_plain
from schemas.names import (
    Agency,
    BatchScope,
    Cause,
    Change,
    CommandKind,
    CoverageStatus,
    DirectiveEventKind,
    DirectiveState,
    GapReason,
    MembershipCause,
    OutcomeResult,
    Payer,
    Presence,
    Program,
    RegionLevel,
    Segment,
    Sex,
    VerdictStatus,
    WithdrawnState,
)


class WireRecord:
    """A value with a plain form, the one ``AvroCodec`` encodes and decodes."""

    NAMESPACE: ClassVar[str] = "jangkau.hub"
    __slots__ = ()

    def to_record(self) -> dict[str, Any]:
        """The plain form."""
        kind: Any = type(self)
        record: dict[str, Any] = to_plain(kind)(self)
        return record

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """From the plain form as decoded by our schema; nothing is checked again."""
        kind: Any = cls
        value: Self = from_plain(kind)(record)
        return value


@dataclass(frozen=True, slots=True)
class PersonRanked(WireRecord):
    """One person as DTSEN ranks them.

    ``version`` = release × 2³² + correction, release = year × 10 + quarter.
    """

    NAMESPACE = "jangkau.dtsen"

    version: int
    batch: str
    decile: int | None
    extreme_poor: bool
    birth_date: date
    sex: Sex
    region: str
    work_status: int | None
    industry: int | None
    presence: Presence
    replaced_by: str | None
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Enrolment(WireRecord):
    """One enrolment; ``paid_through`` is the last day of the last paid month."""

    NAMESPACE = "jangkau.bpjs"

    segment: Segment
    programs: tuple[Program, ...]
    paid_through: date
    payer: Payer
    funding_id: str | None = None


@dataclass(frozen=True, slots=True)
class MembershipSnapshot(WireRecord):
    """All enrolments of one person in effect now. ``version`` is the commit time in µs since the epoch."""

    NAMESPACE = "jangkau.bpjs"

    version: int
    batch: str
    cause: MembershipCause
    enrolments: tuple[Enrolment, ...]
    observed_at: datetime


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
class DirectiveEvent(WireRecord):
    """A step in the life of a directive, as its author takes it."""

    NAMESPACE = "jangkau.kemnaker"

    version: int
    kind: DirectiveEventKind
    document: str | None
    by: str
    legal_basis: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class BatchManifest(WireRecord):
    """What an agency says it has published under one batch id."""

    NAMESPACE = "jangkau.agency"

    agency: Agency
    topic: str
    scope: BatchScope
    count: int
    digest: str
    window_from: datetime | None
    window_to: datetime | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class BatchReceipt(WireRecord):
    """What became of one batch; ``sent`` and ``missing`` are ``None`` before its manifest has come."""

    NAMESPACE = "jangkau.agency"

    agency: Agency
    topic: str
    sent: int | None
    accepted: int
    duplicate: int
    stale: int
    conflict: int
    quarantined: int
    erased: int
    missing: int | None
    complete: bool
    partitions_reported: int
    partitions: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Command(WireRecord):
    """Something an operator asks of the hub; ``payload`` is a JSON object of the kind's arguments."""

    kind: CommandKind
    by: str
    basis: str
    payload: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome(WireRecord):
    """The hub's answer to one command."""

    result: OutcomeResult
    reasons: tuple[str, ...]
    event_ids: tuple[str, ...]
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class BusinessDateSet(WireRecord):
    """The business date from here on."""

    date: date


@dataclass(frozen=True, slots=True)
class DirectiveInForce(WireRecord):
    """A directive decides from here on, in place of any earlier version; ``document`` is canonical JSON."""

    directive: str
    version: int
    document: str


@dataclass(frozen=True, slots=True)
class DirectiveWithdrawn(WireRecord):
    """A directive decides no longer."""

    directive: str
    version: int
    state: WithdrawnState


@dataclass(frozen=True, slots=True)
class PolicyInForce(WireRecord):
    """The version name of the policy tables, which ship with the software."""

    policy: str


@dataclass(frozen=True, slots=True)
class PartitionStart(WireRecord):
    """First offset of a publication in one partition."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class FullReconciled(WireRecord):
    """A FULL publication of an agency is complete, and where it begins."""

    agency: str
    batch: str
    starts: tuple[PartitionStart, ...]


@dataclass(frozen=True, slots=True)
class StateGeneration(WireRecord):
    """A partition's state was rebuilt."""

    partition: int
    generation: int


ControlBody = (
    BusinessDateSet | DirectiveInForce | DirectiveWithdrawn | PolicyInForce | FullReconciled | StateGeneration
)


@dataclass(frozen=True, slots=True)
class ControlEvent(WireRecord):
    """One decision of the control plane. Per subject the highest (version, step) wins."""

    event_id: str
    subject: str
    version: int
    step: int
    by: str
    basis: str
    decided_at: datetime
    body: ControlBody


def control_event_id(subject: str, version: int, step: int) -> str:
    """The id of a decision, 32 hex characters: who decides the same twice writes the same id."""
    return hashlib.sha256(f"{subject}\n{version}\n{step}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class InputPosition(WireRecord):
    """Next offset to read of an agency topic."""

    topic: str
    offset: int


@dataclass(frozen=True, slots=True)
class DirectiveCounts(WireRecord):
    """Counts of one directive in one regency of one partition."""

    directive: str
    version: int
    eligible: int
    covered: int
    gap: int
    never_registered: int
    membership_ended: int
    program_partial: int
    in_arrears: int
    lapsed: int
    held: int
    lapsing_30_days: int
    incomplete_data: int


@dataclass(frozen=True, slots=True)
class Discrepancies(WireRecord):
    """What only a hub can see; docs/rules.md section 6."""

    dead_at_dtsen_alive_at_bpjs: int
    dead_at_bpjs_present_at_dtsen: int
    two_public_payers: int
    employee_without_pu: int
    member_unknown_to_dtsen: int


@dataclass(frozen=True, slots=True)
class RegionCounts(WireRecord):
    """Counts of one regency in one partition; region "" holds persons with a membership but no DTSEN fact."""

    region: str
    persons: int
    directives: tuple[DirectiveCounts, ...]
    discrepancies: Discrepancies


@dataclass(frozen=True, slots=True)
class BatchCounts(WireRecord):
    """What became of the records of one batch in one partition, so far."""

    topic: str
    batch: str
    first_offset: int
    accepted: int
    duplicate: int
    stale: int
    conflict: int
    quarantined: int
    erased: int


@dataclass(frozen=True, slots=True)
class Partial(WireRecord):
    """Absolute counts of one partition, repeatable from its state."""

    partition: int
    generation: int
    state_offset: int
    control_offset: int
    business_date: date | None
    inputs: tuple[InputPosition, ...]
    full: bool
    persons: int
    regions: tuple[RegionCounts, ...]
    batches: tuple[BatchCounts, ...]
    sent_at: datetime


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
    """Where a directive stands."""

    NAMESPACE = "jangkau.coverage"

    version: int
    state: DirectiveState
    faults: tuple[str, ...]
    document: str | None
    in_force_version: int | None
    by: str
    legal_basis: str
    business_date: date | None
    updated_at: datetime


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
    """A question about one person: the processing trail."""

    lookup: str
    by: str
    purpose: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Answer(WireRecord):
    """The answer to a look-up; ``explanation`` is JSON."""

    lookup: str
    found: bool
    explanation: str
    answered_at: datetime
