"""What cannot be used: every fault at once, with its pointer, no value repeated, nothing sent."""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.gateway.cloudevents import BATCHED, STRUCTURED
from connectors.gateway.limits import Limits
from tests.connectors.gateway.world import (
    NIK,
    World,
    person,
    play,
    pointers,
    problem,
)


def test_every_fault_of_every_event_and_nothing_sent(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        answer = await world.publish(
            person(1),
            person(2, data={"sex": "X", "birth_date": "1990-02-30", "region": "absent"}),
            person(3, data={"region": "99.99", "decile": 11, "work_status": 9, "industry": 0, "version": 5}),
            person(4, subject="1.47E+15"),
            person(5, subject=NIK[:15]),
            person(6, data={"presence": "MERGED"}),
            person(7, data={"replaced_by": NIK}),
            person(8, data={"batch": "tidak boleh"}),
            person(9, data={"birth_date": "2027-01-01", NIK: "x"}),
            person(10, data={"observed_at": "2026-03-02T12:00:00"}),
        )
        assert (answer.status_code, problem(answer)) == (422, "faults")
        assert sorted(pointers(answer)) == sorted(
            [
                *("/1/data/sex", "/1/data/birth_date", "/1/data/region"),
                *("/2/data/region", "/2/data/decile", "/2/data/work_status"),
                *("/2/data/industry", "/2/data/version"),
                *("/3/subject", "/4/subject"),
                *("/5/data/replaced_by", "/6/data/replaced_by", "/7/data/batch"),
                *("/8/data/…", "/9/data/observed_at"),
            ]
        )
        assert "spreadsheet" in answer.text
        assert NIK[:15] not in answer.text
        assert "1.47" not in answer.text
        assert world.log.records == []
        one = await world.publish_one(person(data={"decile": 11}))
        assert pointers(one) == ["/data/decile"]

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"specversion": "0.3"}, "/specversion"),
        ({"id": None}, "/id"),
        ({"id": 5}, "/id"),
        ({"id": NIK}, "/id"),
        ({"id": "x" * 201}, "/id"),
        ({"source": f"urn:nik:{NIK}"}, "/source"),
        ({"type": "com.example.other"}, "/type"),
        ({"subject": None}, "/subject"),
        ({"subject": 7471010101900000}, "/subject"),
        ({"time": "kemarin"}, "/time"),
        ({"time": 5}, "/time"),
        ({"datacontenttype": "text/plain"}, "/datacontenttype"),
        ({"data": {"x": "absent"}, "data_base64": "AAAA"}, "/…"),
        ({"dataschema": 5}, "/dataschema"),
        ({"extension": {"a": 1}}, "/…"),
    ],
)
def test_an_envelope_that_is_no_cloudevent(tmp_path: Path, changes: dict[str, Any], pointer: str) -> None:
    async def scene(world: World) -> None:
        answer = await world.publish_one(person(**changes))
        assert (answer.status_code, problem(answer)) == (422, "faults")
        assert pointer in pointers(answer)
        assert NIK not in answer.text

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        (b"", 400, "not-json"),
        (b'{"id": "x"', 400, "not-json"),
        (b"[" * 100_000, 400, "not-json"),
        (b'{"id": "\xff"}', 400, "not-json"),
        (b'{"id": "\\ud800"}', 400, "not-json"),
        (b'{"id": NaN}', 400, "not-json"),
        (b"5", 422, "faults"),
        (b"[]", 422, "faults"),
        (b"{}", 422, "faults"),
        (b"[[]]", 422, "faults"),
    ],
)
def test_a_body_that_is_no_event(tmp_path: Path, body: bytes, status: int, name: str) -> None:
    async def scene(world: World) -> None:
        for media_type in (STRUCTURED, BATCHED):
            headers = {**world.bearer(), "Content-Type": media_type}
            answer = await world.client.post("/events", content=body, headers=headers)
            assert (answer.status_code, problem(answer)) == (status, name)
        assert world.log.records == []

    play(tmp_path, scene)


@pytest.mark.parametrize(
    "media_type",
    ["", "application/json", "text/plain", f"{STRUCTURED}; charset=latin-1", "application/cloudevents+avro"],
)
def test_another_media_type(tmp_path: Path, media_type: str) -> None:
    async def scene(world: World) -> None:
        headers = {**world.bearer(), "Content-Type": media_type}
        answer = await world.client.post("/events", content=json.dumps(person()), headers=headers)
        assert (answer.status_code, problem(answer)) == (415, "media-type")
        headers["Content-Type"] = f'{STRUCTURED}; charset="UTF-8"'
        assert (await world.client.post("/events", content=json.dumps(person()), headers=headers)).is_success

    play(tmp_path, scene)


def test_too_many_events_and_too_long_a_body(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        assert problem(await world.publish(*(person(n) for n in range(4)))) == "too-large"
        long = await world.publish(person(data={"region": "x" * 20_000}))
        assert (long.status_code, problem(long)) == (413, "too-large")
        assert world.log.records == []

    play(tmp_path, scene, limits=Limits(body_bytes=10_000), most_events=3)
