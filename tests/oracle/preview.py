"""Section 8: what a draft would do, counted one person at a time."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.oracle.directive import MEANT, Document, outcome
from tests.oracle.membership import Policy, situation
from tests.oracle.records import Record
from tests.oracle.verdict import judge
from tests.oracle.vocabulary import PUBLIC_PAYERS

TRANSPORT = 13
"""The one industry that is transport to the tariff."""

SAMPLE = 20

People = Mapping[str, tuple[Record | None, Record | None]]
"""DTSEN fact and membership fact by token."""

Cell = tuple[str, str, int | None, str, str]
"""Movement, regency, decile, sex, standing."""

Lack = tuple[str, tuple[str, ...], bool]
"""Regency, missing programs, transport."""


@dataclass
class Preview:
    """Persons by what they have in common; ``sample`` has (movement, token)."""

    cells: Counter[Cell] = field(default_factory=Counter)
    uncovered: Counter[Lack] = field(default_factory=Counter)
    overlaps: Counter[str] = field(default_factory=Counter)
    public_payers: int = 0
    sample: list[tuple[str, str]] = field(default_factory=list)
    digest: str = ""


def preview(
    draft: Document,
    in_force: Sequence[Document],
    people: People,
    policy: Policy,
    day: date,
) -> Preview:
    """What ``draft`` would do to ``people``, of whom nobody is held."""
    found, meant = Preview(), hashlib.sha256()
    seen: dict[str, list[str]] = {"ENTERING": [], "LEAVING": []}
    for token, (person, membership) in sorted(people.items()):
        if person is None:
            continue  # nobody means someone DTSEN does not know
        now = situation(membership, policy, day, policy.tolerance_at(day))
        means = {d["id"]: d for d in in_force if outcome(d, person, day) == MEANT}
        before, after = means.get(draft["id"]), outcome(draft, person, day) == MEANT
        if before is None and not after:
            continue
        movement = "LEAVING" if not after else "ENTERING" if before is None else "STAYING"
        verdict = judge(draft, now) if after else judge(before or draft, now)
        regency = person["region"][: len("74.71")]
        found.cells[movement, regency, person["decile"], person["sex"], verdict.reason or verdict.status] += 1
        if movement in seen and len(seen[movement]) < SAMPLE:
            seen[movement].append(token)
        if not after:
            continue
        meant.update(bytes.fromhex(token))
        if verdict.missing:
            found.uncovered[regency, verdict.missing, person["industry"] == TRANSPORT] += 1
        found.overlaps.update(name for name in means if name != draft["id"])
        if _is_paid_publicly(draft, now.alive, membership):
            found.public_payers += 1
    found.sample = [(movement, token) for movement, tokens in seen.items() for token in tokens]
    found.digest = meant.hexdigest()
    return found


def _is_paid_publicly(draft: Document, alive: Sequence[str], membership: Record | None) -> bool:
    """A required program is alive, and a public budget pays some enrolment."""
    enrolments = [] if membership is None else membership["enrolments"]
    some_alive = any(program in alive for program in draft["requires"])
    return some_alive and any(enrolment["payer"] in PUBLIC_PAYERS for enrolment in enrolments)
