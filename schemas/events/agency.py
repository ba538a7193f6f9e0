"""What agencies publish, and what the hub answers them about it."""

from dataclasses import dataclass
from datetime import date, datetime

from schemas.events.record import WireRecord
from schemas.names import (
    Agency,
    BatchScope,
    DirectiveEventKind,
    MembershipCause,
    Payer,
    Presence,
    Program,
    Segment,
    Sex,
)


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
class RegencyCount(WireRecord):
    """How many records of a batch are about one regency."""

    NAMESPACE = "jangkau.agency"

    region: str
    count: int


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
    regencies: tuple[RegencyCount, ...] = ()


@dataclass(frozen=True, slots=True)
class RegencyReceipt(WireRecord):
    """What became of the records about one regency; ``sent`` and ``missing`` where the manifest tells them.

    ``region`` is empty for records of which the hub knows no regency.
    """

    NAMESPACE = "jangkau.agency"

    region: str
    sent: int | None
    accepted: int
    duplicate: int
    stale: int
    conflict: int
    quarantined: int
    erased: int
    missing: int | None


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
    scope: BatchScope | None = None
    digest_matches: bool | None = None
    regencies: tuple[RegencyReceipt, ...] = ()
