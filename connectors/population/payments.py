"""Who pays in a month, who pays late, who stops, and whose period is renewed. Changes columns in place."""

import numpy as np
from numpy.typing import NDArray

from connectors.population.assumptions import Assumptions
from connectors.population.memberships import (
    APBD_REGENCY,
    BPU,
    EMPLOYER,
    FREE,
    JAKON,
    PAID,
    PU,
    SELF,
    Memberships,
    last_day,
)
from connectors.population.people import People
from schemas.names import PAYERS, SEGMENTS

_MONTHS_BACK = {PU: 1, BPU: 0}
"""By segment that pays monthly: how many months before the current one lies the month paid for."""


def pay(
    assumptions: Assumptions,
    members: Memberships,
    month: np.datetime64,
    *,
    late: bool,
    rng: np.random.Generator,
) -> NDArray[np.intp]:
    """Those who pay what is due in ``month``, in time or ``late``; returns who did.

    In month M a BPU member pays M, an employer M - 1: each is due on the 15th of M (schemas/policy).
    """
    due = np.zeros(len(SEGMENTS), np.int64)
    for segment, months_back in _MONTHS_BACK.items():
        due[segment] = last_day(month - months_back)
    owed = due[np.maximum(members.segment, 0)]
    unpaid = np.isin(members.segment, list(_MONTHS_BACK)) & (members.paid < owed) & ~members.stopped
    chance = _chances(assumptions, "late" if late else "in_time")[members.payer]
    paying = unpaid & (rng.random(unpaid.shape, np.float32) < chance)
    members.paid[paying] = owed[paying]
    return _told(members, paying)


def renew_periods(
    assumptions: Assumptions, members: Memberships, month: np.datetime64, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Builders whose period has ended and who go on; returns who did."""
    ended = (members.segment == JAKON) & (members.paid < last_day(month))
    renewed = ended & (rng.random(ended.shape, np.float32) < assumptions.number("jakon_renewal", "chance"))
    members.paid[renewed] += int(assumptions.number("jakon_renewal", "days"))
    return _told(members, renewed)


def stop_paying(assumptions: Assumptions, members: Memberships, rng: np.random.Generator) -> None:
    """Those who will not pay again. Nobody is told: it shows in what is not paid."""
    for payer, name in ((SELF, "self"), (EMPLOYER, "employer")):
        paying = (members.segment != FREE) & (members.payer == payer) & ~members.stopped
        chance = assumptions.number("stops_paying", name)
        members.stopped[paying & (rng.random(paying.shape, np.float32) < chance)] = True


def end_budgets(assumptions: Assumptions, people: People, members: Memberships) -> None:
    """The regencies whose budget stops: everyone it pays for is not paid for again."""
    codes = assumptions.codes("budget_ends")
    numbers = [n for n, code in enumerate(people.places.regencies) if code in codes]
    lives_there = np.isin(people.regency, numbers)
    members.stopped[(members.payer == APBD_REGENCY) & lives_there[:, np.newaxis]] = True


def _chances(assumptions: Assumptions, when: str) -> NDArray[np.float64]:
    """By payer number."""
    kind = {SELF: "self", EMPLOYER: "employer"}
    return np.array(
        [assumptions.number("payment", f"{kind.get(n, 'public')}_{when}") for n in range(len(PAYERS))]
    )


def _told(members: Memberships, changed: NDArray[np.bool_]) -> NDArray[np.intp]:
    who = np.flatnonzero(changed.any(axis=1))
    members.cause[who] = PAID
    return who
