"""Records and writers for the tests of the codec."""

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import fastavro
import pytest

from schemas import avsc
from schemas.errors import ContractBroken
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from tests.fakes.registry import MemoryRegistry

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PERSON: dict[str, Any] = {
    "version": 5,
    "batch": "b",
    "decile": None,
    "extreme_poor": True,
    "birth_date": date(2000, 1, 1),
    "sex": "MALE",
    "region": "74.71",
    "work_status": 3,
    "industry": None,
    "presence": "PRESENT",
    "replaced_by": None,
    "observed_at": NOON,
}
MEMBERSHIP: dict[str, Any] = {
    "version": 1,
    "batch": "x",
    "cause": "PAID",
    "enrolments": [
        {
            "segment": "PU",
            "programs": ["JKK", "JKM"],
            "paid_through": date(2026, 1, 31),
            "payer": "APBN",
            "funding_id": None,
        }
    ],
    "observed_at": NOON,
}


def reason_of(call: Callable[[], object]) -> str:
    with pytest.raises(ContractBroken) as caught:
        call()
    return caught.value.reason


def written_with(
    registry: MemoryRegistry, topic: str, change: Callable[[dict[str, Any]], None], record: dict[str, Any]
) -> bytes:
    """A value whose writer has a schema of its own: ours, changed."""

    schema = avsc.schema({DTSEN_PERSONS: "PersonRanked", BPJS_MEMBERSHIPS: "MembershipSnapshot"}[topic])
    change(schema)
    schema_id = registry.register("another", json.dumps(schema))
    out = io.BytesIO(b"\x00" + schema_id.to_bytes(4, "big"))
    out.seek(0, 2)
    fastavro.schemaless_writer(out, fastavro.parse_schema(schema), record)
    return out.getvalue()


def field(schema: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in schema["fields"] if each["name"] == name]
    assert isinstance(found, dict)
    return found


def add_fields(schema: dict[str, Any]) -> None:
    schema["fields"].insert(1, {"name": "note", "type": ["null", "string"], "default": None})
    schema["fields"].append({"name": "raw", "type": "bytes", "default": ""})


def add_columns(schema: dict[str, Any]) -> None:
    schema["fields"].insert(1, {"name": "note", "type": ["null", "string"], "default": None})


Change = Callable[[dict[str, Any]], None]
WRITERS: dict[str, tuple[Change, dict[str, Any]]] = {
    "ours": (lambda schema: None, {}),
    "a field more": (add_columns, {"note": None}),
    "a field of bytes more": (add_fields, {"note": None, "raw": b""}),
}
