"""A record as text to be mended: what a person reads, and what becomes of what they write."""

import json
from datetime import UTC, date, datetime

import pytest

from deploy.query.quarantine import Original
from deploy.repair.document import document, read_document, token_of, with_remarks
from schemas.errors import InvalidInput
from schemas.events import Enrolment, MembershipSnapshot, PersonRanked
from schemas.ids import Nik, PersonToken
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from schemas.sealing import SealingKey
from tests.fakes.hub_topics import quarantined
from tests.oracle.examples import membership, person

TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
NIK = "7471010101900000"
ORIGIN = "dtsen.persons/1/7"
RECORD = quarantined(SealingKey.generate(), reason="INVALID_DECILE")
OF_MEMBER = quarantined(SealingKey.generate(), topic=BPJS_MEMBERSHIPS)


def opened(key: bytes | None = TOKEN.encode(), **changed: object) -> Original:
    return Original(key, b"x", {**person(), **changed}, None)


def bare(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def test_a_record_reads_back_as_it_was() -> None:
    text = document(ORIGIN, RECORD, opened())
    assert text.startswith(f"# {ORIGIN}: INVALID_DECILE\n")
    line = read_document(text, DTSEN_PERSONS, "repair-1")
    assert line.about == PersonToken.parse(TOKEN)
    assert isinstance(line.event, PersonRanked)
    assert line.event.to_record() == {**person(), "batch": "repair-1"}


def test_a_membership_too() -> None:
    original = Original(TOKEN.encode(), b"x", dict(membership()), None)
    line = read_document(document(ORIGIN, OF_MEMBER, original), BPJS_MEMBERSHIPS, "repair-1")
    assert isinstance(line.event, MembershipSnapshot)
    assert line.event.to_record() == {**membership(), "batch": "repair-1"}
    assert all(isinstance(each, Enrolment) for each in line.event.enrolments)


def test_a_nik_for_a_key_stands_under_its_name() -> None:
    text = document(ORIGIN, RECORD, opened(NIK.encode()))
    assert json.loads(bare(text))["nik"] == NIK
    assert read_document(text, DTSEN_PERSONS).about == Nik.parse(NIK)


@pytest.mark.parametrize("key", [None, b"", b"\xff\xfe", b"ktp-1"])
def test_a_key_that_is_none_waits_for_a_token(key: bytes | None) -> None:
    assert token_of(key) is None
    text = document(ORIGIN, RECORD, opened(key))
    assert "token" in json.loads(bare(text))
    with pytest.raises(InvalidInput, match="token"):
        read_document(text, DTSEN_PERSONS)


def test_what_cannot_be_decoded_is_an_empty_form_and_its_bytes_a_remark() -> None:
    text = document(ORIGIN, RECORD, Original(TOKEN.encode(), b"nik;7471\x1b[2J\n", None, "UNDECODABLE"))
    assert "\x1b" not in text
    assert "nik;7471\\x1b[2J\\n" in text
    event = json.loads(bare(text))["event"]
    assert set(event) == set(person()) - {"batch"}
    assert set(event.values()) == {None}


def test_null_says_what_to_do_instead() -> None:
    assert "jangkau erase" in document(ORIGIN, RECORD, Original(TOKEN.encode(), None, None, None))


def test_every_fault_is_named_and_no_value() -> None:
    text = document(ORIGIN, RECORD, opened(decile=NIK, sex="X"))
    with pytest.raises(InvalidInput) as caught:
        read_document(text, DTSEN_PERSONS)
    said = str(caught.value)
    assert "decile" in said
    assert "sex" in said
    assert NIK not in said


def test_a_slip_of_the_pen_is_shown_by_its_line() -> None:
    text = f'# one\n# two\n{{\n  "token": "{TOKEN}",\n  "event": {{ oops }}\n}}\n'
    with pytest.raises(InvalidInput, match="line 5, column 14"):
        read_document(text, DTSEN_PERSONS)


@pytest.mark.parametrize("text", ["", "# only a remark\n", "[]", "7", '{"token": "x"}', '{"event": {}}'])
def test_what_is_no_record(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_document(text, DTSEN_PERSONS)


def test_new_remarks_take_the_place_of_the_former() -> None:
    text = document(ORIGIN, RECORD, opened())
    told = with_remarks(text, ["UNKNOWN_REGION\nsecond line", "INVALID_DATE"])
    assert told.splitlines()[:3] == ["# ! UNKNOWN_REGION", "# ! second line", "# ! INVALID_DATE"]
    assert bare(told) == bare(text)
    assert with_remarks(told, []) == bare(text) + "\n"


def test_dates_are_text_a_person_can_change() -> None:
    text = document(
        ORIGIN, RECORD, opened(birth_date=date(1990, 5, 4), observed_at=datetime(2026, 3, 1, tzinfo=UTC))
    )
    assert '"birth_date": "1990-05-04"' in text
    assert '"observed_at": "2026-03-01T00:00:00+00:00"' in text
