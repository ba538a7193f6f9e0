"""Commands about the hub itself: its business date and its policy tables."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import Field

from schemas.events import ControlEvent, PolicyInForce
from streams.control.clock import set_date
from streams.control.decisions import POLICY, decide
from streams.control.fold import ControlView
from streams.control.ruling import Arguments, Asking, Hub, Ruling, expect

# Membership data begins with the first social security law of 1977, and policy data ends long before 2100.
_EARLIEST, _LATEST = date(1978, 1, 1), date(2100, 12, 31)


class AdvanceDate(Arguments):
    """ADVANCE_BUSINESS_DATE."""

    to: date = Field(ge=_EARLIEST, le=_LATEST)


class SetPolicy(Arguments):
    """SET_POLICY."""

    policy: str = Field(min_length=1)


def advance_date(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """The business date only rises."""
    to, current = expect(arguments, AdvanceDate).to, hub.view.business_date
    if current is not None and to <= current:
        return Ruling(
            (
                f"payload.to: {to.isoformat()} is not after the business date "
                f"{current.isoformat()}; it only rises",
            )
        )
    return Ruling(events=(set_date(to, asking.command.by, asking.command.basis, now),))


def set_policy(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """Another version of the tables, of those in this release."""
    policy = expect(arguments, SetPolicy).policy
    if policy not in hub.policies:
        return Ruling((f"payload.policy: this release has {', '.join(hub.policies)}",))
    if policy == hub.view.policy:
        return Ruling((f"payload.policy: {policy} is already in force",))
    event = _policy_event(hub.view, policy, asking.command.by, asking.command.basis, now)
    return Ruling(events=(event,))


def first_policy(view: ControlView, policies: Sequence[str], by: str, now: datetime) -> ControlEvent | None:
    """The newest policy tables of this release, if no policy is in force yet."""
    if view.policy is not None or not policies:
        return None
    return _policy_event(view, policies[-1], by, "first start of the hub", now)


def _policy_event(view: ControlView, policy: str, by: str, basis: str, now: datetime) -> ControlEvent:
    return decide(POLICY, view.policy_number + 1, 0, by, basis, now, PolicyInForce(policy))
