"""All that the console knows of a hub, followed from its topics."""

import time
from collections.abc import Callable, Mapping
from datetime import date

from connectors.console.batches import BatchStandings
from connectors.console.changes import Changes
from connectors.console.control import ControlState
from connectors.console.documents import Documents
from connectors.console.holds import Holds
from connectors.console.quarantine import WINDOW_HOURS, Quarantine
from connectors.console.totals import Totals, is_province, lines
from connectors.console.trend import Trend
from connectors.gateway.following import Followed
from connectors.gateway.ports import Codec
from connectors.gateway.problems import unavailable
from connectors.gateway.receipts import Batches, Directives
from monitoring.figures import AgencyFigures, HubFigures
from schemas.events import BatchReceipt, RegionTotals
from schemas.names import (
    AGENCIES,
    COVERAGE_REGIONS,
    HUB_CONTROL,
    HUB_HOLDS,
    HUB_QUARANTINE,
    NATION,
    Agency,
    DirectiveState,
)

_HOUR_S = 3600


class HubState:
    """What topics say, in bounded memory. ``clock`` gives seconds since 1970.

    ``batches`` and ``directives`` are the gateway's own and fed by its follower; ``topics`` are for another.
    ``followed`` tells whether all that lay on them at the start has been read: before, figures are too low.
    ``seen_at``: when Kafka was last seen to answer, seconds since 1970; silence alone says nothing.
    """

    def __init__(self, codec: Codec, trend: Trend, clock: Callable[[], float] = time.time) -> None:
        self.changes, self.trend, self._clock = Changes(), trend, clock
        self.followed: Callable[[], bool] = lambda: False
        self.seen_at: float | None = None
        self.totals = Totals(codec, self._total)
        self.holds = Holds(codec, lambda: self.changes.tell("holds"))
        self.quarantine = Quarantine(codec, lambda: self.changes.tell("agencies"), clock)
        self.control = ControlState(codec, lambda: self.changes.tell("holds"))
        self.standings = BatchStandings(lambda: self.changes.tell("agencies"), clock)
        self.batches = Batches(codec, told=self._receipt)
        self.directives = Directives(codec, lambda: self.changes.tell("directives"))
        self.documents = Documents(self.directives)

    def _total(self, region: str, total: RegionTotals) -> None:
        self.trend.put(region, total)
        self.changes.tell("totals", (region,))

    def _receipt(self, batch: str, receipt: BatchReceipt) -> None:
        self.standings.take(batch, receipt)

    def topics(self) -> Mapping[str, Followed]:
        """What to follow beside receipts and directives."""

        def a_day_ago() -> float:
            return self._clock() - WINDOW_HOURS * _HOUR_S

        return {
            COVERAGE_REGIONS: Followed(self.totals.take, True, anew=self.totals.reset),
            HUB_HOLDS: Followed(self.holds.take, True, anew=self.holds.reset),
            HUB_CONTROL: Followed(self.control.take, True, keyless=True),
            HUB_QUARANTINE: Followed(self.quarantine.take, True, since=a_day_ago, anew=self.quarantine.reset),
        }

    def need(self) -> None:
        """Raise the 503 while topics are still being read."""
        if not self.followed():
            raise unavailable("what lies on the topics is still being read; ask again")

    @property
    def business_date(self) -> date | None:
        """That of hub.control, or of the totals as long as hub.control is being read."""
        totals = self.totals.all().get(NATION)
        known = [self.control.business_date, totals.business_date if totals else None]
        return max((each for each in known if each is not None), default=None)

    def figures(self) -> HubFigures:
        """All of it as plain figures, for metrics and for judging; empty until all is read."""
        if not self.followed():
            return HubFigures()
        totals = self.totals.all()
        nation = totals.get(NATION)
        return HubFigures(
            agencies=tuple(map(self._agency, AGENCIES)),
            coverage=lines({code: each for code, each in totals.items() if is_province(code)}),
            nation=lines({NATION: nation} if nation else {}),
            business_date=self.business_date,
            totals_at=nation.updated_at.timestamp() if nation else None,
            partitions_reported=nation.partitions_reported if nation else None,
            partitions=nation.partitions if nation else None,
            directives=self._directives("IN_FORCE"),
            held_directives=self._directives("HELD"),
        )

    def _directives(self, state: DirectiveState) -> tuple[str, ...]:
        known = self.directives.all()
        return tuple(f"{name} v{status.version}" for name, status in known if status.state == state)

    def _agency(self, agency: Agency) -> AgencyFigures:
        standing = self.standings.of(agency)
        return AgencyFigures(
            agency,
            standing.newest[1] if standing.newest else None,
            standing.open,
            standing.stalled,
            self.quarantine.by_reason(agency),
        )
