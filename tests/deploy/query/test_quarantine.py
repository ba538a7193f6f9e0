"""Quarantined records opened and decoded as far as possible."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from deploy.query.quarantine import Entry, Quarantine, Wanted, open_original, parse_origin
from deploy.query.quarantine_sums import sums
from schemas.errors import InvalidInput
from schemas.events import BatchReceipt, PersonRanked, Repair
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, HUB_QUARANTINE, HUB_REPAIRS, RepairState
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
    found = Quarantine(read.reader, read.ends, read.codec)
    (bare,) = found.find()
    assert (bare.record.sealed_key, bare.record.sealed_value) == (None, None)
    original = open_original(found.one("dtsen.persons/1/7").record, sealing, read.codec)
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


_NOON = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)


def _said(state: RepairState, by: str = "Pusdatin") -> Repair:
    batch = "repair-1" if state == "RESENT" else None
    return Repair(state, False, batch, by, "surat 7", _NOON)


def _hub() -> Quarantine:
    """Seven records at seconds 1 to 7, of them two sent again, one discarded, one written twice."""
    hub, sealing = HubTopics(), SealingKey.generate()
    for offset in (1, 2, 3, 4, 5, 6, 7, 3):
        topic = BPJS_MEMBERSHIPS if offset > 5 else DTSEN_PERSONS
        batch = None if offset == 5 else f"batch-{offset % 2}"
        reason = "UNKNOWN_REGION" if offset == 4 else "UNDECODABLE"
        record = quarantined(sealing, offset=offset, topic=topic, batch=batch, reason=reason)
        hub.put(HUB_QUARANTINE, f"{topic}/1/{offset}", record)
    hub.put(HUB_REPAIRS, "dtsen.persons/1/1", _said("RESENT"))
    hub.put(HUB_REPAIRS, "dtsen.persons/1/2", _said("RESENT"))
    hub.put(HUB_REPAIRS, "dtsen.persons/1/2", _said("DISCARDED", "BPS"))
    read = hub.sources()
    return Quarantine(read.reader, read.ends, read.codec)


@pytest.mark.parametrize(
    ("wanted", "offsets"),
    [
        (Wanted(), [1, 2, 3, 4, 5, 6, 7]),
        (Wanted(reason="UNKNOWN_REGION"), [4]),
        (Wanted(topic=BPJS_MEMBERSHIPS), [6, 7]),
        (Wanted(batch="batch-1"), [1, 3, 7]),
        (Wanted(batch="batch-1", topic=DTSEN_PERSONS), [1, 3]),
        (Wanted(since=_NOON + timedelta(seconds=5)), [5, 6, 7]),
        (Wanted(until=_NOON + timedelta(seconds=2)), [1]),
        (Wanted(state="WAITING"), [3, 4, 5, 6, 7]),
        (Wanted(state="RESENT"), [1]),
        (Wanted(state="DISCARDED"), [2]),
        (Wanted(origins=frozenset({"dtsen.persons/1/2", "dtsen.persons/1/9"})), [2]),
    ],
)
def test_which_are_wanted(wanted: Wanted, offsets: list[int]) -> None:
    assert [entry.record.offset for entry in _hub().find(wanted)] == offsets


def test_the_last_decision_holds() -> None:
    repair = _hub().one("dtsen.persons/1/2").repair
    assert repair is not None
    assert (repair.state, repair.by) == ("DISCARDED", "BPS")


def test_one_that_is_not_there() -> None:
    with pytest.raises(InvalidInput, match="not in quarantine"):
        _hub().one("dtsen.persons/1/9")


def test_sums_by_each_axis() -> None:
    entries = _hub().find()
    zone = timezone(timedelta(hours=7))
    by_batch = {each.name: dict(each.states) for each in sums(entries, "batch", zone)}
    assert by_batch == {
        "": {"WAITING": 1},
        "batch-0": {"DISCARDED": 1, "WAITING": 2},
        "batch-1": {"RESENT": 1, "WAITING": 2},
    }
    assert {each.name: each.total for each in sums(entries, "reason", zone)} == {
        "UNDECODABLE": 6,
        "UNKNOWN_REGION": 1,
    }
    assert {each.name: each.total for each in sums(entries, "topic", zone)} == {
        DTSEN_PERSONS: 5,
        BPJS_MEMBERSHIPS: 2,
    }
    assert [each.name for each in sums(entries, "day", zone)] == ["2026-03-01"]
    late = [Entry(replace(entry.record, recorded_at=_NOON.replace(hour=20))) for entry in entries]
    assert [each.name for each in sums(late, "day", zone)] == ["2026-03-02"]


def test_a_batch_is_held_against_its_receipt() -> None:
    receipt = BatchReceipt("BPS", DTSEN_PERSONS, 9, 6, 0, 0, 0, 3, 0, 0, True, 2, 2, _NOON)
    (first, second, third) = sums(_hub().find(), "batch", UTC, {"batch-1": receipt})
    assert (first.receipt, second.receipt, third.receipt) == (None, None, 3)
