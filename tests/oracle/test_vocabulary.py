"""The oracle's words and partitioner against what they repeat."""

import json
from pathlib import Path
from typing import Any

import pytest

import schemas
from tests.oracle import vocabulary
from tests.oracle.partition import murmur2

AVRO = Path(schemas.__file__).parent / "avro"


def _enums(node: Any) -> dict[str, tuple[str, ...]]:
    if isinstance(node, list):
        return {name: symbols for item in node for name, symbols in _enums(item).items()}
    if not isinstance(node, dict):
        return {}
    found = {name: symbols for item in node.values() for name, symbols in _enums(item).items()}
    if node.get("type") == "enum":
        found[node["name"]] = tuple(node["symbols"])
    return found


def test_enums_are_in_schema_order() -> None:
    person = _enums(json.loads((AVRO / "PersonRanked.avsc").read_text()))
    membership = _enums(json.loads((AVRO / "MembershipSnapshot.avsc").read_text()))
    assert person == {"Sex": vocabulary.SEXES, "Presence": vocabulary.PRESENCES}
    assert membership.pop("MembershipCause")
    assert membership == {
        "Segment": vocabulary.SEGMENTS,
        "Program": vocabulary.PROGRAMS,
        "Payer": vocabulary.PAYERS,
    }
    assert set(vocabulary.PAYERS) >= vocabulary.PUBLIC_PAYERS


@pytest.mark.parametrize(
    ("key", "signed"),
    [  # published with Kafka's own partitioner
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_murmur2_is_kafkas(key: bytes, signed: int) -> None:
    assert murmur2(key) == signed % 2**32
