"""Small, valid events for tests of the client library."""

from datetime import UTC, date, datetime

from schemas.events import CoverageState, Enrolment, Evidence, MembershipSnapshot, PersonRanked

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


def state(seq: int) -> CoverageState:
    return CoverageState(
        seq=seq,
        status="NOT_ELIGIBLE",
        verdicts=(),
        change="CHANGED",
        causes=("DTSEN",),
        region="74.71",
        previous_region=None,
        covered_through=None,
        business_date=date(2026, 3, 2),
        decided_at=NOON,
        evidence=Evidence(dtsen=None, bpjs=None, control_offset=seq),
    )
