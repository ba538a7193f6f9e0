"""Both codecs say the same: of every record, of every broken body, there and back."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import HEADER_BYTES, AvroCodec
from schemas.errors import ContractBroken
from schemas.names import VALUE_SCHEMAS
from schemas.reading import OurSchema, Plan
from tests.fakes.registry import MemoryRegistry
from tests.schemas.records import BULK_TOPICS, RECORDS

CODEC = AvroCodec(MemoryRegistry())


def without_zones(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_zones(part) for name, part in value.items()}
    if isinstance(value, list):
        return [without_zones(part) for part in value]
    return value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value


@pytest.mark.parametrize("topic", BULK_TOPICS)
@given(data=st.data())
def test_good_records(topic: str, data: st.DataObject) -> None:
    records = data.draw(st.lists(RECORDS[topic], max_size=8))
    values = [CODEC.encode(topic, record) for record in records]
    batch = CODEC.decode_batch(topic, values)
    assert batch.rejects == []
    assert batch.index.tolist() == list(range(len(records)))
    assert batch.rows.to_pylist() == without_zones(records)
    assert [CODEC.decode(topic, value) for value in values] == records
    assert CODEC.encode_batch(topic, batch.rows) == values


@st.composite
def spoiled(draw: st.DrawFn, body: bytes) -> bytes:
    """A body with something done to it; now and then it stays good."""
    at = draw(st.integers(0, len(body)))
    put = draw(
        st.one_of(
            st.binary(max_size=3), st.sampled_from([b"\x80\x00", b"\xff" * 9 + b"\x01", b"\xed\xa0\x80"])
        )
    )
    cut = draw(st.integers(0, 3))
    return body[:at] + put + body[at + cut :]


@pytest.mark.parametrize("topic", BULK_TOPICS)
@given(data=st.data())
def test_spoiled_records(topic: str, data: st.DataObject) -> None:
    ours = OurSchema(VALUE_SCHEMAS[topic])
    plan = Plan(ours.text, ours)
    records = data.draw(st.lists(RECORDS[topic], min_size=1, max_size=4))
    bodies = [CODEC.encode(topic, record)[HEADER_BYTES:] for record in records]
    # Many copies around them, so that halving is tried as well as one by one.
    bodies = (
        bodies * 30 + [data.draw(spoiled(body)) for body in bodies] + bodies * data.draw(st.integers(0, 30))
    )
    good, bad = [], []
    for position, body in enumerate(bodies):
        try:
            good.append(plan.read_plain(body))
        except ContractBroken:
            bad.append(position)
    batches, rejects = plan.columns().read(bodies)
    assert [position for position, _ in rejects] == bad
    rows = pa.Table.from_batches(batches, ours.arrow())
    assert rows.equals(pa.Table.from_pylist(good, ours.arrow()))


@pytest.mark.parametrize("topic", BULK_TOPICS)
@given(
    values=st.lists(
        st.one_of(st.none(), st.binary(max_size=40), st.binary(max_size=40).map(b"\0\0\0\0\1".__add__))
    )
)
def test_any_bytes_are_one_thing_or_the_other(topic: str, values: list[bytes | None]) -> None:
    CODEC.encode_batch(topic, CODEC.decode_batch(topic, []).rows)
    batch = CODEC.decode_batch(topic, values)
    places = [*batch.index.tolist(), *(position for position, _ in batch.rejects)]
    assert sorted(places) == list(range(len(values)))
    assert len(batch.rows) == len(batch.index)
