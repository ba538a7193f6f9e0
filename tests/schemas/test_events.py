"""The typed events are field for field the Avro schemas, and survive the way there and back."""

import json
import types
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from schemas import avsc, events, names
from schemas.events import (
    ControlEvent,
    CoverageState,
    DirectiveInForce,
    Evidence,
    FactEvidence,
    Verdict,
    WireRecord,
    control_event_id,
)

AVRO = avsc.FOLDER
SCHEMAS = sorted(path.stem for path in AVRO.glob("*.avsc"))
SCALARS = {"string": str, "int": int, "long": int, "boolean": bool}
LOGICAL = {"date": date, "timestamp-millis": datetime}


def assert_mirrors(kind: Any, avro: Any, named: dict[str, Any], where: str) -> None:
    avro = named.get(avro, avro) if isinstance(avro, str) else avro
    if isinstance(avro, dict) and "name" in avro:
        named[avro["name"]] = avro
    if isinstance(avro, list):
        assert get_origin(kind) in (Union, types.UnionType), where
        if avro[0] == "null":
            assert type(None) in get_args(kind), where
            (inner,) = (arg for arg in get_args(kind) if arg is not type(None))
            assert_mirrors(inner, avro[1], named, where)
        else:
            for member, branch in zip(get_args(kind), avro, strict=True):
                assert member.__name__ == branch["name"], where
                assert_mirrors(member, branch, named, where)
    elif isinstance(avro, str):
        assert kind is SCALARS[avro], where
    elif avro["type"] == "record":
        assert is_dataclass(kind), where
        assert [field.name for field in fields(kind)] == [field["name"] for field in avro["fields"]], where
        hints = get_type_hints(kind)
        for field in avro["fields"]:
            assert_mirrors(hints[field["name"]], field["type"], named, f"{where}.{field['name']}")
    elif avro["type"] == "enum":
        assert get_origin(kind) is Literal, where
        assert list(get_args(kind)) == avro["symbols"], where
    elif avro["type"] == "array":
        assert get_origin(kind) is tuple, where
        assert_mirrors(get_args(kind)[0], avro["items"], named, f"{where}[]")
    else:
        assert kind is LOGICAL[avro["logicalType"]], where


@pytest.mark.parametrize("name", SCHEMAS)
def test_events_mirror_their_schemas(name: str) -> None:
    schema = json.loads((AVRO / f"{name}.avsc").read_text())
    kind = getattr(events, name)
    assert issubclass(kind, WireRecord)
    assert schema["namespace"] == kind.NAMESPACE
    assert_mirrors(kind, schema, {}, name)


def test_there_and_back() -> None:
    state = CoverageState(
        seq=1,
        status="GAP",
        verdicts=(
            Verdict("inpres-8-2025", 2, "GAP", ("JKK", "JKM"), "LAPSED"),
            Verdict("perda-kendari", 1, "COVERED"),
        ),
        change="OPENED",
        causes=("DTSEN",),
        region="74.71.01",
        previous_region=None,
        covered_through=None,
        business_date=date(2026, 3, 1),
        decided_at=datetime(2026, 3, 1, 2, tzinfo=UTC),
        evidence=Evidence(FactEvidence(7, 11), None, 5),
    )
    record = state.to_record()
    assert record["verdicts"][0]["missing"] == ["JKK", "JKM"]
    assert record["evidence"]["dtsen"] == {"version": 7, "offset": 11}
    assert CoverageState.from_record(record) == state


def test_a_timestamp_without_zone_is_utc() -> None:
    lookup = events.Lookup("l-1", "gateway", "keluhan", datetime(2026, 3, 1, 2, tzinfo=UTC))
    record = lookup.to_record() | {"asked_at": lookup.asked_at.replace(tzinfo=None)}
    assert events.Lookup.from_record(record) == lookup


def test_a_control_body_carries_its_name() -> None:
    event = ControlEvent(
        event_id=control_event_id("directive:inpres-8-2025", 1, 1),
        subject="directive:inpres-8-2025",
        version=1,
        step=1,
        by="control",
        basis="Inpres 8/2025",
        decided_at=datetime(2026, 3, 1, tzinfo=UTC),
        body=DirectiveInForce("inpres-8-2025", 1, "{}"),
    )
    record = event.to_record()
    assert record["body"][0] == "jangkau.hub.DirectiveInForce"
    assert ControlEvent.from_record(record) == event


def test_the_same_decision_has_the_same_id() -> None:
    assert control_event_id("date", 739000, 0) == control_event_id("date", 739000, 0)
    ids = {
        control_event_id(*decision)
        for decision in [("date", 1, 0), ("date", 10, 0), ("date", 1, 1), ("dat", 1, 0)]
    }
    assert len(ids) == 4
    assert all(len(event_id) == 32 for event_id in ids)


def test_symbols_of_the_rules() -> None:
    rules = (Path(__file__).parents[2] / "docs" / "rules.md").read_text()
    listed = [line.split("`")[1] for line in rules.splitlines() if line.startswith("| `")]
    assert tuple(listed) == names.REJECT_REASONS
