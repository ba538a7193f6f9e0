"""What a partition counts, and tells control."""

from dataclasses import dataclass
from datetime import date, datetime

from schemas.events.preview import PreviewAnswer
from schemas.events.record import WireRecord


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
class RegencyClasses(WireRecord):
    """What became of the records of a batch about one regency; region "" where none is known."""

    region: str
    accepted: int
    duplicate: int
    stale: int
    conflict: int
    quarantined: int
    erased: int


@dataclass(frozen=True, slots=True)
class BatchCounts(WireRecord):
    """What became of the records of one batch in one partition, so far.

    ``digest`` (``schemas.digest``, 16 hex characters) is of those not in quarantine.
    """

    topic: str
    batch: str
    first_offset: int
    accepted: int
    duplicate: int
    stale: int
    conflict: int
    quarantined: int
    erased: int
    digest: str
    regencies: tuple[RegencyClasses, ...]


@dataclass(frozen=True, slots=True)
class Partial(WireRecord):
    """Absolute counts of one partition, repeatable from its state; or its answer to a preview."""

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
    preview: PreviewAnswer | None = None
