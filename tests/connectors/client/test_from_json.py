"""What a person types: all faults at once, by line and field, and never a value."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.client.from_json import parse_lines
from schemas.errors import InvalidInput
from schemas.events import DirectiveEvent, MembershipSnapshot, PersonRanked
from schemas.ids import Nik, PersonToken
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, KEMNAKER_DIRECTIVES

PERSON = {
    "version": 87_019_894_308_865,
    "decile": 2,
    "extreme_poor": False,
    "birth_date": "1990-05-17",
    "sex": "FEMALE",
    "region": "74.71",
    "work_status": 1,
    "industry": None,
    "presence": "PRESENT",
    "replaced_by": None,
    "observed_at": "2026-03-02T19:00:00+07:00",
}
SNAPSHOT = {
    "version": 1_772_452_800_000_000,
    "cause": "PAID",
    "enrolments": [
        {"segment": "BPU", "programs": ["JKK", "JKM"], "paid_through": "2026-03-31", "payer": "SELF"}
    ],
    "observed_at": "2026-03-02T12:00:00Z",
}
NIK, TOKEN = "7471010101900000", "65dd8a8cbcb2c42ef7a292475637141f"


def line(event: dict[str, Any], **about: str) -> str:
    return json.dumps({**about, "event": event})


def test_an_event_of_each_kind() -> None:
    (person,) = parse_lines(line(PERSON, nik=NIK), DTSEN_PERSONS, "b-1")
    assert person.about == Nik.parse(NIK)
    assert isinstance(person.event, PersonRanked)
    assert (person.event.batch, person.event.birth_date) == ("b-1", date(1990, 5, 17))
    assert person.event.observed_at == datetime(2026, 3, 2, 12, tzinfo=UTC)
    (member,) = parse_lines(line(SNAPSHOT, token=TOKEN), BPJS_MEMBERSHIPS, "b-1")
    assert member.about == PersonToken.parse(TOKEN)
    assert isinstance(member.event, MembershipSnapshot)
    assert member.event.enrolments[0].programs == ("JKK", "JKM")
    event = {"version": 1, "kind": "DRAFTED", "document": "{}", "by": "x", "legal_basis": "y"}
    (directive,) = parse_lines(
        line({**event, "occurred_at": "2026-03-02T12:00:00Z"}, directive="inpres-8-2025"),
        KEMNAKER_DIRECTIVES,
        "b-1",
    )
    assert directive.about == "inpres-8-2025"
    assert isinstance(directive.event, DirectiveEvent)


def test_one_object_over_several_lines_or_one_a_line() -> None:
    pretty = json.dumps({"nik": NIK, "event": PERSON}, indent=2)
    assert len(parse_lines(pretty, DTSEN_PERSONS, "b")) == 1
    assert (
        len(parse_lines(line(PERSON, nik=NIK) + "\n\n" + line(PERSON, token=TOKEN), DTSEN_PERSONS, "b")) == 2
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("[]", "not a JSON object"),
        (line(PERSON), "one of nik or token"),
        (line(PERSON, nik=NIK, token=TOKEN), "one of nik or token"),
        (line(PERSON, nik=NIK, name="x"), "nothing else"),
        (line(PERSON, nik=NIK[:15]), "16 digits"),
        (line(PERSON, token=TOKEN.upper()), "lower-case"),
        (line({**PERSON, "name": "x"}, nik=NIK), "name: no such field"),
        (line({**PERSON, "sex": "X"}, nik=NIK), "sex"),
        (line({**PERSON, "birth_date": "1990-02-30"}, nik=NIK), "birth_date"),
        (
            line({**PERSON, "observed_at": "2026-03-02T12:00:00"}, nik=NIK),
            "observed_at: a time needs an offset",
        ),
        (line({k: v for k, v in PERSON.items() if k != "region"}, nik=NIK), "region"),
    ],
)
def test_what_is_wrong_is_named(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as caught:
        parse_lines(text, DTSEN_PERSONS, "b")
    assert NIK[:15] not in str(caught.value)


def test_all_faults_at_once() -> None:
    text = "\n".join(
        [line(PERSON, nik=NIK[:15]), line(PERSON, nik=NIK), line({**PERSON, "decile": "x"}, nik=NIK)]
    )
    with pytest.raises(InvalidInput) as caught:
        parse_lines(text, DTSEN_PERSONS, "b")
    assert [part.split(":")[0] for part in str(caught.value).splitlines()] == ["line 1", "line 3"]
