"""What the gateway writes down beside its requests: manifests, look-ups and commands by id, and nobody."""

import logging
from pathlib import Path

import pytest

from connectors.gateway.cloudevents import STRUCTURED
from tests.connectors.gateway.test_batches import MANIFEST
from tests.connectors.gateway.test_commands import NAME
from tests.connectors.gateway.test_commands import post as command
from tests.connectors.gateway.test_people import lookup, resolve
from tests.connectors.gateway.world import NIK, OTHER_NIK, World, person, play, problem
from tests.monitoring.logs.heard import told
from tests.monitoring.logs.written import Written


def test_a_manifest_is_told_once_with_what_it_promises(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(world: World) -> None:
        await world.publish(person(1), person(2, subject=OTHER_NIK))
        with caplog.at_level("INFO", "gateway"):
            answer = await world.publish(MANIFEST)
            assert (await world.publish(MANIFEST)).json() == answer.json()
        whose = {"batch": "bps-1", "agency": "BPS", "topic": "dtsen.persons"}
        told_once = {**whose, "sent": 2, "receipt": answer.json()["receipt"]}
        assert told(caplog, "manifest") == [("manifest accepted", told_once)]

    play(tmp_path, scene)


def test_a_look_up_by_its_id_whoever_it_is_about(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def scene(world: World) -> None:
        world.hub.homes = {world.hex(): "74.71"}
        with caplog.at_level("INFO", "gateway"):
            await lookup(world, NIK, sub="nama-petugas", regions=["74.71"])
            await lookup(world, OTHER_NIK, regions=["74.71"])
            await resolve(world, world.hex(), world.hex(OTHER_NIK), regions=["74.71"])
        for word in (NIK, OTHER_NIK, world.hex(), world.hex(OTHER_NIK), "nama-petugas"):
            assert word not in caplog.text
        asked = [look.lookup for _, look in world.hub.lookups if look.kind == "EXPLAIN"]
        (resolved,) = (look.lookup for _, look in world.hub.lookups if look.kind == "RESOLVE")
        assert told(caplog, "look-up") == [
            ("look-up", {"lookup": asked[0], "kind": "EXPLAIN", "found": True}),
            ("look-up", {"lookup": asked[1], "kind": "EXPLAIN", "found": False}),
            ("look-ups", {"kind": "RESOLVE", "count": 2, "persons": 1, "lookup": [resolved]}),
        ]

    play(tmp_path, scene)


def test_a_command_when_it_is_sent_and_when_it_is_answered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(world: World) -> None:
        body = {"version": 2, "basis": "surat rahasia"}
        with caplog.at_level("INFO", "gateway"):
            answer = await command(world, f"/directives/{NAME}/pause", body, sub="nama-petugas")
            world.hub.refusals = ("a", "b")
            refused = await command(world, f"/directives/{NAME}/pause", body)
        assert problem(refused) == "refused"
        first, second = (
            {"command": each.json()["command"], "kind": "PAUSE_ROLLOUT"} for each in (answer, refused)
        )
        assert "rahasia" not in caplog.text
        assert "nama-petugas" not in caplog.text
        assert told(caplog, "command") == [
            ("command sent", first),
            ("command answered", {**first, "result": "ACCEPTED"}),
            ("command sent", second),
            ("command answered", {**second, "result": "REFUSED", "reasons": 2}),
        ]

    play(tmp_path, scene)


def test_every_line_of_a_request_has_its_id(tmp_path: Path) -> None:
    written = Written("json")
    logger = logging.getLogger("gateway")

    async def scene(world: World) -> None:
        await world.publish(person(1))
        logger.addHandler(written.handler)
        logger.setLevel("INFO")
        try:
            own = {**world.bearer(), "X-Request-Id": "run-of-today"}
            await world.client.post("/events", json=MANIFEST, headers={**own, "Content-Type": STRUCTURED})
            await world.client.get("/nowhere", headers={**own, "X-Request-Id": "another-run"})
        finally:
            logger.removeHandler(written.handler)
            logger.setLevel("NOTSET")
        of_first, of_first_too, of_second = written.objects
        assert {of_first["message"], of_first_too["message"].partition(" 202")[0]} == {
            "manifest accepted",
            "POST /events",
        }
        assert of_first["request"] == of_first_too["request"] == "run-of-today"
        assert (of_first_too["status"], of_first_too["route"]) == (202, "/events")
        assert of_second["request"] == "another-run"
        assert (of_second["status"], of_second["route"]) == (404, "none")

    play(tmp_path, scene)
