"""Server-sent events: what changed, until the token ends, the gateway stops, or nobody listens."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.console.changes import REGIONS_AT_MOST, Changes, pump
from connectors.console.routes_live import LiveRules
from connectors.gateway.gatekeeper import Gatekeeper
from connectors.gateway.limits import Limits
from deploy.signing import sign_token
from schemas.names import COVERAGE_REGIONS, HUB_HOLDS
from tests.connectors.console.test_agencies import hold, person
from tests.connectors.gateway.world import World, play
from tests.fakes.totals import directive_totals, region_totals

LONG = LiveRules(quiet_s=0.05, longest_s=600)
_WAIT_S = 30.0


@dataclass
class Stream:
    """One who listens, on ASGI itself: a client would wait for the end."""

    world: World
    token: str
    sent: list[Any] = field(default_factory=list)
    task: "asyncio.Task[None] | None" = None
    _gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def begin(self) -> "Stream":
        headers = [(b"authorization", f"Bearer {self.token}".encode())]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "method": "GET",
            "path": "/live",
            "raw_path": b"/live",
            "query_string": b"",
            "headers": headers,
            "root_path": "",
            "scheme": "http",
            "server": ("gateway", 80),
        }
        self.task = asyncio.create_task(self.world.app(scope, self._receive(), self._send))
        await self.until(lambda: len(self.sent) > 0)
        return self

    def _receive(self) -> Any:
        asked = [False]

        async def receive() -> Any:
            if not asked[0]:
                asked[0] = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await self._gone.wait()
            return {"type": "http.disconnect"}

        return receive

    async def _send(self, message: Any) -> None:
        self.sent.append(message)

    def hang_up(self) -> None:
        self._gone.set()

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def text(self) -> str:
        return b"".join(each.get("body", b"") for each in self.sent[1:]).decode()

    @property
    def events(self) -> list[tuple[str, dict[str, Any]]]:
        blocks = [each.split("\n") for each in self.text.split("\n\n") if each.startswith("event: ")]
        return [
            (first.removeprefix("event: "), json.loads(second.removeprefix("data: ")))
            for first, second in blocks
        ]

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events]

    async def until(self, true: Any) -> None:
        async with asyncio.timeout(_WAIT_S):
            while not true():
                await asyncio.sleep(0.005)

    async def ended(self) -> None:
        assert self.task is not None
        async with asyncio.timeout(_WAIT_S):
            await self.task


def test_what_changed_and_nothing_twice(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        stream = await Stream(world, world.token(None)).begin()
        await stream.until(lambda: stream.kinds() == ["hello"])
        assert stream.status == 200
        headers = dict(stream.sent[0]["headers"])
        assert headers[b"content-type"].startswith(b"text/event-stream")
        assert headers[b"cache-control"] == b"no-store"
        for region in ("74", "74.71", "74"):
            world.receive(COVERAGE_REGIONS, region, region_totals("REGENCY", directive_totals(5, 1)))
        world.receive(HUB_HOLDS, person(1), hold())
        assert stream.kinds() == ["hello"], "nothing is told before its time"
        world.state.changes.pass_on()
        world.state.changes.pass_on()
        await stream.until(lambda: len(stream.events) == 3)
        assert stream.kinds() == ["hello", "totals", "holds"]
        told = stream.events[1][1]
        assert told["regions"] == ["74", "74.71"]
        assert datetime.fromisoformat(told["as_of"]).tzinfo is not None
        assert "regions" not in stream.events[2][1]
        assert person(1) not in stream.text
        await stream.until(lambda: ": quiet" in stream.text)
        world.state.changes.close()
        await stream.ended()
        assert stream.kinds() == ["hello", "totals", "holds"]
        late = await Stream(world, world.token(None)).begin()
        await late.ended()
        assert late.kinds() == ["hello"]

    play(tmp_path, scene, live=LONG)


def test_it_ends_with_the_token(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        keys = world.folder / "keys"
        said = {"iss": "jangkau", "aud": "jangkau-gateway", "sub": "petugas", "role": "viewer"}
        times = datetime.now(UTC), timedelta(seconds=1.2)
        short = sign_token(keys / "gateway.pem", keys / "gateway.jwks.json", said, *times)
        stream = await Stream(world, short).begin()
        await stream.ended()
        assert stream.status == 200
        assert world.state.changes.listeners == 0

    play(tmp_path, scene, live=LONG)


def test_who_hangs_up_is_forgotten(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        stream = await Stream(world, world.token(None)).begin()
        await stream.until(lambda: world.state.changes.listeners == 1)
        stream.hang_up()
        await stream.ended()
        assert world.state.changes.listeners == 0

    play(tmp_path, scene, live=LONG)


def test_streams_have_a_room_of_their_own(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        two = [await Stream(world, world.token(None)).begin() for _ in range(2)]
        third = await Stream(world, world.token(None)).begin()
        await third.ended()
        assert third.status == 503
        # Only one may ask at a time, and it is not they who take the place.
        answer = await world.client.get("/hub", headers=world.bearer())
        assert answer.status_code == 200
        for each in two:
            each.hang_up()
            await each.ended()
        fourth = await Stream(world, world.token(None)).begin()
        assert fourth.status == 200
        world.state.changes.close()
        await fourth.ended()

    play(tmp_path, scene, live=LONG, limits=Limits(streams=2, asking=1))


@pytest.mark.parametrize("claims", [{"scope": "directives:read"}, {"scope": "", "role": None}])
def test_who_may_not_listen(tmp_path: Path, claims: dict[str, Any]) -> None:
    async def scene(world: World) -> None:
        stream = await Stream(world, world.token(None, **claims)).begin()
        await stream.ended()
        assert stream.status == 403
        nobody = await Stream(world, "none").begin()
        await nobody.ended()
        assert nobody.status == 401

    play(tmp_path, scene, live=LONG)


def test_a_slow_listener_gets_it_all_at_once_and_bounded() -> None:
    async def scene() -> None:
        changes = Changes()
        with changes.listening() as listener:
            for number in range(0, 3 * REGIONS_AT_MOST, 100):
                changes.tell("totals", (f"{each:04d}" for each in range(number, number + 100)))
                changes.tell("hub")
                changes.pass_on()
            found = await listener.next(30)
            assert found is not None
            assert set(found) == {"totals", "hub"}
            assert len(found["totals"]) == REGIONS_AT_MOST
            assert await listener.next(0.01) == {}

    asyncio.run(scene())


def test_the_pump_looks_before_it_tells() -> None:
    async def scene() -> None:
        changes, looked = Changes(), [0]

        async def look() -> None:
            looked[0] += 1
            changes.tell("hub")

        with changes.listening() as listener:
            pumping = asyncio.create_task(pump(changes, look, 0.01))
            assert await listener.next(30) == {"hub": frozenset()}
            assert await listener.next(30) == {"hub": frozenset()}
            assert looked[0] >= 2
            pumping.cancel()

    asyncio.run(scene())


class Counting:
    """A meter that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, float]] = []

    def begun(self) -> None:
        """In flight."""

    def ended(self, route: str, status: int, seconds: float) -> None:
        self.told.append((status, seconds))

    def refused(self, problem: str) -> None:
        """Not let in."""


def test_how_long_one_listens_is_no_duration(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        now, meter = [0.0], Counting()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            now[0] += 1
            await send({"type": "http.response.start", "status": 200, "headers": []})
            now[0] += 1000
            await send({"type": "http.response.body", "body": b""})

        gate = Gatekeeper(app, world.tokens, Limits(), meter, clock=lambda: now[0])
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(gate), base_url="http://gateway"
        ) as client:
            for path in ("/live", "/hub"):
                assert (await client.get(path, headers=world.bearer())).status_code == 200
        assert meter.told == [(200, 1.0), (200, 1001.0)]

    play(tmp_path, scene)
