"""HTTP itself, on a real socket: slow, oversize, truncated, endless; a stop that ends what runs."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.gateway.limits import Limits
from connectors.gateway.serving import Server, make_server, serve
from schemas.errors import Refused
from schemas.names import DTSEN_PERSONS
from tests.connectors.gateway.world import World, gateway, person

LIMITS = Limits(body_bytes=10_000, body_s=0.3, header_s=0.3, connections=20)
_WAIT_S = 30.0


@dataclass
class Place:
    """A server and where it listens."""

    server: Server
    port: int


def play(folder: Path, scene: Callable[[World, Place], Awaitable[None]]) -> None:
    async def run() -> None:
        async with gateway(folder, LIMITS) as world:
            server = make_server(world.app, "127.0.0.1", 0, LIMITS)
            port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            running = asyncio.ensure_future(serve(server, port.set_result))
            await scene(world, Place(server, await port))
            server.should_exit = True
            await running

    asyncio.run(run())


class Line:
    """A connection that says exactly what the test wants said."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, place: Place) -> "Line":
        return cls(*await asyncio.open_connection("127.0.0.1", place.port))

    async def say(self, text: bytes) -> None:
        self._writer.write(text)
        await self._writer.drain()

    async def answer(self) -> tuple[int, dict[str, object]]:
        """Status and document; the other side has then hung up or goes on."""
        async with asyncio.timeout(_WAIT_S):
            head = await self._reader.readuntil(b"\r\n\r\n")
            status = int(head.split(b" ")[1])
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            return status, json.loads(await self._reader.readexactly(int(length.split(b":")[1])))

    async def hung_up(self) -> bool:
        async with asyncio.timeout(_WAIT_S):
            try:
                return await self._reader.read(1) == b""
            except ConnectionResetError:
                return True

    def close(self) -> None:
        self._writer.close()


def head(world: World, *lines: str) -> bytes:
    said = [
        "POST /events HTTP/1.1",
        "Host: gateway",
        f"Authorization: {world.bearer()['Authorization']}",
        "Content-Type: application/cloudevents+json",
        *lines,
    ]
    return "\r\n".join([*said, "", ""]).encode()


