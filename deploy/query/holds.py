"""Persons whose change is kept back, as hub.holds has them, and the guard that keeps them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from connectors.console.holds import HeldGroup
from deploy.query.ports import Decoder, Ends
from deploy.query.scan import newest
from schemas.events import ControlEvent, GuardGranted, GuardLimitSet, Hold
from schemas.ids import RegionCode
from schemas.names import HUB_HOLDS, NATION, HoldState
from streams.engine.ports import Reader

_RELEASE = 1 << 32


@dataclass(frozen=True, slots=True)
class GuardStanding:
    """The newest grant, and the limits that were set by command, by regency."""

    grant: ControlEvent | None
    limits: Mapping[str, ControlEvent]

    @property
    def granted(self) -> GuardGranted | None:
        """What may leave, if anything was ever granted."""
        body = self.grant.body if self.grant else None
        return body if isinstance(body, GuardGranted) else None


def read_holds(reader: Reader, ends: Ends, codec: Decoder, region: str = NATION) -> dict[str, Hold]:
    """The holds of a region by person token, ``ID`` for all."""
    rows = newest(reader, ends, HUB_HOLDS)
    holds = {key.decode(): Hold.from_record(codec.decode(HUB_HOLDS, value)) for key, value in rows.items()}
    return {token: hold for token, hold in holds.items() if _within(hold.region, region)}


def grouped(holds: Iterable[Hold]) -> list[HeldGroup]:
    """Counted by regency and cause, by code and then the most first."""
    days: dict[tuple[str, HoldState, int, tuple[str, ...]], list[date]] = defaultdict(list)
    for hold in holds:
        named = tuple(f"{each.directive} v{each.version}" for each in hold.directives)
        days[hold.region[:5], hold.state, hold.dtsen_version // _RELEASE, named].append(hold.business_date)
    groups = [HeldGroup(*alike, len(found), min(found), max(found)) for alike, found in days.items()]
    return sorted(groups, key=lambda group: (group.region, -group.persons, group.state, group.release))


def guard_standing(events: Iterable[ControlEvent]) -> GuardStanding:
    """Fold the guard's events: per subject the highest (version, step)."""
    grant: ControlEvent | None = None
    limits: dict[str, ControlEvent] = {}
    for event in events:
        if isinstance(event.body, GuardGranted) and _later(event, grant):
            grant = event
        elif isinstance(event.body, GuardLimitSet) and _later(event, limits.get(event.body.regency)):
            limits[event.body.regency] = event
    return GuardStanding(grant, limits)


def _later(event: ControlEvent, held: ControlEvent | None) -> bool:
    return held is None or (event.version, event.step) > (held.version, held.step)


def _within(home: str, region: str) -> bool:
    return region == NATION or RegionCode(region).contains(RegionCode(home))
