"""The codec's edges: what is refused and why, evolved writers, ids and framing."""

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import fastavro
import pyarrow as pa
import pytest

from schemas import avsc
from schemas.codec import HEADER_BYTES, AvroCodec
from schemas.errors import ContractBroken, InvalidInput, Retryable
from schemas.events import BusinessDateSet, ControlEvent, control_event_id
from schemas.names import BPJS_MEMBERSHIPS, COVERAGE_PERSONS, DTSEN_PERSONS, HUB_CONTROL
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


@pytest.fixture
def registry() -> MemoryRegistry:
    return MemoryRegistry()


@pytest.fixture
def codec(registry: MemoryRegistry) -> AvroCodec:
    return AvroCodec(registry)


def reason_of(call: Callable[[], object]) -> str:
    with pytest.raises(ContractBroken) as caught:
        call()
    return caught.value.reason


# The body of PERSON: 0a | 02 'b' | 00 | 01 | 9aab01 | 00 | 0a '74.71' | 02 06 | 00 | 00 | 00 | observed_at
BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "goes on after the record": lambda body: body + b"\x00",
    "cut off": lambda body: body[:-1],
    "empty": lambda body: b"",
    "boolean 2": lambda body: body[:4] + b"\x02" + body[5:],
    "enum index 9": lambda body: body[:8] + b"\x12" + body[9:],
    "enum index -1": lambda body: body[:8] + b"\x01" + body[9:],
    "union branch 2": lambda body: body[:3] + b"\x04" + body[4:],
    "union branch -1": lambda body: body[:3] + b"\x01\x02" + body[4:],
    "int of 33 bits": lambda body: body[:3] + b"\x02\x80\x80\x80\x80\x10" + body[4:],
    "int of 40 bits": lambda body: body[:3] + b"\x02\xfe\xff\xff\xff\xff\x1f" + body[4:],
    "date of 33 bits": lambda body: body[:5] + b"\x80\x80\x80\x80\x10" + body[8:],
    "long of 65 bits": lambda body: b"\xff" * 9 + b"\x7f" + body[1:],
    "number of 11 bytes": lambda body: b"\x8a" + b"\x80" * 9 + b"\x00" + body[1:],
    "negative length": lambda body: b"\x0a\x01b" + body[3:],
    "length beyond the body": lambda body: b"\x0a\xfe\xff\x03b" + body[3:],
    "not UTF-8": lambda body: b"\x0a\x02\xff" + body[3:],
    "surrogate in UTF-8": lambda body: b"\x0a\x06\xed\xa0\x80" + body[3:],
}


@pytest.mark.parametrize("how", BROKEN)
def test_broken_bodies_are_undecodable_both_ways(codec: AvroCodec, how: str) -> None:
    value = codec.encode(DTSEN_PERSONS, PERSON)
    broken = value[:HEADER_BYTES] + BROKEN[how](value[HEADER_BYTES:])
    assert reason_of(lambda: codec.decode(DTSEN_PERSONS, broken)) == "UNDECODABLE"
    values = [value] * 100 + [broken] + [value] * 50
    batch = codec.decode_batch(DTSEN_PERSONS, values)
    ((position, fault),) = batch.rejects
    assert (position, fault.reason) == (100, "UNDECODABLE")
    assert len(batch.rows) == 150
    assert 100 not in batch.index


UNUSUAL: dict[str, Callable[[bytes], bytes]] = {
    "a number longer than need be": lambda body: b"\x8a\x00" + body[1:],
    "an int near its limit": lambda body: body[:3] + b"\x02\xfe\xff\xff\xff\x0f" + body[4:],
    "a date no calendar has": lambda body: body[:5] + b"\xfe\xff\xff\xff\x0f" + body[8:],
}


