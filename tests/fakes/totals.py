"""Regional totals for tests of what people see: only the figures that matter are given."""

from datetime import UTC, date, datetime
from typing import ClassVar

from schemas.events import DirectiveTotals, Discrepancies, RegionTotals
from schemas.names import RegionLevel

DIRECTIVE = "inpres-8-2025"
NO_DISCREPANCIES = Discrepancies(0, 0, 0, 0, 0)


class FakeNames:
    """Knows three names and shows any other code as it is."""

    _NAMES: ClassVar = {
        "ID": "Indonesia",
        "74": "Sulawesi Tenggara",
        "74.01": "Kolaka",
        "74.71": "Kota Kendari",
        "73": "Sulawesi Selatan",
    }

    def name(self, code: str) -> str:
        return self._NAMES.get(code, code)


def directive_totals(
    eligible: int, covered: int, *, target: int | None = None, directive: str = DIRECTIVE
) -> DirectiveTotals:
    gap = eligible - covered
    return DirectiveTotals(
        directive=directive,
        version=1,
        eligible=eligible,
        covered=covered,
        gap=gap,
        never_registered=gap,
        membership_ended=0,
        program_partial=0,
        in_arrears=0,
        lapsed=0,
        held=0,
        lapsing_30_days=0,
        incomplete_data=0,
        target=target,
        target_date=None if target is None else date(2026, 12, 31),
    )


def region_totals(
    level: RegionLevel,
    *directives: DirectiveTotals,
    on: date = date(2026, 3, 1),
    reported: int = 4,
    partitions: int = 4,
) -> RegionTotals:
    return RegionTotals(
        level=level,
        business_date=on,
        persons=sum(part.eligible for part in directives),
        directives=directives,
        discrepancies=NO_DISCREPANCIES,
        partitions_reported=reported,
        partitions=partitions,
        control_offset=12,
        updated_at=datetime(2026, 3, 1, 5, 0, tzinfo=UTC),
    )
