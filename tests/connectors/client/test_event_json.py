"""Events from JSON: strict, closed, every fault with its place, and never a value."""

from typing import Any

import pytest

from connectors.client.event_json import Fault, read_events
from schemas.events import MembershipSnapshot, PersonRanked
from tests.connectors.client.test_from_json import PERSON, SNAPSHOT

NIK = "7471010101900000"


def person(**changes: Any) -> dict[str, Any]:
    return {**PERSON, "batch": "b-1", **changes}


def pointers(found: tuple[Fault, ...]) -> list[str]:
    return [fault.pointer for fault in found]


def test_many_at_once() -> None:
    read = read_events(PersonRanked, [person(), person(version=7)])
    assert read.faults == ()
    assert [event.version for event in read.events] == [PERSON["version"], 7]


def test_every_fault_of_every_event() -> None:
    spoiled = person(sex="X", birth_date="1990-02-30")
    del spoiled["region"]
    read = read_events(PersonRanked, [person(), spoiled, person(decile="2")])
    assert read.events == ()
    assert sorted(pointers(read.faults)) == ["/1/birth_date", "/1/region", "/1/sex", "/2/decile"]


@pytest.mark.parametrize("value", [1.5, "1", True, None, [], {}])
def test_a_number_is_a_number(value: Any) -> None:
    assert pointers(read_events(PersonRanked, [person(version=value)]).faults) == ["/0/version"]


@pytest.mark.parametrize("value", [0, 1_772_452_800, "2026-03-02T12:00:00"])
def test_a_time_is_text_with_an_offset(value: Any) -> None:
    assert pointers(read_events(PersonRanked, [person(observed_at=value)]).faults) == ["/0/observed_at"]


def test_what_is_unknown_is_refused_at_any_depth() -> None:
    enrolment = {**SNAPSHOT["enrolments"][0], "card": "x"}  # type: ignore[index]
    spoiled = {**SNAPSHOT, "batch": "b", "enrolments": [enrolment], "name": "x"}
    read = read_events(MembershipSnapshot, [spoiled])
    assert sorted(pointers(read.faults)) == ["/0/enrolments/0/card", "/0/name"]
    assert {fault.detail for fault in read.faults} == {"no such field"}


def test_a_number_in_the_place_of_a_name_is_not_repeated() -> None:
    (fault,) = read_events(PersonRanked, [person(**{NIK: 1})]).faults
    assert fault.pointer == "/0/…"
    assert NIK not in repr(fault)
