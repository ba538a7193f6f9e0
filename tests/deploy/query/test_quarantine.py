"""Quarantined records opened and decoded as far as possible."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from deploy.query.quarantine import open_original, parse_origin, records
from schemas.errors import InvalidInput
from schemas.events import PersonRanked
from schemas.names import DTSEN_PERSONS, HUB_QUARANTINE
from schemas.sealing import SealingKey
from tests.fakes.hub_topics import HubTopics, quarantined

_PERSON = PersonRanked(
    version=(20261 << 32) + 1,
    batch="bps-2026-1",
    decile=11,
    extreme_poor=False,
    birth_date=date(1990, 5, 4),
    sex="MALE",
    region="74.71",
    work_status=1,
    industry=None,
    presence="PRESENT",
    replaced_by=None,
    observed_at=datetime(2026, 3, 1, tzinfo=UTC),
)


def test_a_record_that_decodes_is_shown_by_its_fields() -> None:
    hub, sealing = HubTopics(), SealingKey.generate()
    value = hub.codec.encode(DTSEN_PERSONS, _PERSON.to_record())
    hub.put(HUB_QUARANTINE, "k", quarantined(sealing, reason="INVALID_DECILE", value=value))
    read = hub.sources()
    (record,) = records(read.reader, read.ends, read.codec)
    original = open_original(record, sealing, read.codec)
    assert original.key == b"7471010101900000"
    assert original.decoded is not None
    assert original.decoded["decile"] == 11
    assert original.fault is None


def test_one_that_does_not_decode_keeps_its_bytes_and_says_why() -> None:
    hub, sealing = HubTopics(), SealingKey.generate()
    original = open_original(quarantined(sealing), sealing, hub.codec)
    assert (original.value, original.decoded) == (b"not avro", None)
    assert "UNKNOWN_SCHEMA" in (original.fault or "")


def test_nulls_stay_null() -> None:
    sealing = SealingKey.generate()
    original = open_original(quarantined(sealing, key=None, value=None), sealing, HubTopics().codec)
    assert (original.key, original.value, original.decoded, original.fault) == (None, None, None, None)


def test_another_key_opens_nothing_and_is_named() -> None:
    sealing, other = SealingKey.generate(), SealingKey.generate()
    with pytest.raises(InvalidInput) as caught:
        open_original(quarantined(sealing), other, HubTopics().codec)
    assert sealing.key_id in str(caught.value)


def test_a_seal_moved_to_another_place_does_not_open() -> None:
    sealing = SealingKey.generate()
    moved = replace(quarantined(sealing), offset=8)
    with pytest.raises(InvalidInput):
        open_original(moved, sealing, HubTopics().codec)


@pytest.mark.parametrize(
    "text", ["", "dtsen.persons", "dtsen.persons/1", "a/b/3", "a/1/-3", "a/1/2/3", "/1/2"]
)
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_origin(text)


def test_an_origin() -> None:
    assert parse_origin("dtsen.persons/03/1204") == "dtsen.persons/3/1204"