def test_a_whole_request(tmp_path: Path) -> None:
    async def scene(world: World, place: Place) -> None:
        line, body = await Line.open(place), json.dumps(person()).encode()
        for _ in range(2):  # the second on the same connection
            await line.say(head(world, f"Content-Length: {len(body)}") + body)
            assert (await line.answer())[0] == 202
        half = len(body) // 2
        await line.say(head(world, "Transfer-Encoding: chunked"))
        for part in (body[:half], body[half:]):
            await line.say(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        await line.say(b"0\r\n\r\n")
        assert (await line.answer())[0] == 202
        assert len(world.log.on(DTSEN_PERSONS)) == 1

    play(tmp_path, scene)


def test_a_body_that_is_too_long_is_refused_before_it_is_all_there(tmp_path: Path) -> None:
    async def scene(world: World, place: Place) -> None:
        told = await Line.open(place)
        await told.say(head(world, "Content-Length: 10000000"))
        assert (await told.answer())[0] == 413
        untold = await Line.open(place)
        await untold.say(head(world, "Transfer-Encoding: chunked"))
        for _ in range(11):
            await untold.say(b"3e8\r\n" + b" " * 1000 + b"\r\n")
        status, document = await untold.answer()
        assert (status, document["type"]) == (413, "urn:jangkau:problem:too-large")
        assert await untold.hung_up()

    play(tmp_path, scene)


def test_a_body_that_stops_half_way(tmp_path: Path) -> None:
    async def scene(world: World, place: Place) -> None:
        slow = await Line.open(place)
        await slow.say(head(world, "Content-Length: 500") + b'{"specversion"')
        status, document = await slow.answer()
        assert (status, document["type"]) == (408, "urn:jangkau:problem:too-slow")
        assert await slow.hung_up()
        gone = await Line.open(place)
        await gone.say(head(world, "Content-Length: 500") + b'{"specversion"')
        gone.close()
        short = await Line.open(place)
        await short.say(head(world, "Content-Length: 14") + b'{"specversion"')
        assert (await short.answer())[0] == 400
        assert world.log.records == []

    play(tmp_path, scene)


def test_a_header_that_never_ends(tmp_path: Path) -> None:
    async def scene(world: World, place: Place) -> None:
        silent, slow = await Line.open(place), await Line.open(place)
        await slow.say(b"POST /events HTTP/1.1\r\nHost: gate")
        for line in (silent, slow):
            assert (await line.answer())[0] == 408
            assert await line.hung_up()
        long = await Line.open(place)
        await long.say(b"GET /batches HTTP/1.1\r\n" + b"X-Filler: " + b"x" * 70_000 + b"\r\n\r\n")
        assert (await long.answer())[0] == 400
        many = await Line.open(place)
        await many.say(head(world, *(f"X-{n}: 1" for n in range(100)), "Content-Length: 0"))
        assert (await many.answer())[0] == 431
        url = await Line.open(place)
        await url.say(b"GET /coverage?region=" + b"7" * 3000 + b" HTTP/1.1\r\nHost: g\r\n\r\n")
        assert (await url.answer())[0] == 414

    play(tmp_path, scene)


@pytest.mark.parametrize("said", [b"\x16\x03\x01\x02\x00\x01", b"HELO\r\n\r\n"])
def test_what_is_no_http(tmp_path: Path, said: bytes) -> None:
    async def scene(world: World, place: Place) -> None:
        line = await Line.open(place)
        await line.say(said + b"\r\n\r\n")
        status, document = await line.answer()
        assert (status, document["status"]) == (400, 400)
        assert await line.hung_up()

    play(tmp_path, scene)


def test_more_connections_than_there_may_be(tmp_path: Path) -> None:
    async def scene(world: World, place: Place) -> None:
        lines = [await Line.open(place) for _ in range(25)]
        assert (await lines[-1].answer())[0] == 503
        for line in lines:
            line.close()
        async with asyncio.timeout(_WAIT_S):
            while True:  # until the others are noticed to be gone
                line = await Line.open(place)
                await line.say(b"GET /openapi.json HTTP/1.1\r\nHost: g\r\n\r\n")
                if (await line.answer())[0] == 200:
                    return

    play(tmp_path, scene)


def test_a_stop_ends_the_requests_in_flight(tmp_path: Path) -> None:
    async def scene(world: World, place: Place) -> None:
        world.log.holding = True
        line, body = await Line.open(place), json.dumps(person()).encode()
        await line.say(head(world, f"Content-Length: {len(body)}") + body)
        async with asyncio.timeout(_WAIT_S):
            while not world.log.records:
                await asyncio.sleep(0.005)
        place.server.should_exit = True
        answer = asyncio.ensure_future(line.answer())
        await asyncio.sleep(0.3)
        assert not answer.done()
        world.log.settle()
        assert (await answer)[0] == 202

    play(tmp_path, scene)


def test_a_sender_that_hangs_up_while_kafka_works_is_no_loss(tmp_path: Path) -> None:
    async def scene(world: World, place: Place) -> None:
        world.log.holding = True
        line, body = await Line.open(place), json.dumps(person()).encode()
        await line.say(head(world, f"Content-Length: {len(body)}") + body)
        async with asyncio.timeout(_WAIT_S):
            while not world.log.records:
                await asyncio.sleep(0.005)
        line.close()
        world.log.settle()
        again = await world.publish_one(person())
        assert (again.status_code, again.json()["accepted"]) == (202, 1)
        assert len(world.log.on(DTSEN_PERSONS)) == 1

    play(tmp_path, scene)


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    async def scene(world: World, place: Place) -> None:
        second = make_server(world.app, "127.0.0.1", place.port, LIMITS)
        with pytest.raises(Refused, match="cannot listen"):
            await serve(second, lambda port: None)

    play(tmp_path, scene)
