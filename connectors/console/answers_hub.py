"""From what was followed and seen to what pages show of agencies, holds and the hub itself."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime

from connectors.console.bodies import (
    AgencyLag,
    AgencyLine,
    Alerts,
    DiskLine,
    FindingLine,
    GuardLine,
    HeldLine,
    HoldsAnswer,
    HubAnswer,
    InQuarantine,
    LagLine,
    ProcessLine,
    WholeBatch,
)
from connectors.console.hub import Behind, HubView
from connectors.console.quarantine import WINDOW_HOURS
from connectors.console.state import HubState
from schemas.names import TOPIC_OF_AGENCY, Agency
from schemas.regions import Regions


def agency_line(agency: Agency, state: HubState, seen: HubView | None) -> AgencyLine:
    """One agency; what only a look at the hub tells is null while there was none."""
    standing, reasons = state.standings.of(agency), state.quarantine.by_reason(agency)
    newest = seen.newest_facts.get(agency) if seen else None
    whole = standing.newest
    return AgencyLine(
        agency=agency,
        topics=[TOPIC_OF_AGENCY[agency]],
        newest_fact_at=moment_of(newest),
        newest_complete_batch=WholeBatch(batch=whole[0], at=moment(whole[1])) if whole else None,
        open_batches=standing.open,
        stalled_batches=standing.stalled,
        quarantined=InQuarantine(window_hours=WINDOW_HOURS, total=sum(reasons.values()), reasons=reasons),
        lag=_lag(each for each in (seen.lag if seen else ()) if each.agency == agency),
    )


def holds_answer(state: HubState, regions: Regions) -> HoldsAnswer:
    """Who is held, and what the guard has granted."""
    granted = state.control.granted
    return HoldsAnswer(
        as_of=moment_of(state.seen_at),
        complete=state.holds.complete,
        groups=[
            HeldLine(
                **{**asdict(group), "directives": list(group.directives)}, name=regions.name(group.region)
            )
            for group in state.holds.groups()
        ],
        guard=GuardLine(business_date=granted.date, granted=sum(each.persons for each in granted.at_most))
        if granted
        else None,
    )


def hub_answer(state: HubState, seen: HubView | None, alerts: Alerts) -> HubAnswer:
    """How the hub is; nothing is made up while nobody looks."""
    if seen is None:
        return HubAnswer(
            as_of=None,
            level="unknown",
            findings=[],
            processes=[],
            lag=[],
            business_date=state.business_date,
            last_commit_age_s=None,
            disk=None,
            alerts=alerts,
        )
    return HubAnswer(
        as_of=moment(seen.at),
        level=seen.level,
        findings=[
            FindingLine(level=each.level, id=each.indonesian, en=each.english, runbook=each.runbook)
            for each in seen.findings
        ],
        processes=[
            ProcessLine(**{**asdict(each), "reasons": list(each.reasons), "notes": list(each.notes)})
            for each in seen.processes
        ],
        lag=[LagLine(**asdict(each)) for each in seen.lag],
        business_date=state.business_date,
        last_commit_age_s=seen.last_commit_age_s,
        disk=DiskLine(**asdict(seen.disk)) if seen.disk else None,
        alerts=alerts,
    )


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as a moment."""
    return datetime.fromtimestamp(seconds, UTC)


def moment_of(seconds: float | None) -> datetime | None:
    """The same of what may not be known."""
    return None if seconds is None else moment(seconds)


def _lag(parts: Iterable[Behind]) -> AgencyLag | None:
    found = list(parts)
    if not found:
        return None
    waited = [each.seconds for each in found if each.seconds is not None]
    # Something waits and how long is not known: the longest is not known either.
    known = all(each.seconds is not None or not each.records for each in found)
    return AgencyLag(
        records=sum(each.records for each in found),
        seconds=max(waited, default=0.0) if known else None,
        open_transaction_s=max(each.open_transaction_s for each in found),
    )
