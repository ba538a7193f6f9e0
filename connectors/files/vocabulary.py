"""The fields a file may have for each topic, and what a mapping may do to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from schemas.names import (
    BPJS_MEMBERSHIPS,
    DTSEN_PERSONS,
    INDUSTRIES,
    MEMBERSHIP_CAUSES,
    PAYERS,
    PRESENCES,
    PROGRAMS,
    SEGMENTS,
    SEXES,
    WORK_STATUSES,
)

Kind = Literal[
    "key", "integer", "moment", "boolean", "day", "symbol", "programs", "region", "text", "time", "json"
]
KEY_FIELDS = ("nik", "token")
SPREADSHEET = "a spreadsheet has turned the NIK into a number; export the column as text"
TRUTHS = ("true", "ya", "1", "false", "tidak", "0")


@dataclass(frozen=True)
class FieldKind:
    """What a field holds. ``symbols`` are its values where they are few, ``nullable`` if it may be empty."""

    kind: Kind
    nullable: bool = False
    symbols: tuple[str, ...] = ()


def _numbers(numbers: range) -> tuple[str, ...]:
    return tuple(map(str, numbers))


_KEYS = {"nik": FieldKind("key"), "token": FieldKind("key")}
FIELDS: Mapping[str, Mapping[str, FieldKind]] = {
    DTSEN_PERSONS: {
        **_KEYS,
        "version": FieldKind("integer"),
        "release": FieldKind("integer"),
        "correction": FieldKind("integer", nullable=True),
        "decile": FieldKind("integer", nullable=True, symbols=_numbers(range(1, 11))),
        "extreme_poor": FieldKind("boolean", symbols=TRUTHS),
        "birth_date": FieldKind("day"),
        "sex": FieldKind("symbol", symbols=SEXES),
        "region": FieldKind("region"),
        "work_status": FieldKind("integer", nullable=True, symbols=_numbers(WORK_STATUSES)),
        "industry": FieldKind("integer", nullable=True, symbols=_numbers(INDUSTRIES)),
        "presence": FieldKind("symbol", nullable=True, symbols=PRESENCES),
        "replaced_by": FieldKind("key", nullable=True),
        "observed_at": FieldKind("time", nullable=True),
    },
    BPJS_MEMBERSHIPS: {
        **_KEYS,
        "version": FieldKind("moment"),
        "cause": FieldKind("symbol", symbols=MEMBERSHIP_CAUSES),
        "segment": FieldKind("symbol", nullable=True, symbols=SEGMENTS),
        "programs": FieldKind("programs", nullable=True, symbols=PROGRAMS),
        "paid_through": FieldKind("day", nullable=True),
        "payer": FieldKind("symbol", nullable=True, symbols=PAYERS),
        "funding_id": FieldKind("text", nullable=True),
        "enrolments": FieldKind("json"),
        "observed_at": FieldKind("time", nullable=True),
    },
}
"""By topic, in the order of docs/loader.md."""

_PERSON_REQUIRED = ("decile", "extreme_poor", "birth_date", "sex", "region", "work_status", "industry")
NOT_ALWAYS_KNOWN = ("work_status", "industry")
"""Needed as fields, so that nobody leaves them out by oversight; a file that cannot say has them empty."""
_BY_ROW = ("segment", "programs", "paid_through", "payer")


def field_faults(topic: str, present: set[str]) -> list[str]:
    """What is missing or contradicts itself among the fields, all of it; none of them is unknown."""
    keys = [name for name in KEY_FIELDS if name in present]
    faults = [f"{name} is missing" for name in _required(topic, present) if name not in present]
    if len(keys) != 1:
        faults.append("nik and token: only one of them" if keys else "one of nik and token is needed")
    if {"release", "version"} <= present:
        faults.append("version and release: only one of them")
    if {"enrolments", "segment"} <= present:
        faults.append("enrolments and segment: one row an enrolment, or all in one column, not both")
    return faults


def _required(topic: str, present: set[str]) -> tuple[str, ...]:
    if topic == DTSEN_PERSONS:
        return _PERSON_REQUIRED if "release" in present else ("version", *_PERSON_REQUIRED)
    return ("version", "cause") if "enrolments" in present else ("version", "cause", *_BY_ROW)
