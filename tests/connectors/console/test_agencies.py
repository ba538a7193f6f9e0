"""Whether the data of each agency arrived, what could not be used, and who is held."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.console.holds import Holds
from connectors.console.hub import Behind, HubView
from connectors.console.quarantine import Quarantine
from monitoring.figures import STALLED_AFTER_S
from schemas.codec import AvroCodec
from schemas.events import (
    BusinessDateSet,
    ControlEvent,
    GuardGranted,
    GuardShare,
    HeldDirective,
    Hold,
    PolicyInForce,
    Quarantined,
)
from schemas.names import (
    AGENCY_RECEIPTS,
    BPJS_MEMBERSHIPS,
    DTSEN_PERSONS,
    HUB_CONTROL,
    HUB_HOLDS,
    HUB_QUARANTINE,
    KEMNAKER_DIRECTIVES,
    HoldState,
)
from tests.connectors.console.test_totals import ask
from tests.connectors.gateway.test_batches import receipt
from tests.connectors.gateway.world import NOW, World, play, problem
from tests.fakes.registry import MemoryRegistry

SEEN = HubView(
    at=NOW.timestamp(),
    level="healthy",
    lag=(
        Behind("BPS", DTSEN_PERSONS, 0, 5, 5, 2.0, 0.0),
        Behind("BPS", DTSEN_PERSONS, 1, 7, 0, 3.5, 9.0),
        Behind("BPJSTK", BPJS_MEMBERSHIPS, 0, 1, 0, None, 4.0),
    ),
    newest_facts={"BPS": NOW.timestamp() - 60},
)


def rejected(topic: str = DTSEN_PERSONS, reason: str = "INVALID_DATE", hours_ago: float = 0) -> Quarantined:
    at = NOW - timedelta(hours=hours_ago)
    return Quarantined(topic, 0, 1, reason, "a field", None, None, "sealed", "sealed", "key", at)


def hold(region: str = "74.72", state: HoldState = "WAITING", day: date = date(2026, 3, 1)) -> Hold:
    named = (HeldDirective("inpres-8-2025", 1),)
    return Hold(state, named, region, (20261 << 32) + 3, 7, day, 12, NOW)


def person(number: int) -> str:
    return f"{number:032x}"


async def agencies(world: World, **claims: Any) -> dict[str, Any]:
    answer = await world.client.get("/agencies", headers=world.bearer(**{"agency": None, **claims}))
    assert answer.status_code == 200
    return {each["agency"]: each for each in answer.json()["agencies"]}


def test_what_arrived(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        old = NOW - timedelta(seconds=STALLED_AFTER_S + 1)
        world.receive(AGENCY_RECEIPTS, "first", receipt("BPS", DTSEN_PERSONS))
        newest = replace(receipt("BPS", DTSEN_PERSONS), updated_at=NOW + timedelta(seconds=5))
        world.receive(AGENCY_RECEIPTS, "newest", newest)
        world.receive(AGENCY_RECEIPTS, "older", replace(newest, updated_at=old))
        world.receive(AGENCY_RECEIPTS, "moving", receipt("BPS", DTSEN_PERSONS, complete=False))
        stalled = replace(receipt("BPS", DTSEN_PERSONS, complete=False), updated_at=old)
        world.receive(AGENCY_RECEIPTS, "stalled", stalled)
        world.receive(AGENCY_RECEIPTS, "done", stalled)
        world.receive(AGENCY_RECEIPTS, "done", replace(receipt("BPS", DTSEN_PERSONS), updated_at=old))
        for reason in ("INVALID_DATE", "INVALID_DATE", "UNKNOWN_REGION"):
            world.receive(HUB_QUARANTINE, "x", rejected(reason=reason))
        world.receive(HUB_QUARANTINE, "x", rejected(hours_ago=30))
        world.watch.seen = SEEN
        found = await agencies(world)
        assert list(found) == ["BPS", "BPJSTK", "KEMNAKER"]
        bps = found["BPS"]
        assert bps["newest_complete_batch"] == {"batch": "newest", "at": "2026-03-02T12:00:05Z"}
        assert (bps["open_batches"], bps["stalled_batches"]) == (2, 1)
        reasons = {"INVALID_DATE": 2, "UNKNOWN_REGION": 1}
        assert bps["quarantined"] == {"window_hours": 24, "total": 3, "reasons": reasons}
        assert bps["lag"] == {"records": 12, "seconds": 3.5, "open_transaction_s": 9.0}
        assert bps["newest_fact_at"] == "2026-03-02T11:59:00Z"
        assert found["BPJSTK"]["lag"] == {"records": 1, "seconds": None, "open_transaction_s": 4.0}
        assert (found["KEMNAKER"]["topics"], found["KEMNAKER"]["lag"]) == ([KEMNAKER_DIRECTIVES], None)

    play(tmp_path, scene)


def test_nobody_looks(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        bps = (await agencies(world))["BPS"]
        assert (bps["newest_fact_at"], bps["lag"], bps["newest_complete_batch"]) == (None, None, None)

    play(tmp_path, scene)


def test_an_agency_sees_its_own(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        own = await agencies(world, agency="BPJSTK", scope="", role="agency")
        assert list(own) == ["BPJSTK"]
        for claims in ({"agency": None, "scope": "receipts:read"}, {"agency": "BPS", "scope": "hub:read"}):
            answer = await world.client.get("/agencies", headers=world.bearer(**claims))
            assert problem(answer) == "scope-missing"

    play(tmp_path, scene)


def test_batches_of_another_agency(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.receive(AGENCY_RECEIPTS, "one", receipt("BPS", DTSEN_PERSONS))
        programme = {"agency": None, "scope": "", "role": "programme"}
        for path in ("/batches?agency=BPS", "/batches/one?agency=BPS"):
            answer = await world.client.get(path, headers=world.bearer(**programme))
            assert answer.status_code == 200, path
            own = await world.client.get(path, headers=world.bearer("BPS", scope="receipts:read"))
            assert own.json() == answer.json()
            other = await world.client.get(path, headers=world.bearer("BPJSTK", scope="receipts:read"))
            assert problem(other) == "scope-missing"
        nobody = await world.client.get("/batches", headers=world.bearer(**programme))
        assert problem(nobody) == "scope-missing"
        unknown = await world.client.get("/batches?agency=X", headers=world.bearer())
        assert problem(unknown) == "faults"

    play(tmp_path, scene)


def test_who_is_held(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        for number in range(3):
            world.receive(HUB_HOLDS, person(number), hold())
        world.receive(HUB_HOLDS, person(3), hold(day=date(2026, 3, 2)))
        world.receive(HUB_HOLDS, person(4), hold("74.71.01", "REFUSED"))
        world.receive(HUB_HOLDS, person(2), hold("74.71.02", "REFUSED"))
        world.state.holds.take(person(0).encode(), None)
        world.state.holds.take(b"no token", None)
        world.state.holds.take(person(1).encode(), b"junk")
        found = (await ask(world, "/holds")).json()
        assert found["complete"]
        assert [(each["region"], each["state"], each["persons"]) for each in found["groups"]] == [
            ("74.71", "REFUSED", 2),
            ("74.72", "WAITING", 2),
        ]
        baubau = found["groups"][1]
        assert (baubau["name"], baubau["release"]) == ("Kota Bau Bau", 20261)
        assert (baubau["directives"], baubau["first"], baubau["last"]) == (
            ["inpres-8-2025 v1"],
            "2026-03-01",
            "2026-03-02",
        )
        assert found["guard"] is None
        assert person(1) not in (await ask(world, "/holds")).text

    play(tmp_path, scene)


def test_the_guard_of_the_newest_date(tmp_path: Path) -> None:
    def decided(version: int, body: Any) -> ControlEvent:
        return ControlEvent("id", "subject", version, 0, "hub", "basis", NOW, body)

    async def scene(world: World) -> None:
        shares = (GuardShare("74.71", 10), GuardShare("74.72", 5))
        world.receive(HUB_CONTROL, "", decided(2, GuardGranted(date(2026, 3, 2), shares, 3)))
        world.receive(HUB_CONTROL, "", decided(1, GuardGranted(date(2026, 3, 1), (), 3)))
        world.receive(HUB_CONTROL, "", decided(2, BusinessDateSet(date(2026, 3, 2))))
        world.receive(HUB_CONTROL, "", decided(1, BusinessDateSet(date(2026, 3, 1))))
        world.receive(HUB_CONTROL, "", decided(3, PolicyInForce("v2026.1")))
        world.state.control.take(b"", b"junk")
        found = (await ask(world, "/holds")).json()
        assert found["guard"] == {"business_date": "2026-03-02", "granted": 15}
        assert world.state.figures().business_date == date(2026, 3, 2)

    play(tmp_path, scene)


def test_holds_in_memory_are_bounded() -> None:
    codec = AvroCodec(MemoryRegistry())
    holds = Holds(codec, lambda: None, most=3)
    value = codec.encode(HUB_HOLDS, hold().to_record())
    for number in range(3):
        holds.take(person(number).encode(), value)
    assert (holds.complete, holds.groups()[0].persons) == (True, 3)
    holds.take(person(0).encode(), value)
    assert holds.complete, "the same person once more takes no room"
    holds.take(person(3).encode(), value)
    assert (holds.complete, holds.groups()[0].persons) == (False, 3)
    holds.reset()
    assert (holds.complete, holds.groups()) == (True, [])


@pytest.mark.parametrize(("hours", "left"), [(0, 2), (22, 2), (23.5, 1), (25, 0)])
def test_a_day_of_quarantine(hours: float, left: int) -> None:
    now = [NOW.timestamp()]
    codec = AvroCodec(MemoryRegistry())
    told: list[int] = []
    quarantine = Quarantine(codec, lambda: told.append(1), lambda: now[0])
    for each in (
        rejected(BPJS_MEMBERSHIPS),
        rejected(BPJS_MEMBERSHIPS, "A_REASON_OF_LATER", hours_ago=1),
        rejected("hub.commands"),
        rejected(BPJS_MEMBERSHIPS, hours_ago=48),
    ):
        quarantine.take(b"", codec.encode(HUB_QUARANTINE, each.to_record()))
    quarantine.take(b"", b"junk")
    assert len(told) == 2
    now[0] += hours * 3600
    found = quarantine.by_reason("BPJSTK")
    assert sum(found.values()) == left
    assert set(found) <= {"INVALID_DATE", "OTHER"}
    quarantine.reset()
    assert quarantine.by_reason("BPJSTK") == {}
