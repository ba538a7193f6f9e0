"""Partials with plain numbers, for the tests of totals and receipts."""

from datetime import UTC, date, datetime

from schemas.events import BatchCounts, DirectiveCounts, Discrepancies, Partial, RegencyClasses, RegionCounts

SENT = datetime(2026, 1, 5, tzinfo=UTC)
DAY = date(2026, 1, 5)
NAME = "inpres-8-2025"


def region(code: str, persons: int, eligible: int = 0, unknown: int = 0, version: int = 1) -> RegionCounts:
    """A regency: of ``eligible`` persons every third is covered, the rest were never registered."""
    covered = eligible // 3
    gap = eligible - covered
    counts = DirectiveCounts(NAME, version, eligible, covered, gap, gap, 0, 0, 0, 0, 0, 1, 2)
    return RegionCounts(code, persons, (counts,) if eligible else (), Discrepancies(1, 0, 0, 0, unknown))


def batch(
    name: str,
    accepted: int,
    duplicate: int = 0,
    first: int = 0,
    topic: str = "dtsen.persons",
    digest: int = 0,
    quarantined: int = 0,
    regencies: tuple[RegencyClasses, ...] = (),
) -> BatchCounts:
    """Counts of one batch in one partition."""
    return BatchCounts(
        topic, name, first, accepted, duplicate, 0, 0, quarantined, 0, f"{digest:016x}", regencies
    )


def partial(
    partition: int,
    regions: tuple[RegionCounts, ...] = (),
    *,
    at: tuple[int, int, int] = (0, 10, 5),
    full: bool = True,
    day: date | None = DAY,
    batches: tuple[BatchCounts, ...] = (),
) -> Partial:
    """``at`` is (generation, state offset, control offset)."""
    persons = sum(each.persons for each in regions)
    return Partial(partition, *at, day, (), full, persons, regions, batches, SENT)
