"""Regional totals: the counts of all partitions at one control offset, added up per region."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from schemas.directive import DirectiveDocument
from schemas.events import (
    DirectiveCounts,
    DirectiveTotals,
    Discrepancies,
    RegionCounts,
    RegionTotals,
)
from schemas.names import NATION, RegionLevel
from streams.control.partials import PartialBook

# While engines take in a control event their partitions pass it one after the other. For this long the
# last total stays; then an incomplete one is published, because some partition may be gone.
PATIENCE_S = 10.0

_PROVINCE_LENGTH = 2
_COUNTED = tuple(
    field.name for field in fields(DirectiveCounts) if field.name not in ("directive", "version")
)
_DISCREPANCIES = tuple(field.name for field in fields(Discrepancies))
_NO_DISCREPANCIES = Discrepancies(*(0 for _ in _DISCREPANCIES))

Documents = Mapping[str, DirectiveDocument]
"""Directives in force by id, for their targets."""


@dataclass(slots=True)
class _Sum:
    persons: int
    directives: dict[tuple[str, int], DirectiveCounts]
    discrepancies: Discrepancies


class TotalsBook:
    """Knows what coverage.regions says, so that only what differs is published.

    Fill it with ``remember`` from coverage.regions before the first ``changes``.
    """

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self._said: dict[str, RegionTotals] = {}
        self._incomplete_since: float | None = None
        self._added_up: object = None

    def remember(self, region: str, totals: RegionTotals) -> None:
        """Totals that are on the topic."""
        self._said[region] = totals

    @property
    def said(self) -> Mapping[str, RegionTotals]:
        """What the topic says, by region code."""
        return self._said

    @property
    def incomplete(self) -> int:
        """How many of the published totals lack some partition."""
        return sum(said.partitions_reported < said.partitions for said in self._said.values())

    @property
    def held(self) -> int:
        """Holds in the nation, each counted under every directive it is of."""
        nation = self._said.get(NATION)
        return sum(each.held for each in nation.directives) if nation else 0

    def changes(
        self, book: PartialBook, documents: Documents, now: datetime, clock_s: float
    ) -> dict[str, RegionTotals]:
        """Totals that differ from the published ones, by region code; nation first.

        ``clock_s`` is a rising clock in seconds, only for how long to wait for missing partitions.
        """
        offset, counted = book.newest()
        if not counted or counted[0].business_date is None:
            return {}
        if self._still_waiting(len(counted), clock_s):
            return {}
        # Adding up 514 regencies of 64 partitions takes a while, and most of the time nothing is new.
        grounds = (book.taken, {name: document.version for name, document in documents.items()}, len(counted))
        if grounds == self._added_up:
            return {}
        self._added_up = grounds
        sums = _add_up(region for counts in counted for region in counts.regions.values())
        day = counted[0].business_date
        changed: dict[str, RegionTotals] = {}
        # A region that nobody is counted in any more is said once more, emptied.
        for region in [*sums, *(self._said.keys() - sums.keys())]:
            found = sums.get(region, _Sum(0, {}, _NO_DISCREPANCIES))
            totals = RegionTotals(
                level=_level(region),
                business_date=day,
                persons=found.persons,
                directives=_with_targets(found.directives.values(), documents, region, day),
                discrepancies=found.discrepancies,
                partitions_reported=len(counted),
                partitions=self._partitions,
                control_offset=offset,
                updated_at=now,
            )
            if not _same(self._said.get(region), totals):
                changed[region] = totals
        return changed

    def _still_waiting(self, reported: int, clock_s: float) -> bool:
        if reported >= self._partitions:
            self._incomplete_since = None
            return False
        if self._incomplete_since is None:
            self._incomplete_since = clock_s
        return clock_s - self._incomplete_since < PATIENCE_S


def _add_up(regions: Iterable[RegionCounts]) -> dict[str, _Sum]:
    """Per regency, province and nation. Persons without a known region count for the nation only."""
    sums: dict[str, _Sum] = {NATION: _Sum(0, {}, _NO_DISCREPANCIES)}
    for counts in regions:
        for region in _places(counts.region):
            total = sums.setdefault(region, _Sum(0, {}, _NO_DISCREPANCIES))
            total.persons += counts.persons
            total.discrepancies = _plus(total.discrepancies, counts.discrepancies, region)
            for each in counts.directives:
                key = (each.directive, each.version)
                held = total.directives.get(key)
                total.directives[key] = _both(held, each) if held else each
    return sums


def _places(regency: str) -> tuple[str, ...]:
    return (NATION, regency[:_PROVINCE_LENGTH], regency) if regency else (NATION,)


def _both(left: DirectiveCounts, right: DirectiveCounts) -> DirectiveCounts:
    numbers = {name: getattr(left, name) + getattr(right, name) for name in _COUNTED}
    return DirectiveCounts(left.directive, left.version, **numbers)


def _plus(left: Discrepancies, right: Discrepancies, region: str) -> Discrepancies:
    numbers = {name: getattr(left, name) + getattr(right, name) for name in _DISCREPANCIES}
    if region != NATION:
        numbers["member_unknown_to_dtsen"] = 0  # no region is known of them
    return Discrepancies(**numbers)


def _level(region: str) -> RegionLevel:
    if region == NATION:
        return "NATION"
    return "PROVINCE" if len(region) == _PROVINCE_LENGTH else "REGENCY"


def _with_targets(
    counts: Iterable[DirectiveCounts], documents: Documents, region: str, day: date
) -> tuple[DirectiveTotals, ...]:
    ordered = sorted(counts, key=lambda each: (each.directive, each.version))
    return tuple(_with_target(each, documents.get(each.directive), region, day) for each in ordered)


def _with_target(
    counts: DirectiveCounts, document: DirectiveDocument | None, region: str, day: date
) -> DirectiveTotals:
    persons, due = None, None
    if document is not None and document.version == counts.version:
        persons, due = target_at(document, region, day)
    numbers = {name: getattr(counts, name) for name in _COUNTED}
    return DirectiveTotals(counts.directive, counts.version, **numbers, target=persons, target_date=due)


def target_at(document: DirectiveDocument, region: str, day: date) -> tuple[int | None, date | None]:
    """The region's own target that is due next, or the last one once all are past; (None, None) without."""
    own = sorted((target.date, target.persons) for target in document.targets if target.region.text == region)
    if not own:
        return None, None
    due, persons = next((target for target in own if target[0] >= day), own[-1])
    return persons, due


def _same(said: RegionTotals | None, totals: RegionTotals) -> bool:
    """Equal but for the moment of adding up."""
    return said is not None and all(
        getattr(said, field.name) == getattr(totals, field.name)
        for field in fields(RegionTotals)
        if field.name != "updated_at"
    )
