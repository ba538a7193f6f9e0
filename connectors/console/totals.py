"""The newest totals of each region, as coverage.regions has them."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from threading import Lock

from connectors.gateway.ports import Codec
from monitoring.figures import CoverageFigures
from schemas.errors import ContractBroken
from schemas.events import DirectiveCounts, DirectiveTotals, RegionTotals
from schemas.names import COVERAGE_REGIONS, NATION

REGIONS_AT_MOST = 2_000
"""The nation, 38 provinces and 514 regencies, and room for those to come."""

_COUNTED = tuple(
    field.name for field in fields(DirectiveCounts) if field.name not in ("directive", "version")
)

Told = Callable[[str, RegionTotals], None]


class Totals:
    """Written by the follower's thread, read by others; ``told`` hears of each total, in that thread."""

    def __init__(self, codec: Codec, told: Told) -> None:
        self._codec, self._told = codec, told
        self._lock = Lock()
        self._found: dict[str, RegionTotals] = {}

    def take(self, key: bytes, value: bytes | None) -> None:
        """A record of coverage.regions."""
        region = key.decode("utf-8", "replace")
        if value is None:
            with self._lock:
                self._found.pop(region, None)
            return
        try:
            totals = RegionTotals.from_record(self._codec.decode(COVERAGE_REGIONS, value))
        except ContractBroken:
            return
        with self._lock:
            if region not in self._found and len(self._found) >= REGIONS_AT_MOST:
                return
            self._found[region] = totals
        self._told(region, totals)

    def reset(self) -> None:
        """Forget all: the topic is read anew."""
        with self._lock:
            self._found.clear()

    def all(self) -> Mapping[str, RegionTotals]:
        """By region code, as of now."""
        with self._lock:
            return dict(self._found)


def lines(totals: Mapping[str, RegionTotals]) -> tuple[CoverageFigures, ...]:
    """One line for each directive in each region, by code and directive."""
    return tuple(
        _line(region, each)
        for region, total in sorted(totals.items())
        for each in by_directive(total).values()
    )


def by_directive(total: RegionTotals) -> dict[str, DirectiveTotals]:
    """One line for each directive. While a version rolls out the one before goes on elsewhere, and nobody is
    counted under both: counts are added up, version and target are those of the newest.
    """
    found: dict[str, DirectiveTotals] = {}
    for each in sorted(total.directives, key=lambda each: each.version):
        before = found.get(each.directive)
        found[each.directive] = _plus(before, each) if before else each
    return found


def _plus(before: DirectiveTotals, each: DirectiveTotals) -> DirectiveTotals:
    return replace(each, **{name: getattr(before, name) + getattr(each, name) for name in _COUNTED})


def is_province(region: str) -> bool:
    """Whether a key of coverage.regions is a province's."""
    return region != NATION and "." not in region


def _line(region: str, each: DirectiveTotals) -> CoverageFigures:
    return CoverageFigures(
        region,
        each.directive,
        each.eligible,
        each.covered,
        each.gap,
        each.held,
        each.lapsing_30_days,
        each.incomplete_data,
        each.target,
    )
