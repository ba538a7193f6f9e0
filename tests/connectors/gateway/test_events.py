"""Publishing over HTTP: acknowledged or not sent, once for each source and id, every fault told at once."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.gateway.cloudevents import BATCHED, STRUCTURED
from connectors.gateway.limits import Limits
from schemas.errors import Retryable
from schemas.events import (
    BatchManifest,
    BatchReceipt,
    DirectiveEvent,
    MembershipSnapshot,
    PersonRanked,
)
from schemas.names import (
    AGENCY_MANIFESTS,
    AGENCY_RECEIPTS,
    BPJS_MEMBERSHIPS,
    DTSEN_PERSONS,
    KEMNAKER_DIRECTIVES,
)
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
from tests.streams.control.builders import document

MANIFEST: dict[str, Any] = {
    "specversion": "1.0",
    "id": "manifest-1",
    "source": "https://bps.example/dtsen",
    "type": "id.jangkau.agency.manifest.v1",
    "subject": "bps-1",
    "data": {"scope": "PART"},
}


def directive(**changes: Any) -> dict[str, Any]:
    data = {
        "version": 1,
        "kind": "DRAFTED",
        "document": document(1, "2026-04-01"),
        "legal_basis": "Kepmen 1",
        "occurred_at": "2026-03-02T12:00:00Z",
        **changes,
    }
    return {**MANIFEST, "type": "id.jangkau.kemnaker.directive.v1", "subject": "inpres-8-2025", "data": data}


def test_one_event_becomes_one_record_by_token(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        answer = await world.publish_one(person())
        assert answer.status_code == 202
        ((key, value),) = world.log.on(DTSEN_PERSONS)
        assert key.decode() == world.hex()
        sent = PersonRanked.from_record(world.codec.decode(DTSEN_PERSONS, value))
        assert (sent.version, sent.batch, sent.region) == (VERSION, "bps-1", "74.71")
        assert world.log.records[0].headers == [{"batch": b"bps-1"}]
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
        assert len(world.log.records) == 1
        twice = await world.publish(person(3), person(3))
        assert pointers(twice) == ["/1/id"]
        # The same id of another source, and of another agency, is another event.
        assert (await world.publish(person(1, source="other", data={"decile": 9}))).status_code == 202
        assert (await world.publish(membership(1), agency="BPJSTK")).status_code == 202

    play(tmp_path, scene)


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


def test_an_agency_publishes_only_its_own(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        other = await world.publish(person(), agency="BPJSTK")
        assert (other.status_code, other.json()["types"]) == (403, ["id.jangkau.dtsen.person-ranked.v1"])
        narrowed = await world.publish(person(), types=["id.jangkau.agency.manifest.v1"])
        assert narrowed.status_code == 403
        branch = await world.client.post(
            "/events", content="{}", headers={**world.bearer(None), "Content-Type": STRUCTURED}
        )
        assert branch.status_code == 403 or problem(branch) == "faults"
        assert world.log.records == []

    play(tmp_path, scene)


def test_another_agency_s_batch(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        await world.publish(person())
        taken = await world.publish(membership(data={"batch": "bps-1"}), agency="BPJSTK")
        assert (taken.status_code, problem(taken)) == (403, "batch-of-another-agency")
        assert pointers(taken) == ["/0/data/batch"]
        # One that this gateway has not seen, but the hub has.
        world.receive(AGENCY_RECEIPTS, "kafka-1", receipt("BPJSTK", BPJS_MEMBERSHIPS))
        other = await world.publish(person(2, data={"batch": "kafka-1"}))
        assert problem(other) == "batch-of-another-agency"
        manifest = await world.publish({**MANIFEST, "subject": "kafka-1", "data": whole()})
        assert (problem(manifest), pointers(manifest)) == ("batch-of-another-agency", ["/0/subject"])
        assert len(world.log.records) == 1

    play(tmp_path, scene)


def receipt(agency: Any, topic: str, *, complete: bool = True) -> BatchReceipt:
    missing = 0 if complete else 1
    return BatchReceipt(agency, topic, 2, 2 - missing, 0, 0, 0, 0, 0, missing, complete, 4, 4, NOW)


def whole(**changes: Any) -> dict[str, Any]:
    return {"scope": "PART", "count": 7, "digest": "00000000000000aa", **changes}


def sent_manifest(world: World) -> BatchManifest:
    key, value = world.log.on(AGENCY_MANIFESTS)[-1]
    assert key == b"bps-1"
    return BatchManifest.from_record(world.codec.decode(AGENCY_MANIFESTS, value))


def test_a_manifest_says_what_was_acknowledged_here(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        await world.publish(person(1), person(2, subject=OTHER_NIK, data={"region": "74.72.01"}))
        await world.publish(person(1), person(3, data={"version": VERSION + 1}))
        assert (await world.publish(MANIFEST)).status_code == 202
        found = sent_manifest(world)
        assert (found.agency, found.topic, found.scope, found.count) == ("BPS", DTSEN_PERSONS, "PART", 3)
        assert [(each.region, each.count) for each in found.regencies] == [("74.71", 2), ("74.72", 1)]
        wrong = await world.publish({**MANIFEST, "id": "m-2", "data": {"scope": "PART", "count": 2}})
        assert pointers(wrong) == ["/0/data/count"]
        unknown = await world.publish({**MANIFEST, "id": "m-3", "subject": "bps-9"})
        assert pointers(unknown) == ["/0/data"]
        beside = await world.publish(person(4), {**MANIFEST, "id": "m-4"})
        assert problem(beside) == "faults"
        given = await world.publish({**MANIFEST, "id": "m-5", "data": whole()})
        assert given.status_code == 202
        assert (sent_manifest(world).count, sent_manifest(world).digest) == (7, "00000000000000aa")
        other = await world.publish({**MANIFEST, "id": "m-6", "data": whole(agency="BPJSTK", topic="x")})
        assert pointers(other) == ["/0/data/agency", "/0/data/topic"]

    play(tmp_path, scene)


def test_a_directive_by_whom_the_token_speaks_for(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        sent = await world.publish(directive(), agency="KEMNAKER", sub="Direktorat PHI")
        assert sent.status_code == 202, sent.text
        ((key, value),) = world.log.on(KEMNAKER_DIRECTIVES)
        event = DirectiveEvent.from_record(world.codec.decode(KEMNAKER_DIRECTIVES, value))
        assert (key, event.by, event.kind) == (b"inpres-8-2025", "Direktorat PHI", "DRAFTED")
        other = await world.publish(directive(by="orang lain"), agency="KEMNAKER")
        assert pointers(other) == ["/0/data/by"]
        spoiled = await world.publish({**directive(document="id: Salah"), "id": "d-2"}, agency="KEMNAKER")
        assert set(pointers(spoiled)) == {"/0/data/document"}
        assert len(pointers(spoiled)) > 3
        number = await world.publish({**directive(legal_basis=NIK), "id": "d-3"}, agency="KEMNAKER")
        assert pointers(number) == ["/0/data/legal_basis"]

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


def test_receipts_of_batches_of_one_s_own(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        for n in range(3):
            world.receive(AGENCY_RECEIPTS, f"bps-{n}", receipt("BPS", DTSEN_PERSONS, complete=n != 1))
        world.receive(AGENCY_RECEIPTS, "bpjs-1", receipt("BPJSTK", BPJS_MEMBERSHIPS))
        world.receive(AGENCY_RECEIPTS, "bps-0@bpjs.memberships", receipt("BPJSTK", BPJS_MEMBERSHIPS))
        get, own = world.client.get, world.bearer()
        assert (await get("/batches/bps-1", headers=own)).json()["receipt"]["missing"] == 1
        assert (await get("/batches/bpjs-1", headers=own)).status_code == 404
        assert (await get("/batches/bps-0", headers=world.bearer("BPJSTK"))).status_code == 200
        page = (await get("/batches?limit=2", headers=own)).json()
        assert ([each["batch"] for each in page["items"]], page["next"]) == (["bps-0", "bps-1"], "bps-1")
        rest = (await get("/batches?limit=2&after=bps-1", headers=own)).json()
        assert ([each["batch"] for each in rest["items"]], rest["next"]) == (["bps-2"], None)
        open_ = (await get("/batches?complete=false", headers=own)).json()
        assert [each["batch"] for each in open_["items"]] == ["bps-1"]

    play(tmp_path, scene)


def test_a_receipt_is_its_agency_s_alone(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        location = (await world.publish(person())).headers["Location"]
        assert (await world.client.get(location, headers=world.bearer("BPJSTK"))).status_code == 404
        assert (await world.client.get(location, headers=world.bearer())).status_code == 200

    play(tmp_path, scene)