@pytest.mark.parametrize("how", UNUSUAL)
def test_unusual_bodies_are_taken(codec: AvroCodec, how: str) -> None:
    value = codec.encode(DTSEN_PERSONS, PERSON)
    unusual = value[:HEADER_BYTES] + UNUSUAL[how](value[HEADER_BYTES:])
    batch = codec.decode_batch(DTSEN_PERSONS, [value, unusual])
    assert batch.rejects == []
    assert batch.index.tolist() == [0, 1]


def test_a_date_no_calendar_has_is_left_to_the_rules(codec: AvroCodec) -> None:
    value = codec.encode(DTSEN_PERSONS, PERSON)
    unusual = value[:HEADER_BYTES] + UNUSUAL["a date no calendar has"](value[HEADER_BYTES:])
    days = codec.decode_batch(DTSEN_PERSONS, [unusual]).rows["birth_date"].cast(pa.int32())
    assert days.to_pylist() == [2**31 - 1]


def test_lists_in_sized_blocks_are_taken(codec: AvroCodec) -> None:
    value = codec.encode(BPJS_MEMBERSHIPS, MEMBERSHIP)
    body = value[HEADER_BYTES:]
    enrolment = b"\x00\x04\x00\x02\x00" + body[body.index(b"\x04\x00\x02\x00") + 4 : -7]
    sized = value[:HEADER_BYTES] + body[:4] + b"\x01" + bytes([2 * len(enrolment)]) + enrolment + body[-7:]
    batch = codec.decode_batch(BPJS_MEMBERSHIPS, [value, sized])
    assert batch.rejects == []
    assert batch.rows.slice(0, 1).equals(batch.rows.slice(1, 1))
    wrong = sized.replace(b"\x01" + bytes([2 * len(enrolment)]), b"\x01" + bytes([2 * len(enrolment) - 2]))
    assert reason_of(lambda: codec.decode(BPJS_MEMBERSHIPS, wrong)) == "UNDECODABLE"


def test_an_array_longer_than_its_body_takes_no_memory(codec: AvroCodec) -> None:
    value = codec.encode(BPJS_MEMBERSHIPS, MEMBERSHIP)
    bomb = value[: HEADER_BYTES + 4] + b"\xfe\xff\xff\xff\xff\x7f"
    ((_, fault),) = codec.decode_batch(BPJS_MEMBERSHIPS, [bomb]).rejects
    assert fault.detail == "enrolments: an array is longer than the body"


def test_framing(codec: AvroCodec) -> None:
    good = codec.encode(DTSEN_PERSONS, PERSON)
    values = [good, None, b"", b"\x00\x00", b"\x01" + good[1:], b"\x00\x00\x00\x03\xe7" + good[5:], good]
    batch = codec.decode_batch(DTSEN_PERSONS, values)
    assert batch.index.tolist() == [0, 6]
    assert [(position, fault.reason) for position, fault in batch.rejects] == [
        (1, "NULL_VALUE"),
        (2, "UNKNOWN_SCHEMA"),
        (3, "UNKNOWN_SCHEMA"),
        (4, "UNKNOWN_SCHEMA"),
        (5, "UNKNOWN_SCHEMA"),
    ]


def test_nothing_to_decode(codec: AvroCodec) -> None:
    batch = codec.decode_batch(DTSEN_PERSONS, [])
    assert (len(batch.rows), len(batch.index), batch.rejects) == (0, 0, [])
    assert batch.rows.schema.names == list(PERSON)


def test_a_registry_away_is_retryable(codec: AvroCodec, registry: MemoryRegistry) -> None:
    value = codec.encode(DTSEN_PERSONS, PERSON)
    fresh = AvroCodec(registry)
    registry.away = True
    with pytest.raises(Retryable):
        fresh.decode_batch(DTSEN_PERSONS, [value])
    registry.away = False
    assert len(fresh.decode_batch(DTSEN_PERSONS, [value]).rows) == 1


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


def test_a_schema_of_another_record_is_unknown(codec: AvroCodec) -> None:
    value = codec.encode(BPJS_MEMBERSHIPS, MEMBERSHIP)
    assert reason_of(lambda: codec.decode(DTSEN_PERSONS, value)) == "UNKNOWN_SCHEMA"
    ((_, fault),) = codec.decode_batch(DTSEN_PERSONS, [value]).rejects
    assert fault.reason == "UNKNOWN_SCHEMA"


