"""Single persons and regions over HTTP: recorded before it is answered, and only within one's own regions."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.gateway.world import NIK, OTHER_NIK, World, play, pointers, problem
from tests.fakes.gateway import item

PURPOSE = "pengaduan 123"


async def lookup(world: World, person: Any, purpose: Any = PURPOSE, **claims: Any) -> Any:
    body = {"person": person, "purpose": purpose}
    return await world.client.post("/persons/lookup", json=body, headers=world.bearer(None, **claims))


async def resolve(world: World, *tokens: Any, purpose: Any = PURPOSE, **claims: Any) -> Any:
    body = {"tokens": tokens, "purpose": purpose}
    return await world.client.post("/persons/resolve", json=body, headers=world.bearer(None, **claims))


def test_a_look_by_nik_or_token_and_its_trail(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.hub.homes = {world.hex(): "74.71.01"}
        world.view.rows = [item(world.hex(), "74.71.01"), item(world.hex(OTHER_NIK), "74.71")]
        for whom in (NIK, world.hex()):
            found = await lookup(world, whom, sub="dinas", regions=["74.71"])
            assert found.status_code == 200
            assert found.json()["explanation"]["region"] == "74.71.01"
            assert [row["token"] for row in found.json()["history"]] == [world.hex()]
            assert NIK not in found.text
        assert [(token, look.by, look.purpose, look.kind) for token, look in world.hub.lookups] == [
            (world.hex(), "dinas", PURPOSE, "EXPLAIN")
        ] * 2
        world.view.away = True
        without = await lookup(world, NIK)
        assert (without.status_code, without.json()["history"]) == (200, None)
        world.view.there = False
        assert (await lookup(world, NIK)).json()["history"] is None

    play(tmp_path, scene)


def test_nobody_and_somebody_elsewhere_look_alike(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.hub.homes = {world.hex(): "74.71"}
        elsewhere = await lookup(world, NIK, regions=["74.7", "11", "74.72"][1:])
        nobody = await lookup(world, OTHER_NIK, regions=["74"])
        for answer in (elsewhere, nobody):
            assert (answer.status_code, problem(answer)) == (404, "not-found")
        assert elsewhere.json()["detail"] == nobody.json()["detail"]
        # The attempt is in the trail all the same.
        assert len(world.hub.lookups) == 2
        assert (await lookup(world, NIK, regions=[])).status_code == 404

    play(tmp_path, scene)


def test_the_nik_of_tokens_of_one_s_own_region_only(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        here, there = world.hex(), world.hex(OTHER_NIK)
        foreign = "0" * 32
        world.hub.homes = {here: "74.71.01", there: "73.71", foreign: "74.71"}
        found = (await resolve(world, here, there, "f" * 32, foreign, here, regions=["74.71"])).json()
        assert found["persons"] == [{"token": here, "nik": NIK}]
        assert sorted(found["refused"]) == sorted([there, "f" * 32, foreign])
        resolved = [token for token, look in world.hub.lookups if look.kind == "RESOLVE"]
        assert resolved == [here]

    play(tmp_path, scene)


def test_no_nik_before_the_look_is_acknowledged(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.hub.homes = {world.hex(): "74.71"}
        asked = asyncio.ensure_future(resolve(world, world.hex()))
        world.log.holding = True
        async with asyncio.timeout(30):
            while not world.hub.lookups:
                await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        assert not asked.done(), "the question itself is not acknowledged yet"
        world.log.settle()
        async with asyncio.timeout(30):
            while len(world.hub.lookups) < 2:
                await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        assert not asked.done(), "the look at the NIK is not acknowledged yet"
        world.log.settle()
        assert (await asked).json()["persons"][0]["nik"] == NIK

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("person", "purpose"),
    [
        ("", PURPOSE),
        ("1.47E+15", PURPOSE),
        (NIK[:15], PURPOSE),
        (int(NIK), PURPOSE),
        (NIK, ""),
        (NIK, "   "),
        (NIK, f"tentang {NIK}"),
        (NIK, None),
    ],
)
def test_whom_and_why_must_be_said(tmp_path: Path, person: Any, purpose: Any) -> None:
    async def scene(world: World) -> None:
        answer = await lookup(world, person, purpose)
        assert (answer.status_code, problem(answer)) == (422, "faults")
        assert pointers(answer)
        assert NIK[:15] not in answer.text
        assert world.log.records == []

    play(tmp_path, scene)


def test_bodies_that_are_none(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        for body, status in (
            (b"{", 400),
            (b'"\xff"', 400),
            (b"[" * 50_000, 400),
            (b"[]", 422),
            (b"null", 422),
        ):
            answer = await world.client.post(
                "/persons/lookup",
                content=body,
                headers={**world.bearer(), "Content-Type": "application/json"},
            )
            assert answer.status_code == status
            problem(answer)
        form = await world.client.post("/persons/lookup", data={"person": NIK}, headers=world.bearer())
        assert problem(form) == "media-type"
        unknown = await lookup(world, NIK)
        assert unknown.status_code == 404
        many = await resolve(world, *(f"{n:032x}" for n in range(101)))
        assert pointers(many) == ["/tokens"]
        extra = {"person": NIK, "purpose": "x", NIK: 1}
        answer = await world.client.post("/persons/lookup", json=extra, headers=world.bearer())
        assert (pointers(answer), NIK in answer.text) == (["/…"], False)

    play(tmp_path, scene)


def test_engines_that_do_not_answer(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.hub.silent = True
        answer = await lookup(world, NIK)
        assert (answer.status_code, problem(answer)) == (504, "no-answer")
        assert "jangkau status" in answer.json()["detail"]
        # Asked again and again under one id, so that the trail shows one look.
        assert len(world.hub.lookups) > 1
        assert len({look.lookup for _, look in world.hub.lookups}) == 1

    play(tmp_path, scene, answer_s=0.3)


def test_pages_of_a_region_within_the_token_s(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.view.rows = [item(f"{n:032x}", "74.71" if n % 2 else "74.72") for n in range(10)]
        get, own = world.client.get, world.bearer(None, regions=["74.71", "11"])
        page = (await get("/coverage?region=74.71&status=GAP&limit=3", headers=own)).json()
        assert [int(row["token"], 16) for row in page["items"]] == [1, 3, 5]
        rest = (await get(f"/coverage?region=74.71&limit=3&after={page['next']}", headers=own)).json()
        assert ([int(row["token"], 16) for row in rest["items"]], rest["next"]) == ([7, 9], None)
        for region in ("74", "74.72", "73"):
            shut = await get(f"/coverage?region={region}", headers=own)
            assert (shut.status_code, problem(shut)) == (403, "region-out-of-bounds")
        for query in (
            "",
            "?region=7471",
            "?region=74.71&status=X",
            "?region=74.71&limit=0",
            "?region=11&x=1",
        ):
            assert problem(await get(f"/coverage{query}", headers=own)) == "faults"
        world.view.away = True
        assert (await get("/coverage?region=74.71", headers=own)).status_code == 503
        world.view.there = False
        none = await get("/coverage?region=74.71", headers=own)
        assert (problem(none), "jangkau sink" in none.text) == ("no-view", True)

    play(tmp_path, scene)
