"""Section 4: whom a directive means. A clause is True, False or None (not known)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.oracle.records import Record, as_date

Document = Mapping[str, Any]
"""A directive document as JSON."""

MEANT = "MEANT"
CLAUSES = ("DTSEN", "PRESENCE", "REGION", "ROLLOUT", "WELFARE", "AGE", "SEX", "WORK_STATUS", "INDUSTRY")


def clauses(document: Document, person: Record | None, day: date) -> dict[str, bool | None]:
    """Every clause that is asked, in order; only DTSEN is asked of someone without a DTSEN fact."""
    if person is None:
        return {"DTSEN": False}
    means = document["means"]
    return {
        "DTSEN": True,
        "PRESENCE": person["presence"] in (means.get("presence") or ["PRESENT"]),
        "REGION": _region(means.get("regions") or [], person["region"]),
        "ROLLOUT": _rollout(document.get("reach"), person["region"]),
        "WELFARE": _welfare(means.get("welfare"), person),
        "AGE": _age(means.get("age"), person, day),
        "SEX": means.get("sex") is None or person["sex"] == means["sex"],
        "WORK_STATUS": _listed(means.get("work_statuses"), person["work_status"]),
        "INDUSTRY": _listed(means.get("industries"), person["industry"]),
    }


def outcome(document: Document, person: Record | None, day: date) -> str:
    """MEANT, or why not: the first clause that is false, else INCOMPLETE_DATA."""
    asked = clauses(document, person, day)
    if all(asked.values()):
        return MEANT
    for name, holds in asked.items():
        if holds is False:
            return name
    return "INCOMPLETE_DATA"


def completed_years(born: date, day: date) -> int:
    """Birthdays up to and with ``day``, one by one; -1 before birth."""
    if day < born:
        return -1
    years = 0
    while _birthday(born, born.year + years + 1) <= day:
        years += 1
    return years


def _birthday(born: date, year: int) -> date:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if (born.month, born.day) == (2, 29) and not leap:
        return date(year, 3, 1)
    return date(year, born.month, born.day)


def _region(listed: list[str], home: str) -> bool | None:
    if not listed:
        return True
    parts = home.split(".")
    above = {".".join(parts[: n + 1]) for n in range(len(parts))}
    if any(code in above for code in listed):
        return True
    if any(code.split(".")[: len(parts)] == parts for code in listed):
        return None
    return False


def _rollout(reach: Mapping[str, Any] | None, home: str) -> bool | None:
    """Where a higher version has come to it decides; elsewhere this one, as far as it has come itself."""
    if reach is None:
        return True
    if reach["taken"] and _region(reach["taken"], home):
        return False
    if reach["within"] is None:
        return True
    return _region(reach["within"], home) if reach["within"] else False


def _welfare(clause: Mapping[str, Any] | None, person: Record) -> bool:
    if clause is None:
        return True
    if person["decile"] is not None and person["decile"] in (clause.get("deciles") or []):
        return True
    if clause.get("extreme_poor") and person["extreme_poor"]:
        return True
    return bool(clause.get("unranked")) and person["decile"] is None


def _age(clause: Mapping[str, Any] | None, person: Record, day: date) -> bool:
    if clause is None:
        return True
    born = as_date(person["birth_date"])
    assert born is not None, "a checked record has possible dates"
    return bool(clause["from"] <= completed_years(born, day) <= clause["to"])


def _listed(listed: list[int] | None, value: int | None) -> bool | None:
    if listed is None:
        return True
    return None if value is None else value in listed
