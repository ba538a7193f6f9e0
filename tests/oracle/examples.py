"""Records, rules and a small country for the oracle's own tests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.oracle.hub import OracleHub
from tests.oracle.partition import partition_of
from tests.oracle.records import JAKARTA, RawRecord, Record
from tests.oracle.regions import RegionTable
from tests.oracle.vocabulary import MEMBERSHIPS, PERSONS

PARTITIONS = 4
COUNTRY = RegionTable(
    regencies=frozenset({"74.71", "74.01", "93.01"}),
    districts=frozenset({"74.71.01", "74.01.01"}),
    villages=frozenset({"74.71.01.1001"}),
    successors={"91.01": "93.01"},
)
RELEASE = 2**32
RELEASE_2026_1 = 20261 * RELEASE
ANA = "00000000000000000000000000000a0a"
BUDI = "00000000000000000000000000000b0b"


@dataclass(frozen=True)
class Rule:
    kind: str
    due_day: int | None = None
    due_month_offset: int | None = None


@dataclass(frozen=True)
class Tables:
    """Policy with the due days of PP 44/2015 and a tolerance that may be set."""

    tolerance: int = 0
    arrears_months: int = 3
    segments: Mapping[str, Rule] = field(
        default_factory=lambda: {
            "PU": Rule("monthly", 15, 1),
            "BPU": Rule("monthly", 15, 0),
            "JAKON": Rule("period"),
            "PMI": Rule("period"),
        }
    )

    def tolerance_at(self, day: date, /) -> int:
        return self.tolerance


def millis(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """Broker time from a Jakarta clock."""
    return round(datetime(year, month, day, hour, minute, tzinfo=JAKARTA).timestamp() * 1000)


def person(**changes: Any) -> dict[str, Any]:
    """A woman of 45 in Kendari, decile 2, own-account worker in trade."""
    return {
        "version": RELEASE_2026_1,
        "batch": "dtsen-1",
        "decile": 2,
        "extreme_poor": False,
        "birth_date": date(1980, 6, 15),
        "sex": "FEMALE",
        "region": "74.71.01.1001",
        "work_status": 1,
        "industry": 12,
        "presence": "PRESENT",
        "replaced_by": None,
        "observed_at": datetime(2026, 1, 2, tzinfo=JAKARTA),
        **changes,
    }


def enrolment(
    segment: str = "BPU", paid_through: date = date(2026, 3, 31), *programs: str, **changes: Any
) -> Record:
    """An enrolment in JKK and JKM unless told."""
    return {
        "segment": segment,
        "programs": list(programs or ("JKK", "JKM")),
        "paid_through": paid_through,
        "payer": "SELF",
        "funding_id": None,
        **changes,
    }


def membership(*enrolments: Record, **changes: Any) -> dict[str, Any]:
    """A snapshot with these enrolments."""
    return {
        "version": 1_000_000,
        "batch": "bpjs-1",
        "cause": "PAID",
        "enrolments": list(enrolments),
        "observed_at": datetime(2026, 1, 2, tzinfo=JAKARTA),
        **changes,
    }


def directive(identifier: str = "inpres-8-2025", version: int = 1, **means: Any) -> dict[str, Any]:
    """Deciles 1–4 or extreme poor, 18–64, informal work, JKK + JKM; ``means`` replaces whole clauses."""
    return {
        "id": identifier,
        "version": version,
        "title": "Pekerja rentan",
        "legal_basis": "Inpres 8/2025",
        "means": {
            "presence": ["PRESENT"],
            "regions": [],
            "welfare": {"deciles": [1, 2, 3, 4], "extreme_poor": True, "unranked": False},
            "age": {"from": 18, "to": 64},
            "sex": None,
            "work_statuses": [1, 2, 6, 7, 8],
            "industries": None,
            **means,
        },
        "requires": ["JKK", "JKM"],
        "payer": None,
        "effective": {"from": "2025-03-27", "until": None},
        "targets": [],
    }


def raw(token: str, value: bytes | Record | None, **changes: Any) -> RawRecord:
    """The record as it would lie in its topic on 10 April 2026, noon."""
    topic = MEMBERSHIPS if isinstance(value, Mapping) and "enrolments" in value else PERSONS
    key = token.encode()
    fields: dict[str, Any] = {
        "topic": topic,
        "partition": partition_of(key, PARTITIONS),
        "offset": 0,
        "timestamp_ms": millis(2026, 4, 10, 12),
        "key": key,
        "value": value,
        **changes,
    }
    return RawRecord(**fields)


def date_set(day: date) -> Record:
    """The control event of a business date."""
    return {
        "subject": "date",
        "version": day.toordinal(),
        "step": 0,
        "body": ("BusinessDateSet", {"date": day}),
    }


def in_force(document: Mapping[str, Any]) -> Record:
    """The control event that puts a document in force."""
    fields = {
        "directive": document["id"],
        "version": document["version"],
        "document": json.dumps(document),
    }
    return {
        "subject": f"directive:{document['id']}",
        "version": document["version"],
        "step": 1,
        "body": ("DirectiveInForce", fields),
    }


def withdrawn(identifier: str, version: int) -> Record:
    """The control event that ends a directive."""
    fields = {"directive": identifier, "version": version, "state": "REVOKED"}
    return {
        "subject": f"directive:{identifier}",
        "version": version,
        "step": 2,
        "body": ("DirectiveWithdrawn", fields),
    }


def policy_set(number: int = 1, name: str = "first") -> Record:
    """The control event of a policy version."""
    return {"subject": "policy", "version": number, "step": 0, "body": ("PolicyInForce", {"policy": name})}


def hub(day: date | None = date(2026, 4, 10), *documents: Mapping[str, Any], tolerance: int = 0) -> OracleHub:
    """A hub at ``day`` with the usual directive, or these."""
    made = OracleHub(PARTITIONS, COUNTRY, lambda name: Tables(tolerance))
    made.control(policy_set())
    if day is not None:
        made.control(date_set(day))
    for document in documents or (directive(),):
        made.control(in_force(document))
    return made
