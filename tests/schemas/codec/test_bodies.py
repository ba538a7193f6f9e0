"""Which bodies are taken, and which are not, one by one and in batches."""

from collections.abc import Callable

import pyarrow as pa
import pytest

from schemas.codec import HEADER_BYTES, AvroCodec
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from tests.schemas.codec.wire import MEMBERSHIP, PERSON, reason_of

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
