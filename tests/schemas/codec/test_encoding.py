"""What is refused on the way out, by field and never by value."""

from datetime import date

import pyarrow as pa
import pytest

from schemas.codec import AvroCodec
from schemas.errors import InvalidInput
from schemas.events import BusinessDateSet, ControlEvent, control_event_id
from schemas.names import COVERAGE_PERSONS, DTSEN_PERSONS, HUB_CONTROL
from tests.schemas.codec.wire import NOON, PERSON


def test_encoding_names_the_fields_and_not_the_values(codec: AvroCodec) -> None:
    with pytest.raises(InvalidInput, match="decile, sex") as caught:
        codec.encode(DTSEN_PERSONS, PERSON | {"decile": "seven", "sex": "secret"})
    assert "secret" not in str(caught.value)
    with pytest.raises(InvalidInput, match="birth_date, observed_at"):
        codec.encode(DTSEN_PERSONS, PERSON | {"birth_date": "2000-01-01", "observed_at": "2026-01-01"})
    with pytest.raises(InvalidInput, match="batch"):
        codec.encode(DTSEN_PERSONS, PERSON | {"batch": "\ud800"})
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
