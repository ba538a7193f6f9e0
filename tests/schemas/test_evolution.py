"""Which changes of a schema may follow, one for each kind of change."""

from collections.abc import Callable
from typing import Any

import pytest

from schemas import avsc
from schemas.evolution import breaks, cannot_read

Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = avsc.schema("PersonRanked"), avsc.schema("PersonRanked")
    change(new)
    return old, new


def field(schema: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in schema["fields"] if each["name"] == name)
    return found


ALLOWED: dict[str, Change] = {
    "the same": lambda schema: None,
    "a doc": lambda schema: schema.update(doc="other words"),
    "a field with default": lambda schema: schema["fields"].append(
        {"name": "a", "type": "int", "default": 0}
    ),
    "a field with default less": lambda schema: schema["fields"].remove(field(schema, "replaced_by")),
}
FORBIDDEN: dict[str, Change] = {
    "a field without default": lambda schema: schema["fields"].append({"name": "a", "type": "int"}),
    "a field without default less": lambda schema: schema["fields"].remove(field(schema, "sex")),
    "another type": lambda schema: field(schema, "batch").update(type="long"),
    "a date turned into a number": lambda schema: field(schema, "birth_date").update(type="int"),
    "null allowed": lambda schema: field(schema, "batch").update(type=["null", "string"]),
    "null forbidden": lambda schema: field(schema, "decile").update(type="int"),
    "a symbol more": lambda schema: field(schema, "sex")["type"]["symbols"].append("OTHER"),
    "a symbol less": lambda schema: field(schema, "sex")["type"]["symbols"].pop(),
    "another name": lambda schema: schema.update(name="Person"),
}


@pytest.mark.parametrize("what", ALLOWED)
def test_may_follow(what: str) -> None:
    assert breaks(*changed(ALLOWED[what])) == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_may_not_follow(what: str) -> None:
    assert breaks(*changed(FORBIDDEN[what]))


def test_the_fault_names_the_field() -> None:
    assert breaks(*changed(FORBIDDEN["a field without default"])) == [
        "old data: a: missing and without default"
    ]


def test_hub_topics_only_look_back() -> None:
    assert cannot_read(*changed(FORBIDDEN["a symbol more"])) == []
    assert cannot_read(*changed(FORBIDDEN["a symbol less"]))


def test_a_control_event_may_get_another_kind_of_body() -> None:
    old, new = avsc.schema("ControlEvent"), avsc.schema("ControlEvent")
    field(new, "body")["type"].append({"type": "record", "name": "Erasure", "fields": []})
    assert cannot_read(old, new) == []
    assert breaks(old, new)
