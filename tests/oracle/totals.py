"""Section 6: what is counted per regency and directive, one person at a time."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.oracle.control import Control
from tests.oracle.directive import MEANT, outcome
from tests.oracle.membership import Policy, situation
from tests.oracle.records import Record
from tests.oracle.verdict import Held, judge, standing
from tests.oracle.vocabulary import PUBLIC_PAYERS

LAPSING_DAYS = 30


@dataclass
class RegionTotal:
    """One regency; region "" is for members unknown to DTSEN.

    ``directives`` counts by (directive id, name), ``discrepancies`` by name, names as in RegionTotals.
    """

    persons: int = 0
    directives: Counter[tuple[str, str]] = field(default_factory=Counter)
    discrepancies: Counter[str] = field(default_factory=Counter)


Person = tuple[Record | None, Record | None, Held | None]
"""DTSEN fact, membership fact, and what is kept back."""


def total(people: Iterable[Person], control: Control, policy: Policy, day: date) -> dict[str, RegionTotal]:
    """Totals over persons, by regency code. What was published counts where the record says they live."""
    totals: dict[str, RegionTotal] = {}
    for person, membership, held in people:
        home = "" if person is None else person["region"]
        here = totals.setdefault(_regency(home), RegionTotal())
        if person is not None:
            here.persons += 1
        for document in control.directives:
            if outcome(document, person, day) == "INCOMPLETE_DATA":
                here.directives[document["id"], "incomplete_data"] += 1
        here.discrepancies.update(discrepancies(person, membership, policy, day))
        there = totals.setdefault(_regency(home if held is None else held.region), RegionTotal())
        there.directives.update(_published(person, membership, held, control, policy, day))
    return totals


def _regency(home: str) -> str:
    return home[: len("74.71")]


def _published(
    person: Record | None,
    membership: Record | None,
    held: Held | None,
    control: Control,
    policy: Policy,
    day: date,
) -> list[tuple[str, str]]:
    tolerance = policy.tolerance_at(day)
    now = situation(membership, policy, day, tolerance)
    soon = situation(membership, policy, day + timedelta(days=LAPSING_DAYS), tolerance)
    counts: list[tuple[str, str]] = []
    for document in standing(control, person, day, held):
        directive, verdict = document["id"], judge(document, now)
        counts += [(directive, "eligible"), (directive, verdict.status.lower())]
        if outcome(document, person, day) != MEANT:
            counts.append((directive, "held"))
        if verdict.reason is not None:
            counts.append((directive, verdict.reason.lower()))
        elif judge(document, soon).status == "GAP":
            counts.append((directive, "lapsing_30_days"))
    return counts


def discrepancies(person: Record | None, membership: Record | None, policy: Policy, day: date) -> list[str]:
    """What one person's two facts say against each other."""
    found = []
    alive = situation(membership, policy, day, policy.tolerance_at(day)).alive
    enrolments = [] if membership is None else membership["enrolments"]
    if person is not None and person["presence"] == "DECEASED" and alive:
        found.append("dead_at_dtsen_alive_at_bpjs")
    present = person is not None and person["presence"] == "PRESENT"
    if present and membership is not None and membership["cause"] == "DIED":
        found.append("dead_at_bpjs_present_at_dtsen")
    if len({e["payer"] for e in enrolments} & PUBLIC_PAYERS) >= 2:
        found.append("two_public_payers")
    employee = person is not None and present and person["work_status"] == 4
    if employee and not any(e["segment"] == "PU" for e in enrolments):
        found.append("employee_without_pu")
    if person is None and membership is not None:
        found.append("member_unknown_to_dtsen")
    return found
