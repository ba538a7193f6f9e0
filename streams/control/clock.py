"""The business date: it only rises, by itself one day at a time, further only on an explicit command."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.events import BusinessDateSet, ControlEvent
from streams.control.decisions import DATE, HUB, decide
from streams.control.fold import ControlView

# A worker that was down over a long weekend catches up by itself. A calendar further ahead than this
# is more likely a wrong clock, and a wrong clock must not lapse millions.
MAX_DAYS_BEHIND = 4


def calendar_day(now: datetime, timezone: ZoneInfo) -> date:
    """The day the calendar of ``timezone`` shows at the moment ``now`` (with a zone of its own)."""
    return now.astimezone(timezone).date()


def set_date(to: date, by: str, basis: str, now: datetime) -> ControlEvent:
    """The event that makes ``to`` the business date. Its version is the day's ordinal: it can only rise."""
    return decide(DATE, to.toordinal(), 0, by, basis, now, BusinessDateSet(to))


def automatic_step(view: ControlView, today: date, now: datetime) -> ControlEvent | None:
    """The next day if the calendar has passed the business date; None if it has not, or by too much.

    Never the first date: where the hub's time begins is a decision, not a reading of a clock.
    """
    current = view.business_date
    if current is None or not 0 < (today - current).days <= MAX_DAYS_BEHIND:
        return None
    basis = f"the calendar shows {today.isoformat()}"
    return set_date(current + timedelta(days=1), HUB, basis, now)


def days_behind(view: ControlView, today: date) -> int:
    """Days the business date lies behind the calendar; 0 if it does not, or there is none yet."""
    current = view.business_date
    return max(0, (today - current).days) if current else 0


def first_date(view: ControlView, initial: date | None, now: datetime) -> ControlEvent | None:
    """The date from the settings, if there is one there and none on hub.control."""
    if initial is None or view.business_date is not None:
        return None
    return set_date(initial, HUB, "first business date, from the settings", now)
