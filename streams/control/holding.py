"""Commands about the guard: the limit of a regency, and what becomes of those it holds."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import Field

from schemas.errors import ContractBroken
from schemas.events import HoldsDecided
from schemas.ids import REGENCY_CHARS
from schemas.names import NATION, HoldDecision
from schemas.regions import Regions
from streams.control.decisions import decide, holds_subject
from streams.control.guard import set_limit
from streams.control.personal import token_faults
from streams.control.ruling import Arguments, Asking, Hub, Ruling, expect

_MOST = 2**31 - 1


class SetGuard(Arguments):
    """SET_GUARD: how many may leave in a regency on one date; null: as the policy says."""

    regency: str
    persons: int | None = Field(ge=0, le=_MOST)


class DecideHolds(Arguments):
    """DECIDE_HOLDS: release or refuse the holds of a region (ID: all), or of one person there."""

    decision: HoldDecision
    region: str
    person: str | None = None


def set_guard(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """Set or lift the limit of a regency, from the current date on."""
    asked, command = expect(arguments, SetGuard), asking.command
    reasons = tuple(_region_faults("payload.regency", asked.regency, "74.71"))
    if not reasons and len(asked.regency) != REGENCY_CHARS:
        reasons = ("payload.regency: names no regency or city; a limit holds for one, as 74.71",)
    if reasons:
        return Ruling(reasons)
    event = set_limit(hub.view, asked.regency, asked.persons, command.by, command.basis, now)
    return Ruling(events=(event,))


def decide_holds(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """Decide on the holds made until now. Accepted also when nobody is held: engines know who is."""
    asked, command = expect(arguments, DecideHolds), asking.command
    reasons = list(_region_faults("payload.region", asked.region, f"74 or 74.71, or {NATION} for all"))
    if asked.person is not None:
        reasons += token_faults("payload.person", asked.person)
    if reasons:
        return Ruling(tuple(reasons))
    body = HoldsDecided(asked.decision, asked.region, asked.person)
    subject = holds_subject(asking.identity)
    return Ruling(events=(decide(subject, 1, 0, command.by, command.basis, now, body),))


def _region_faults(field: str, code: str, like: str) -> Iterator[str]:
    """The text itself is not repeated: it may be anything."""
    if field == "payload.region" and code == NATION:
        return
    try:
        resolved = Regions.load().resolve(code)
    except ContractBroken:
        yield f"{field}: no such region; use the Kemendagri code, as {like}"
        return
    if resolved.translated:
        yield f"{field}: a retired code; today it is {resolved.code}"
