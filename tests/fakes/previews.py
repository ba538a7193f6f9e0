"""Previews and statuses for tests of what people read and approve."""

from datetime import UTC, date, datetime

from schemas.events import (
    Bounds,
    Cost,
    DirectiveStatus,
    Overlap,
    PreviewCell,
    PreviewFigures,
    PreviewResult,
    RegionMovement,
    Sample,
)
from schemas.names import DirectiveState

NAME = "inpres-8-2025"
DIGEST = "0123456789abcdef" * 4
BOUNDS = Bounds(1300, 40, 30, 6)


def figures(digest: str = DIGEST) -> PreviewFigures:
    return PreviewFigures(
        preview="a" * 32,
        digest=digest,
        business_date=date(2026, 3, 1),
        control_offset=12,
        entering=1234,
        leaving=35,
        staying=8800,
        regencies=(RegionMovement("74.01", 500, 5, 3800), RegionMovement("74.71", 734, 30, 5000)),
    )


def preview() -> PreviewResult:
    return PreviewResult(
        directive=NAME,
        version=2,
        figures=figures(),
        cells=(
            PreviewCell("ENTERING", "74.71", 3, "FEMALE", "NEVER_REGISTERED", 734),
            PreviewCell("ENTERING", "74.01", None, "MALE", "COVERED", 500),
            PreviewCell("LEAVING", "74.71", 10, "MALE", "LAPSED", 35),
            PreviewCell("STAYING", "74.71", 3, "FEMALE", "IN_ARREARS", 8800),
        ),
        costs=(
            Cost("74.71", "JKK", 700, 7_000_000, 70_000_000),
            Cost("ID", "JKK", 1000, 10_000_000, 100_000_000),
            Cost("ID", "JKM", 1000, 6_800_000, 68_000_000),
            Cost("ID", "JHT", 1200, 24_000_000, 240_000_000),
        ),
        unpriced=("JP",),
        overlaps=(Overlap("perda-kendari", 420),),
        public_payers=61,
        sample=(Sample("ENTERING", "0f" * 16),),
    )


def status(
    state: DirectiveState = "PREVIEWED",
    version: int = 2,
    *,
    document: str | None = None,
    seen: PreviewFigures | None = None,
    bounds: Bounds | None = None,
    paused: date | None = None,
    notes: tuple[str, ...] = (),
    faults: tuple[str, ...] = (),
) -> DirectiveStatus:
    return DirectiveStatus(
        version=version,
        state=state,
        faults=faults,
        document=document,
        in_force_version=None,
        preview=seen,
        bounds=bounds,
        approved_by="Sekjen" if bounds else None,
        rollout_paused_at=paused,
        notes=notes,
        by="Kemnaker",
        legal_basis="Inpres 8/2025",
        business_date=date(2026, 3, 1),
        updated_at=datetime(2026, 3, 1, version, tzinfo=UTC),
    )
