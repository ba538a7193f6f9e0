"""Section 5: verdicts, what is desired, covered_through and the digest."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tests.oracle.control import Control
from tests.oracle.directive import MEANT, Document, outcome
from tests.oracle.membership import Policy, Situation, situation
from tests.oracle.records import Record
from tests.oracle.vocabulary import PROGRAMS


@dataclass(frozen=True)
class Verdict:
    """What one directive says of a person it means; ``reason`` is None when covered."""

    directive: str
    version: int
    status: str
    missing: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True)
class Desired:
    """What the last record of a person should say."""

    region: str
    verdicts: tuple[Verdict, ...]

    @property
    def status(self) -> str:
        """GAP if any verdict is, else COVERED if any, else NOT_ELIGIBLE."""
        statuses = {verdict.status for verdict in self.verdicts}
        return "GAP" if "GAP" in statuses else "COVERED" if statuses else "NOT_ELIGIBLE"


def judge(document: Document, now: Situation) -> Verdict:
    """The verdict on a person the directive means."""
    required = [program for program in PROGRAMS if program in document["requires"]]
    missing = tuple(program for program in required if program not in now.alive)
    if not missing:
        return Verdict(document["id"], document["version"], "COVERED", (), None)
    if not now.has_fact:
        reason = "NEVER_REGISTERED"
    elif not now.has_enrolment:
        reason = "MEMBERSHIP_ENDED"
    elif len(missing) < len(required):
        reason = "PROGRAM_PARTIAL"
    elif any(program in now.in_arrears for program in missing):
        reason = "IN_ARREARS"
    else:
        reason = "LAPSED"
    return Verdict(document["id"], document["version"], "GAP", missing, reason)


def meaning(control: Control, person: Record | None, day: date) -> list[Document]:
    """The directives in force that mean the person, by id."""
    return [d for d in control.directives if outcome(d, person, day) == MEANT]


@dataclass(frozen=True)
class Held:
    """Someone whose leaving is kept back: where the record says they live, and by which (directive,
    version) it still means them.
    """

    region: str
    slots: frozenset[tuple[str, int]]


def desire(
    control: Control,
    policy: Policy,
    person: Record,
    membership: Record | None,
    day: date,
    held: Held | None = None,
) -> Desired:
    """What is desired of a person with a DTSEN fact; of one who is held, what stays meanwhile."""
    now = situation(membership, policy, day, policy.tolerance_at(day))
    verdicts = tuple(judge(document, now) for document in standing(control, person, day, held))
    return Desired(person["region"] if held is None else held.region, verdicts)


def standing(control: Control, person: Record | None, day: date, held: Held | None) -> list[Document]:
    """The directives that mean the person, and those that are kept as meaning them."""
    kept = frozenset() if held is None else held.slots
    meant = meaning(control, person, day)
    return [d for d in control.directives if d in meant or (d["id"], d["version"]) in kept]


def covered_through(
    documents: Sequence[Document], policy: Policy, membership: Record | None, day: date
) -> date | None:
    """The last day from ``day`` on which all that ``documents`` require is alive, going day by day.

    None if something is not alive on ``day`` already, or nothing is required.
    """
    required = {program for document in documents for program in document["requires"]}
    tolerance = policy.tolerance_at(day)
    last = None
    while required and required <= set(situation(membership, policy, day, tolerance).alive):
        last = day
        day += timedelta(days=1)
    return last


def digest(desired: Mapping[str, Desired]) -> str:
    """SHA-256 (hex) over the persons that some directive means, sorted by token."""
    lines = []
    for token, person in sorted(desired.items()):
        if not person.verdicts:
            continue
        verdicts = ";".join(
            f"{v.directive}:{v.version}:{v.status}:{'+'.join(v.missing)}:{v.reason or '-'}"
            for v in person.verdicts
        )
        lines.append(f"{token}|{person.region}|{verdicts}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()
