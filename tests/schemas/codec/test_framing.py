"""Schema ids, known and unknown, and a registry that is away."""

import pytest

from schemas.codec import AvroCodec
from schemas.errors import Retryable
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from schemas.unknown_ids import AT_MOST, LIFE_S
from tests.fakes.registry import MemoryRegistry
from tests.schemas.codec.wire import MEMBERSHIP, PERSON, add_columns, reason_of, written_with


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


def test_a_flood_of_unknown_ids_asks_the_registry_a_bounded_number_of_times(
    registry: MemoryRegistry,
) -> None:
    now = [0.0]
    codec = AvroCodec(registry, lambda: now[0])
    good = codec.encode(DTSEN_PERSONS, PERSON)
    codec.decode(DTSEN_PERSONS, good)
    flood = [b"\x00" + schema_id.to_bytes(4, "big") + good[5:] for schema_id in range(1_000, 1_999)]
    before = registry.calls
    for _ in range(3):
        batch = codec.decode_batch(DTSEN_PERSONS, [good, *flood])
        assert {fault.reason for _, fault in batch.rejects} == {"UNKNOWN_SCHEMA"}
        assert batch.index.tolist() == [0]
    assert registry.calls - before == AT_MOST
    now[0] += LIFE_S
    codec.decode_batch(DTSEN_PERSONS, flood)
    assert registry.calls - before == 2 * AT_MOST


def test_an_id_that_becomes_known_is_asked_for_again(registry: MemoryRegistry) -> None:
    now = [0.0]
    codec = AvroCodec(registry, lambda: now[0])
    value = codec.encode(DTSEN_PERSONS, PERSON)
    next_id = value[:4] + bytes([value[4] + 1]) + value[5:]
    assert reason_of(lambda: codec.decode(DTSEN_PERSONS, next_id)) == "UNKNOWN_SCHEMA"
    assert written_with(registry, DTSEN_PERSONS, add_columns, PERSON | {"note": None})[:5] == next_id[:5]
    assert reason_of(lambda: codec.decode(DTSEN_PERSONS, next_id)) == "UNKNOWN_SCHEMA"
    now[0] += LIFE_S
    assert reason_of(lambda: codec.decode(DTSEN_PERSONS, next_id)) == "UNDECODABLE"


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


def test_a_schema_of_another_record_is_unknown(codec: AvroCodec) -> None:
    value = codec.encode(BPJS_MEMBERSHIPS, MEMBERSHIP)
    assert reason_of(lambda: codec.decode(DTSEN_PERSONS, value)) == "UNKNOWN_SCHEMA"
    ((_, fault),) = codec.decode_batch(DTSEN_PERSONS, [value]).rejects
    assert fault.reason == "UNKNOWN_SCHEMA"
