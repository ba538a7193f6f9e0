"""Publishing over HTTP: acknowledged or not sent, and once for each source and id."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from connectors.gateway.limits import Limits
from schemas.errors import Retryable
from schemas.events import (
    MembershipSnapshot,
    PersonRanked,
)
from schemas.names import (
    BPJS_MEMBERSHIPS,
    DTSEN_PERSONS,
)
from tests.connectors.gateway.test_batches import MANIFEST, sent_manifest
from tests.connectors.gateway.world import (
    NIK,
    NOW,
    OTHER_NIK,
    VERSION,
    World,
    membership,
    person,
    play,
    pointers,
    problem,
)
from tests.fakes.gateway import FakeLog


def test_one_event_becomes_one_record_by_token(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        answer = await world.publish_one(person())
        assert answer.status_code == 202
        ((key, value),) = world.log.on(DTSEN_PERSONS)
        assert key.decode() == world.hex()
        sent = PersonRanked.from_record(world.codec.decode(DTSEN_PERSONS, value))
        assert (sent.version, sent.batch, sent.region) == (VERSION, "bps-1", "74.71")
        (headers,) = world.log.records[0].headers or ()
        assert headers is not None
        assert headers["batch"] == b"bps-1"
        assert headers["receipt"].startswith(answer.json()["receipt"].encode() + b"/")
        receipt = (await world.client.get(answer.headers["Location"], headers=world.bearer())).json()
        assert receipt == answer.json()
        assert (receipt["state"], receipt["batches"]) == ("ACCEPTED", {"bps-1": 1})
        assert NIK not in answer.text

    play(tmp_path, scene)


def test_a_batch_of_either_kind_and_a_token_for_a_nik(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        answer = await world.publish(
            *(membership(n, subject=world.hex() if n % 2 else NIK) for n in range(20)), agency="BPJSTK"
        )
        assert (answer.status_code, answer.json()["accepted"]) == (202, 20)
        sent = world.log.on(BPJS_MEMBERSHIPS)
        assert {key.decode() for key, _ in sent} == {world.hex()}
        one = MembershipSnapshot.from_record(world.codec.decode(BPJS_MEMBERSHIPS, sent[0][1]))
        assert one.enrolments[0].programs == ("JKK", "JKM")

    play(tmp_path, scene)


def test_nothing_is_answered_before_kafka_has_acknowledged(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.log.holding = True
        asked = asyncio.ensure_future(world.publish(person()))
        await until(lambda: world.log.on(DTSEN_PERSONS))
        repeat = asyncio.ensure_future(world.publish(person()))
        await asyncio.sleep(0.05)
        assert not asked.done()
        assert not repeat.done()
        world.log.settle()
        first, second = await asked, await repeat
        assert first.status_code == 202
        assert first.json() == second.json()
        assert len(world.log.on(DTSEN_PERSONS)) == 1

    play(tmp_path, scene)


async def until(true: Any) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.005)


def test_what_was_not_acknowledged_is_sent_again_under_one_receipt(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.log.holding = True
        asked = asyncio.ensure_future(world.publish(person(1), person(2)))
        await until(lambda: world.log.on(DTSEN_PERSONS))
        world.log.settle(Retryable("not in time"))
        failed = await asked
        assert problem(failed) == "unavailable"
        assert int(failed.headers["Retry-After"]) >= 1
        world.log.holding = False
        again = await world.publish(person(1), person(2))
        assert (again.json()["accepted"], again.json()["repeated"]) == (2, 0)
        assert (await world.publish(person(1), person(2))).json() == again.json()
        assert len(world.log.on(DTSEN_PERSONS)) == 4
        manifest = await world.publish(MANIFEST)
        assert manifest.status_code == 202
        assert sent_manifest(world).count == 2

    play(tmp_path, scene)


def test_repeats_are_known_after_a_restart_and_forgotten_after_the_window(tmp_path: Path) -> None:
    kept: dict[str, Any] = {}

    async def before(world: World) -> None:
        kept["receipt"] = (await world.publish(person(1), person(2))).json()

    async def after(world: World) -> None:
        assert (await world.publish(person(1), person(2))).json() == kept["receipt"]
        assert world.log.records == []
        mixed = (await world.publish(person(2), person(3, subject=OTHER_NIK))).json()
        assert (mixed["accepted"], mixed["repeated"]) == (1, 1)
        assert (await world.publish(person(2), person(3, subject=OTHER_NIK))).json() == mixed
        assert len(world.log.records) == 1

    async def much_later(world: World) -> None:
        await world.parts.publishing.tidy()
        again = (await world.publish(person(1), person(2))).json()
        assert (again["accepted"], again["repeated"]) == (2, 0)
        assert again["receipt"] != kept["receipt"]
        url = f"/receipts/{kept['receipt']['receipt']}"
        assert problem(await world.client.get(url, headers=world.bearer())) == "not-found"

    play(tmp_path, before)
    play(tmp_path, after, now=NOW + timedelta(hours=23))
    play(tmp_path, much_later, now=NOW + timedelta(hours=48))


def test_the_same_id_with_other_content_is_refused_whole(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        await world.publish(person(1))
        clash = await world.publish(person(2), person(1, data={"decile": 9}))
        assert (clash.status_code, problem(clash), pointers(clash)) == (409, "other-content", ["/1/id"])
        one = await world.publish_one(person(1, data={"decile": 9}))
        assert (one.status_code, pointers(one)) == (409, ["/id"])
        assert len(world.log.records) == 1
        twice = await world.publish(person(3), person(3))
        assert pointers(twice) == ["/1/id"]
        # The same id of another source, and of another agency, is another event.
        assert (await world.publish(person(1, source="other", data={"decile": 9}))).status_code == 202
        assert (await world.publish(membership(1), agency="BPJSTK")).status_code == 202

    play(tmp_path, scene)


def test_kafka_that_acknowledges_nothing_is_told_at_once(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.log.stalled = 6.0
        for _ in range(3):
            answer = await world.publish(person())
            assert (answer.status_code, problem(answer)) == (503, "unavailable")
            assert answer.headers["Retry-After"] == "5"
        world.log.stalled, world.log.away = 0.0, True
        assert problem(await world.publish(person())) == "unavailable"
        world.log.away = False
        assert (await world.publish(person())).status_code == 202

    play(tmp_path, scene)


def test_a_request_in_flight_hears_that_kafka_is_away_and_its_repeat_gets_the_receipt(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.log.holding = True
        waiting = asyncio.ensure_future(world.publish(person()))
        await until(lambda: len(world.log.records) == 1)
        repeated = asyncio.ensure_future(world.publish(person()))
        await asyncio.sleep(0)
        world.log.stalled = 6.0
        async with asyncio.timeout(30):
            for answer in (await waiting, await repeated):
                assert (answer.status_code, problem(answer)) == (503, "unavailable")
                assert answer.headers["Retry-After"] == "5"
        world.log.stalled = 0.0
        world.log.settle()  # Kafka is back in time
        again = await world.publish(person())
        assert (again.status_code, again.json()["accepted"]) == (202, 1)
        assert len(world.log.records) == 1

    play(tmp_path, scene)


def test_what_is_given_up_after_its_sender_was_told_is_sent_by_the_repeat(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.log.holding = True
        waiting = asyncio.ensure_future(world.publish(person()))
        await until(lambda: len(world.log.records) == 1)
        world.log.stalled = 6.0
        async with asyncio.timeout(30):
            assert problem(await waiting) == "unavailable"
        world.log.stalled, world.log.holding = 0.0, False
        world.log.settle(Retryable("not in time"))
        again = await world.publish(person())
        assert (again.status_code, again.json()["accepted"]) == (202, 1)
        assert len(world.log.records) == 2

    play(tmp_path, scene)


def test_more_at_once_than_there_is_room_for(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.log.holding = True
        waiting = [asyncio.ensure_future(world.publish(person(n))) for n in range(2)]
        await until(lambda: len(world.log.records) == 2)
        over = await world.publish(person(3))
        assert (over.status_code, "Retry-After" in over.headers) == (503, True)
        # Other questions have a room of their own.
        assert (await world.client.get("/batches", headers=world.bearer())).status_code == 200
        world.log.settle()
        assert {each.status_code for each in await asyncio.gather(*waiting)} == {202}
        world.log.holding = False
        assert (await world.publish(person(3))).status_code == 202

    play(tmp_path, scene, limits=Limits(publishing=2), log=FakeLog())
