"""The guard on data: how many may leave eligibility in a regency on a business date by a DTSEN change."""

from collections.abc import Mapping
from datetime import date, datetime

from schemas.events import (
    ControlEvent,
    GuardGranted,
    GuardLimitSet,
    GuardShare,
    RegionTotals,
)
from schemas.policy import Policy
from streams.control.decisions import GUARD, HUB, decide, guard_limit_subject
from streams.control.fold import ControlView

Totals = Mapping[str, RegionTotals]
"""Published totals by region code."""


def grant(view: ControlView, totals: Totals, policy: Policy | None, now: datetime) -> ControlEvent | None:
    """What is to be granted and is not yet: each business date has one grant, and a limit set on that
    day leads to another. Nothing without the tables of the policy in force.
    """
    today, granted = view.business_date, view.granted()
    if today is None or policy is None:
        return None
    if granted is None or granted.body.date < today:
        return _event(today, 0, "a new business date", _all(view, totals, policy), policy, now)
    newer = [code for code, limit in view.guard_limits().items() if limit.offset > granted.offset]
    if not newer:
        return None
    # The other regencies keep what was granted this morning: part of it may be spent.
    shares = {share.regency: share.persons for share in granted.body.at_most}
    for regency in newer:
        most = _most(view, totals, policy, regency)
        shares.pop(regency, None)
        if most is not None:
            shares[regency] = most
    step = granted.event.step + 1
    return _event(granted.body.date, step, "a limit was set", shares, policy, now)


def set_limit(
    view: ControlView, regency: str, persons: int | None, by: str, basis: str, now: datetime
) -> ControlEvent:
    """The event that sets the limit of a regency; None: as the policy says."""
    held = view.guard_limit(regency)
    version = held.event.version + 1 if held else 1
    body = GuardLimitSet(regency, persons)
    return decide(guard_limit_subject(regency), version, 0, by, basis, now, body)


def _all(view: ControlView, totals: Totals, policy: Policy) -> dict[str, int]:
    known = {code for code, each in totals.items() if each.level == "REGENCY"}
    found = {code: _most(view, totals, policy, code) for code in known | view.guard_limits().keys()}
    return {code: most for code, most in found.items() if most is not None}


def _most(view: ControlView, totals: Totals, policy: Policy, regency: str) -> int | None:
    """The limit of a regency; None where nobody is known and none is set: the rule for elsewhere holds."""
    limit = view.guard_limit(regency)
    if limit is not None and limit.body.persons is not None:
        return limit.body.persons
    known = totals.get(regency)
    if known is None:
        return None
    return policy.guard.most(max((each.eligible for each in known.directives), default=0))


def _event(
    day: date, step: int, basis: str, shares: Mapping[str, int], policy: Policy, now: datetime
) -> ControlEvent:
    at_most = tuple(GuardShare(code, shares[code]) for code in sorted(shares))
    body = GuardGranted(day, at_most, policy.guard.at_least)
    return decide(GUARD, day.toordinal(), step, HUB, basis, now, body)
