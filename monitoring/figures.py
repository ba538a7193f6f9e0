"""What the topics say of a hub as a whole, as plain figures: for gauges, for judging, for whoever shows them.

``connectors.console`` makes them from the records it follows; nothing in them names a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from schemas.names import Agency


@dataclass(frozen=True, slots=True)
class AgencyFigures:
    """One agency's batches and rejects. Times are seconds since 1970.

    ``stalled``: batches not complete whose receipt has not changed for ``STALLED_AFTER_S``.
    ``quarantined``: records of the last day by reason.
    """

    agency: Agency
    newest_complete_batch_at: float | None = None
    open_batches: int = 0
    stalled: int = 0
    quarantined: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CoverageFigures:
    """One directive in one province, in persons; ``region`` is the province's Kemendagri code."""

    region: str
    directive: str
    eligible: int
    covered: int
    gap: int
    held: int
    lapsing: int
    incomplete_data: int
    target: int | None


@dataclass(frozen=True, slots=True)
class HubFigures:
    """All of it at one moment. The totals are those of the nation's line; None before there is one."""

    agencies: tuple[AgencyFigures, ...] = ()
    coverage: tuple[CoverageFigures, ...] = ()
    nation: tuple[CoverageFigures, ...] = ()
    business_date: date | None = None
    totals_at: float | None = None
    partitions_reported: int | None = None
    partitions: int | None = None
    directives: tuple[str, ...] = ()
    """Those in force, as ``inpres-8-2025 v1``."""
    held_directives: tuple[str, ...] = ()
    """Those whose day has come and that lie outside what was approved, in the same form."""


STALLED_AFTER_S = 900.0
"""A batch that is being published changes its receipt every few seconds; a quarter of an hour is silence."""
