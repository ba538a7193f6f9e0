"""The regional totals as they come, and those of the business date before for the change."""

from collections.abc import Mapping
from datetime import date

from deploy.query.scan import follow
from deploy.query.status import Sources, decode_totals, read_totals
from schemas.events import RegionTotals
from schemas.ids import DirectiveId
from schemas.names import NATION


class RegionFeed:
    """The newest totals per region. ``previous`` holds the last ones seen under an earlier business date."""

    def __init__(self, sources: Sources, region: str | None, directive: DirectiveId | None) -> None:
        self._sources = sources
        self._region = region
        self._directive = directive
        self._all: dict[str, RegionTotals] = {}
        self._previous: dict[str, RegionTotals] = {}

    def read(self) -> None:
        """Read what there is; ``follow`` goes on from there."""
        self._all = read_totals(self._sources)

    def follow(self, wait_s: float) -> bool:
        """Take in what has come, waiting at most ``wait_s``; whether anything did."""
        rows = follow(self._sources.reader, wait_s)
        for row in rows:
            if row.key is None:
                continue
            region = row.key.decode()
            if row.value is None:
                self._all.pop(region, None)
            else:
                self._take(region, decode_totals(self._sources.codec, row.value))
        return bool(rows)

    def _take(self, region: str, total: RegionTotals) -> None:
        held = self._all.get(region)
        if held is not None and held.business_date < total.business_date:
            self._previous[region] = held
        self._all[region] = total

    @property
    def directive(self) -> DirectiveId | None:
        """The directive asked for, else the first by name that any total speaks of."""
        if self._directive is not None:
            return self._directive
        named = {part.directive for total in self._all.values() for part in total.directives}
        return DirectiveId(min(named)) if named else None

    @property
    def totals(self) -> Mapping[str, RegionTotals]:
        """The newest totals of the regions asked for."""
        return {region: total for region, total in self._all.items() if self._shows(region)}

    @property
    def previous(self) -> Mapping[str, RegionTotals]:
        """The same regions under an earlier business date, as far as seen."""
        return self._previous

    @property
    def business_date(self) -> date | None:
        """The latest business date any total was counted under."""
        return max((total.business_date for total in self._all.values()), default=None)

    def _shows(self, region: str) -> bool:
        wanted = self._region
        return wanted is None or wanted == NATION or region == wanted or region.startswith(wanted + ".")
