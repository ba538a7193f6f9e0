"""Whose events, batches, manifests, directives and receipts they are."""

from pathlib import Path
from typing import Any

from connectors.gateway.cloudevents import STRUCTURED
from schemas.events import (
    BatchManifest,
    BatchReceipt,
    DirectiveEvent,
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
