"""Writers with a schema newer or older than ours."""

from typing import Any

import pytest

from schemas.codec import AvroCodec
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from tests.fakes.registry import MemoryRegistry
from tests.schemas.codec.wire import (
    MEMBERSHIP,
    NOON,
    PERSON,
    Change,
    add_columns,
    add_fields,
    field,
    written_with,
)


def drop_replaced_by(schema: dict[str, Any]) -> None:
    schema["fields"].remove(field(schema, "replaced_by"))


def never_null_decile(schema: dict[str, Any]) -> None:
    decile = field(schema, "decile")
    decile["type"] = "int"
    del decile["default"]


EVOLVED: dict[str, tuple[Change, dict[str, Any], dict[str, Any]]] = {
    "a field more": (add_columns, {"note": "x"}, {}),
    "a field of bytes more, which the fast way cannot read": (add_fields, {"note": "x", "raw": b"y"}, {}),
    "a field less": (drop_replaced_by, {}, {"replaced_by": None}),
    "a field that may not be null there": (never_null_decile, {"decile": 3}, {"decile": 3}),
}


@pytest.mark.parametrize("how", EVOLVED)
def test_evolved_writers_give_our_columns(codec: AvroCodec, registry: MemoryRegistry, how: str) -> None:
    change, theirs, ours = EVOLVED[how]
    value = written_with(registry, DTSEN_PERSONS, change, PERSON | theirs)
    plain = codec.encode(DTSEN_PERSONS, PERSON)
    batch = codec.decode_batch(DTSEN_PERSONS, [plain, value, plain])
    assert batch.rejects == []
    assert batch.rows.schema.equals(codec.decode_batch(DTSEN_PERSONS, [plain]).rows.schema)
    assert batch.rows.to_pylist()[1] == PERSON | ours | {"observed_at": NOON.replace(tzinfo=None)}
    assert codec.decode(DTSEN_PERSONS, value) == PERSON | ours
    trailing = codec.decode_batch(DTSEN_PERSONS, [value + b"\x00"])
    assert [fault.reason for _, fault in trailing.rejects] == ["UNDECODABLE"]


def richer_enrolment(schema: dict[str, Any]) -> None:
    enrolment = field(schema, "enrolments")["type"]["items"]
    enrolment["fields"].insert(0, {"name": "branch", "type": "string", "default": ""})
    enrolment["fields"] = [each for each in enrolment["fields"] if each["name"] != "funding_id"]


def test_an_evolved_list_of_records(codec: AvroCodec, registry: MemoryRegistry) -> None:
    enrolment = MEMBERSHIP["enrolments"][0] | {"branch": "Kendari"}
    record = MEMBERSHIP | {"enrolments": [enrolment, enrolment]}
    value = written_with(registry, BPJS_MEMBERSHIPS, richer_enrolment, record)
    empty = written_with(registry, BPJS_MEMBERSHIPS, richer_enrolment, record | {"enrolments": []})
    batch = codec.decode_batch(BPJS_MEMBERSHIPS, [value, empty, value])
    assert [len(row) for row in batch.rows["enrolments"].to_pylist()] == [2, 0, 2]
    assert batch.rows["enrolments"].to_pylist()[2] == MEMBERSHIP["enrolments"] * 2


def another_presence(schema: dict[str, Any]) -> None:
    field(schema, "presence")["type"]["symbols"].append("MOVED")


def test_a_symbol_we_do_not_know_breaks_its_record_only(codec: AvroCodec, registry: MemoryRegistry) -> None:
    known = written_with(registry, DTSEN_PERSONS, another_presence, PERSON)
    strange = written_with(registry, DTSEN_PERSONS, another_presence, PERSON | {"presence": "MOVED"})
    batch = codec.decode_batch(DTSEN_PERSONS, [known, strange, known])
    assert batch.index.tolist() == [0, 2]
    assert [(position, fault.reason) for position, fault in batch.rejects] == [(1, "UNDECODABLE")]
    assert "MOVED" not in str(batch.rejects[0][1])
