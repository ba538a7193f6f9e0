"""Examples are tests: each survives the codec, the typed event, and the way back to JSON."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from schemas import avsc, events
from schemas.catalog import load_catalog
from schemas.checking import EXAMPLES, check, example, examples_of
from schemas.codec import AvroCodec
from schemas.names import COMMAND_KINDS, VALUE_SCHEMAS
from schemas.plainjson import to_json
from tests.fakes.registry import MemoryRegistry

TOPICS = {schema: topic for topic, schema in VALUE_SCHEMAS.items()}
VERSIONS = {"1767225600000000", "1767312000000000", "1767312000000001", "1767400000000000"}
"""Membership versions are microseconds, which have sixteen digits as well."""
CASES = [(name, path) for name in avsc.schema_names() for path in examples_of(name)]


@pytest.mark.parametrize(("name", "path"), CASES, ids=[f"{name}-{path.stem}" for name, path in CASES])
def test_an_example_survives(name: str, path: Path) -> None:
    codec = AvroCodec(MemoryRegistry())
    record = example(name, path)
    decoded = codec.decode(TOPICS[name], codec.encode(TOPICS[name], record))
    assert decoded == record
    kind: Any = getattr(events, name)
    assert kind.from_record(decoded).to_record() == record
    assert to_json(avsc.inlined(avsc.schema(name)), record) == json.loads(path.read_text())


def test_everything_that_ships_is_whole() -> None:
    checked = check(load_catalog())
    assert checked.faults == ()
    assert checked.schemas == len(TOPICS)
    assert checked.examples == len(CASES)


def test_examples_show_no_nik() -> None:
    for path in EXAMPLES.rglob("*.*"):
        # A digest of an empty batch is sixteen zeros.
        assert set(re.findall(r"\b[0-9]{16}\b(?<!0{16})", path.read_text())) <= VERSIONS


def test_every_body_of_a_control_event_has_an_example() -> None:
    (body,) = (field for field in avsc.schema("ControlEvent")["fields"] if field["name"] == "body")
    shown = {name for path in examples_of("ControlEvent") for name in json.loads(path.read_text())["body"]}
    assert shown == {branch["name"] for branch in body["type"]}


def test_every_command_has_an_example() -> None:
    shown = {json.loads(path.read_text())["kind"] for path in examples_of("Command")}
    assert set(COMMAND_KINDS) - shown == set()
