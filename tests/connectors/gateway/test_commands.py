"""Directives and commands over HTTP."""

import asyncio
import json
from pathlib import Path
from typing import Any

from schemas.events import Bounds, DirectiveStatus, ErasureProof, Outcome
from schemas.names import COVERAGE_DIRECTIVES, HUB_OUTCOMES, DirectiveState
from tests.connectors.gateway.world import NIK, NOW, World, play, pointers, problem
from tests.streams.control.builders import document

NAME = "inpres-8-2025"
DIGEST = "ab" * 32


def status(version: int = 1, state: DirectiveState = "DRAFTED", text: str | None = None) -> DirectiveStatus:
    return DirectiveStatus(
        version, state, (), text, None, None, None, None, None, (), "Kemnaker", "Kepmen 1", None, NOW
    )


async def post(world: World, path: str, body: dict[str, Any], **claims: Any) -> Any:
    return await world.client.post(path, json=body, headers=world.bearer(None, **claims))


def test_each_verb_is_a_command_by_whom_the_token_speaks_for(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        kinds = {
            "preview": "PREVIEW_DIRECTIVE",
            "revoke": "REVOKE_DIRECTIVE",
            "pause": "PAUSE_ROLLOUT",
            "resume": "RESUME_ROLLOUT",
        }
        for verb in kinds:
            body = {"version": 2, "basis": "Kepmen 2"}
            answer = await post(world, f"/directives/{NAME}/{verb}", body, sub="Menaker")
            assert answer.status_code == 200
            assert answer.json()["outcome"]["result"] == "ACCEPTED"
        assert [each.kind for each in world.hub.commands] == list(kinds.values())
        for each in world.hub.commands:
            assert (each.by, each.basis) == ("Menaker", "Kepmen 2")
            assert json.loads(each.payload) == {"directive": NAME, "version": 2}

    play(tmp_path, scene)


def test_approving_fills_bounds_from_the_document(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        path, body = f"/directives/{NAME}/approve", {"version": 1, "preview": DIGEST, "basis": "Kepmen 2"}
        missing = await post(world, path, body)
        assert len(pointers(missing)) == 4
        own = {"entering": 5, "leaving": 1, "leaving_regency": 1, "leaving_regency_permille": 10}
        text = json.dumps({**json.loads(json.dumps(yaml(document(1, "2026-04-01")))), "bounds": own})
        world.receive(COVERAGE_DIRECTIVES, NAME, status(text=text))
        answer = await post(world, path, {**body, "bounds": {"entering": 3}})
        assert answer.status_code == 200, answer.text
        payload = json.loads(world.hub.commands[-1].payload)
        assert payload == {
            "directive": NAME,
            "version": 1,
            "preview": DIGEST,
            "bounds": {**own, "entering": 3},
        }
        assert pointers(await post(world, path, {**body, "preview": "ab" * 6})) == ["/preview"]

    play(tmp_path, scene)


def yaml(text: str) -> Any:
    from schemas.directive import parse_directive

    return json.loads(parse_directive(text).canonical_json())


def test_a_refusal_has_every_reason(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.hub.refusals = ("payload.version: no such version", "by: whoever drafted must not approve")
        answer = await post(world, f"/directives/{NAME}/pause", {"version": 1, "basis": "x"})
        assert (answer.status_code, problem(answer)) == (422, "refused")
        assert answer.json()["reasons"] == list(world.hub.refusals)

    play(tmp_path, scene)


def test_any_command_and_what_is_not_sent(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        good = {"kind": "SET_GUARD", "basis": "SE 1", "payload": {"region": "74.71", "permille": 5}}
        assert (await post(world, "/commands", good)).status_code == 200
        assert json.loads(world.hub.commands[-1].payload) == good["payload"]
        sent = len(world.hub.commands)
        for changes, pointer in (
            ({"basis": f"x {NIK}"}, "/basis"),
            ({"basis": " "}, "/basis"),
            ({"payload": {"person": NIK}}, "/payload"),
            ({"kind": "ERASE"}, "/kind"),
            ({"version": "1"}, "/version"),
        ):
            answer = await post(world, "/commands", {**good, **changes})
            assert (answer.status_code, pointers(answer)) == (422, [pointer])
            assert NIK not in answer.text
        assert len(world.hub.commands) == sent

    play(tmp_path, scene)


def test_a_control_worker_that_is_silent(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.hub.silent = True
        answer = await post(world, f"/directives/{NAME}/resume", {"version": 1, "basis": "x"})
        assert (answer.status_code, problem(answer)) == (504, "no-answer")
        assert len(world.hub.commands) == 1, "a command is not put twice"
        assert answer.json()["command"]

    play(tmp_path, scene, answer_s=0.2)


def test_an_erasure_waits_for_its_proof_longer_than_others_for_an_answer(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.hub.silent = True
        body = {"kind": "ERASE_PERSON", "basis": "putusan 12/2026", "payload": {"person": "0f" * 16}}
        asked = asyncio.create_task(post(world, "/commands", body, sub="Pusdatin"))
        while not world.hub.commands:
            await asyncio.sleep(0)
        other = await post(world, f"/directives/{NAME}/resume", {"version": 1, "basis": "x"})
        assert problem(other) == "no-answer"  # asked later, and given up by now
        outcome = Outcome("ACCEPTED", (), ("e",), NOW, erasure=ErasureProof(3, 500, 12))
        world.hub.outcomes(world.hub.command_keys[0], world.codec.encode(HUB_OUTCOMES, outcome.to_record()))
        answer = await asked
        assert answer.status_code == 200
        proof = {"partition": 3, "state_offset": 500, "control_offset": 12}
        assert answer.json()["outcome"]["erasure"] == proof
        assert (world.hub.commands[0].kind, world.hub.commands[0].by) == ("ERASE_PERSON", "Pusdatin")

    play(tmp_path, scene, answer_s=0.2, later_s=60.0)


def test_who_may_not_decide_erases_nobody(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        for kind in ("ERASE_PERSON", "REINSTATE_PERSON"):
            body = {"kind": kind, "basis": "putusan 12/2026", "payload": {"person": "0f" * 16}}
            answer = await post(world, "/commands", body, scope="persons:read directives:read")
            assert answer.status_code == 403
            named = await post(world, "/commands", {**body, "payload": {"person": NIK}})
            assert (named.status_code, pointers(named)) == (422, ["/payload"])
        assert world.hub.commands == []

    play(tmp_path, scene)


def test_directives_by_version(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        for one in (status(1, "IN_FORCE"), status(2), status(2, "REJECTED"), status(3, "REJECTED")):
            world.receive(COVERAGE_DIRECTIVES, NAME, one)
        world.receive(COVERAGE_DIRECTIVES, "lain", status())
        get, own = world.client.get, world.bearer(None)
        found = (await get(f"/directives/{NAME}", headers=own)).json()["items"]
        assert [(each["status"]["version"], each["status"]["state"]) for each in found] == [
            (1, "IN_FORCE"),
            (2, "DRAFTED"),
            (3, "REJECTED"),
        ]
        assert len((await get("/directives", headers=own)).json()["items"]) == 4
        assert problem(await get("/directives/tak-ada", headers=own)) == "not-found"
        assert problem(await get("/directives/Tak%20Ada", headers=own)) == "faults"

    play(tmp_path, scene)


def test_bounds_are_all_of_the_wire_s() -> None:
    from connectors.gateway.bodies import BoundsBody
    from schemas import commanding

    assert tuple(BoundsBody.model_fields) == commanding.BOUNDS == tuple(Bounds.__dataclass_fields__)
