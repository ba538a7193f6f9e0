"""Small, valid events for tests of the client library."""

from datetime import UTC, date, datetime

from schemas.events import (
    BatchReceipt,
    CoverageState,
    DirectiveStatus,
    DirectiveTotals,
    Discrepancies,
    Enrolment,
    Evidence,
    MembershipSnapshot,
    PersonRanked,
    RegionTotals,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def ranked(batch: str, version: int = (20261 << 32) + 1, decile: int | None = 2) -> PersonRanked:
    return PersonRanked(
        version=version,
        batch=batch,
        decile=decile,
        extreme_poor=False,
        birth_date=date(1990, 5, 17),
        sex="FEMALE",
        region="74.71",
        work_status=1,
        industry=None,
        presence="PRESENT",
        replaced_by=None,
        observed_at=NOON,
    )


def snapshot(batch: str) -> MembershipSnapshot:
    enrolment = Enrolment("BPU", ("JKK", "JKM"), date(2026, 3, 31), "SELF", None)
    return MembershipSnapshot(1_772_452_800_000_000, batch, "PAID", (enrolment,), NOON)


def state(seq: int, region: str = "74.71", previous_region: str | None = None) -> CoverageState:
    return CoverageState(
        seq=seq,
        status="NOT_ELIGIBLE",
        verdicts=(),
        change="CHANGED",
        causes=("DTSEN",),
        region=region,
        previous_region=previous_region,
        covered_through=None,
        business_date=date(2026, 3, 2),
        decided_at=NOON,
        evidence=Evidence(dtsen=None, bpjs=None, control_offset=seq),
    )


def totals(persons: int) -> RegionTotals:
    """One partition of one has reported."""
    none = Discrepancies(**dict.fromkeys(Discrepancies.__dataclass_fields__, 0))
    gap = persons - 1
    part = DirectiveTotals(
        "inpres-8-2025", 1, persons, 1, gap, gap, 0, 0, 0, 0, 0, 0, 0, target=None, target_date=None
    )
    return RegionTotals("REGENCY", date(2026, 3, 2), persons, (part,), none, 1, 1, 7, NOON)


def receipt(accepted: int, missing: int | None) -> BatchReceipt:
    """Of a batch of BPS; complete when nothing is missing."""
    sent = None if missing is None else accepted + missing
    return BatchReceipt(
        agency="BPS",
        topic="dtsen.persons",
        sent=sent,
        accepted=accepted,
        duplicate=0,
        stale=0,
        conflict=0,
        quarantined=0,
        erased=0,
        missing=missing,
        complete=missing == 0,
        partitions_reported=4,
        partitions=4,
        updated_at=NOON,
    )


def directive_status(version: int) -> DirectiveStatus:
    """Drafted, and no more."""
    return DirectiveStatus(
        version=version,
        state="DRAFTED",
        faults=(),
        document="{}",
        in_force_version=None,
        preview=None,
        bounds=None,
        approved_by=None,
        rollout_paused_at=None,
        notes=(),
        by="kemnaker",
        legal_basis="Inpres 8/2025",
        business_date=None,
        updated_at=NOON,
    )
