"""A snapshot of a hub, put together from its run files and its topics."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from deploy.query.lag import measure_lag
from deploy.query.ports import Decoder, Ends, GroupPositions
from deploy.query.scan import newest, scan
from monitoring.health import HubSnapshot, NationTotals, ProcessView
from schemas.errors import Refused
from schemas.events import ControlEvent, Quarantined, RegionTotals
from schemas.names import COVERAGE_REGIONS, HUB_CONTROL, HUB_QUARANTINE, HUB_STATE, NATION
from streams.control.fold import ControlView
from streams.engine.ports import Reader

QUARANTINE_WINDOW_S = 86_400.0
_QUARANTINE_LOOKED_AT = 50_000
# A transaction's last offsets may be markers only, so a few more than one.
_STATE_LOOKED_AT = 4
_MS = 1000.0


@dataclass(frozen=True, slots=True)
class Sources:
    """What a status is read from."""

    reader: Reader
    ends: Ends
    group: GroupPositions
    codec: Decoder


def snapshot(processes: Sequence[ProcessView], *, local: bool, sources: Sources, now: float) -> HubSnapshot:
    """Look at everything once; ``now`` is seconds since 1970. Without topics nothing else is read."""
    lag, missing = measure_lag(sources.reader, sources.ends, sources.group, now * _MS)
    found = HubSnapshot(local, tuple(processes), lag=lag, missing_topics=missing)
    if missing:
        return found
    business_date, directives = _control(sources)
    return _with_totals(
        replace(
            found,
            last_commit_age_s=_last_commit_age_s(sources, now),
            quarantined=_quarantined(sources, now),
            quarantine_window_s=QUARANTINE_WINDOW_S,
            business_date=business_date,
            directives=directives,
        ),
        sources,
    )


def read_control(sources: Sources) -> ControlView:
    """hub.control, folded to its end."""
    view = ControlView()
    for row in scan(sources.reader, sources.ends, HUB_CONTROL):
        if row.value is not None:
            view.fold(ControlEvent.from_record(sources.codec.decode(HUB_CONTROL, row.value)))
    return view


def read_totals(sources: Sources) -> dict[str, RegionTotals]:
    """The newest totals by region code; the reader stands at the end of coverage.regions then."""
    rows = newest(sources.reader, sources.ends, COVERAGE_REGIONS)
    return {key.decode(): decode_totals(sources.codec, value) for key, value in rows.items()}


def decode_totals(codec: Decoder, value: bytes) -> RegionTotals:
    """One value of coverage.regions."""
    return RegionTotals.from_record(codec.decode(COVERAGE_REGIONS, value))


def _control(sources: Sources) -> tuple[date | None, tuple[str, ...]]:
    view = read_control(sources)
    in_force = [f"{name} v{one.version}" for name, one in sorted(view.directives().items()) if one.in_force]
    return view.business_date, tuple(in_force)


def _last_commit_age_s(sources: Sources, now: float) -> float | None:
    """Every transaction writes to hub.state; the engines' last one tells also when none of them runs."""
    stamps = [
        row.timestamp_ms for row in scan(sources.reader, sources.ends, HUB_STATE, last=_STATE_LOOKED_AT)
    ]
    return max(0.0, now - max(stamps) / _MS) if stamps else None


def _quarantined(sources: Sources, now: float) -> dict[str, int]:
    since_ms = (now - QUARANTINE_WINDOW_S) * _MS
    rows = scan(sources.reader, sources.ends, HUB_QUARANTINE, last=_QUARANTINE_LOOKED_AT)
    recent = [row.value for row in rows if row.value is not None and row.timestamp_ms >= since_ms]
    decoded = (Quarantined.from_record(sources.codec.decode(HUB_QUARANTINE, value)) for value in recent)
    return dict(Counter(record.reason for record in decoded).most_common())


def _with_totals(found: HubSnapshot, sources: Sources) -> HubSnapshot:
    try:
        nation = read_totals(sources).get(NATION)
    except Refused:
        return replace(found, missing_topics=(*found.missing_topics, COVERAGE_REGIONS))
    if nation is None:
        return found
    lines = tuple(
        NationTotals(one.directive, one.eligible, one.covered, one.gap, one.target)
        for one in nation.directives
    )
    return replace(
        found,
        nation=lines,
        partitions_reported=nation.partitions_reported,
        partitions=nation.partitions,
    )


def now_s() -> float:
    """The wall clock, read only at the rim; it decides nothing."""
    return time.time()
