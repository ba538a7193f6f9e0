"""Dates and moments no calendar has: the batch keeps them for the rules, one record says so."""

import pyarrow as pa
import pytest

from schemas.codec import AvroCodec
from schemas.errors import ContractBroken
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from tests.fakes.registry import MemoryRegistry
from tests.schemas.codec.wire import MEMBERSHIP, PERSON, WRITERS, written_with


@pytest.mark.parametrize("writer", ["ours", "a field more", "a field of bytes more"])
@pytest.mark.parametrize("days", [2**31 - 1, -(2**31), 2_932_897, -719_163])
def test_a_date_beyond_the_calendar(
    codec: AvroCodec, registry: MemoryRegistry, writer: str, days: int
) -> None:
    change, more = WRITERS[writer]
    value = written_with(registry, DTSEN_PERSONS, change, PERSON | more | {"birth_date": days})
    with pytest.raises(ContractBroken, match="birth_date") as caught:
        codec.decode(DTSEN_PERSONS, value)
    assert caught.value.reason == "INVALID_DATE"
    batch = codec.decode_batch(DTSEN_PERSONS, [value])
    assert (batch.rejects, batch.rows["birth_date"].cast(pa.int32()).to_pylist()) == ([], [days])


@pytest.mark.parametrize("writer", ["ours", "a field more", "a field of bytes more"])
@pytest.mark.parametrize("milliseconds", [2**63 - 1, -(2**63), 10**15])
def test_a_moment_beyond_the_calendar_rejects_nothing(
    codec: AvroCodec, registry: MemoryRegistry, writer: str, milliseconds: int
) -> None:
    change, more = WRITERS[writer]
    value = written_with(registry, DTSEN_PERSONS, change, PERSON | more | {"observed_at": milliseconds})
    assert codec.decode(DTSEN_PERSONS, value)["observed_at"].year == (9999 if milliseconds > 0 else 1)
    batch = codec.decode_batch(DTSEN_PERSONS, [value])
    assert (batch.rejects, batch.rows["observed_at"].cast(pa.int64()).to_pylist()) == ([], [milliseconds])


def test_a_date_beyond_the_calendar_deep_inside(codec: AvroCodec) -> None:
    enrolment = MEMBERSHIP["enrolments"][0]
    strange = MEMBERSHIP | {"enrolments": [enrolment, enrolment | {"paid_through": 2**31 - 1}]}
    with pytest.raises(ContractBroken, match=r"enrolments\[1\].paid_through") as caught:
        codec.decode(BPJS_MEMBERSHIPS, codec.encode(BPJS_MEMBERSHIPS, strange))
    assert caught.value.reason == "INVALID_DATE"