def add_fields(schema: dict[str, Any]) -> None:
    schema["fields"].insert(1, {"name": "note", "type": ["null", "string"], "default": None})
    schema["fields"].append({"name": "raw", "type": "bytes", "default": ""})


def add_columns(schema: dict[str, Any]) -> None:
    schema["fields"].insert(1, {"name": "note", "type": ["null", "string"], "default": None})


def drop_replaced_by(schema: dict[str, Any]) -> None:
    schema["fields"].remove(field(schema, "replaced_by"))


def never_null_decile(schema: dict[str, Any]) -> None:
    decile = field(schema, "decile")
    decile["type"] = "int"
    del decile["default"]


Change = Callable[[dict[str, Any]], None]
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


def test_encoding_names_the_fields_and_not_the_values(codec: AvroCodec) -> None:
    with pytest.raises(InvalidInput, match="decile, sex") as caught:
        codec.encode(DTSEN_PERSONS, PERSON | {"decile": "seven", "sex": "secret"})
    assert "secret" not in str(caught.value)
    with pytest.raises(InvalidInput, match="kpj"):
        codec.encode(DTSEN_PERSONS, PERSON | {"kpj": "1"})
    with pytest.raises(InvalidInput, match="batch"):
        codec.encode(DTSEN_PERSONS, {name: value for name, value in PERSON.items() if name != "batch"})


def test_encoding_columns_refuses_what_pyruhvro_would_bend(codec: AvroCodec) -> None:
    rows = codec.decode_batch(DTSEN_PERSONS, [codec.encode(DTSEN_PERSONS, PERSON)]).rows
    at = rows.schema.get_field_index("version")
    with pytest.raises(InvalidInput, match="null in version"):
        codec.encode_batch(DTSEN_PERSONS, rows.set_column(at, "version", pa.array([None], pa.int64())))
    with pytest.raises(InvalidInput, match="PersonRanked"):
        codec.encode_batch(DTSEN_PERSONS, rows.set_column(at, "version", pa.array([5], pa.int32())))
    with pytest.raises(InvalidInput, match="no column version"):
        codec.encode_batch(DTSEN_PERSONS, rows.remove_column(at))
    at = rows.schema.get_field_index("sex")
    with pytest.raises(InvalidInput, match="enum symbol"):
        codec.encode_batch(DTSEN_PERSONS, rows.set_column(at, "sex", pa.array(["OTHER"])))


def test_encoding_refuses_a_null_deep_inside(codec: AvroCodec) -> None:
    rows = codec.decode_batch(COVERAGE_PERSONS, []).rows
    verdicts = pa.array(
        [[{"directive": "d", "version": None, "status": "GAP", "missing": [], "reason": None}]]
    )
    table = pa.RecordBatch.from_pylist(
        [
            {
                "seq": 1,
                "status": "GAP",
                "verdicts": verdicts[0].as_py(),
                "change": "OPENED",
                "causes": [],
                "region": "74.71",
                "business_date": date(2026, 1, 1),
                "decided_at": NOON,
                "evidence": {"dtsen": None, "bpjs": None, "control_offset": 1},
            }
        ],
        schema=rows.schema,
    )
    with pytest.raises(InvalidInput, match=r"null in verdicts\[\].version"):
        codec.encode_batch(COVERAGE_PERSONS, table)


def test_control_events_keep_the_kind_of_their_body(codec: AvroCodec) -> None:
    event = ControlEvent(
        control_event_id("date", 739617, 0),
        "date",
        739617,
        0,
        "control",
        "calendar",
        NOON,
        BusinessDateSet(NOON.date()),
    )
    assert (
        ControlEvent.from_record(codec.decode(HUB_CONTROL, codec.encode(HUB_CONTROL, event.to_record())))
        == event
    )
