"""Events a second through the HTTP gateway: a real process on a broker of its own, senders beside it."""

import argparse
import asyncio
import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from connectors.gateway.cloudevents import BATCHED
from connectors.gateway.scopes import PERSON_RANKED
from deploy.cluster import Cluster
from deploy.embedded import EmbeddedStack
from tests.broker.gateway_world import GatewayWorld
from tests.broker.kafka_world import fresh_topics

_SETTINGS = {"JANGKAU_GATEWAY__REQUESTS_PER_S": "1000000", "JANGKAU_GATEWAY__BURST": "1000000"}
_WARM_REQUESTS = 20
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """``wall_s`` by the clock and ``cpu_s`` of the gateway's process alone, for ``events`` acknowledged."""

    events: int
    wall_s: float
    cpu_s: float
    p50_s: float
    p99_s: float


def bodies(requests: int, events: int, first: int) -> list[bytes]:
    """Requests about persons with serial 0000, each event with an id of its own."""
    return [
        json.dumps([_event(first + number * events + each) for each in range(events)]).encode()
        for number in range(requests)
    ]


def _event(number: int) -> dict[str, Any]:
    day, month, year = 1 + number % 28, 1 + number // 28 % 12, number // 336 % 100
    return {
        "specversion": "1.0",
        "id": f"bench-{number}",
        "source": "https://bps.example/bench",
        "type": PERSON_RANKED,
        "subject": f"7471{1 + number // 33_600 % 60:02d}{day:02d}{month:02d}{year:02d}0000",
        "data": {
            "version": (20_261 << 32) + number,
            "batch": "bench-1",
            "decile": 1 + number % 10,
            "extreme_poor": False,
            "birth_date": f"{1960 + number % 40}-{month:02d}-{day:02d}",
            "sex": "FEMALE",
            "region": f"74.71.{1 + number % 11:02d}",
            "work_status": 1,
            "industry": None,
            "presence": "PRESENT",
            "replaced_by": None,
            "observed_at": "2026-03-02T19:00:00+07:00",
        },
    }


async def load(world: GatewayWorld, sent: list[bytes], senders: int) -> list[float]:
    """Send all of it, ``senders`` at a time; gives how long each request took."""
    took: list[float] = []
    headers = {"Authorization": f"Bearer {world.token()}", "Content-Type": BATCHED}
    waiting = iter(sent)

    async def one(client: httpx.AsyncClient) -> None:
        for body in waiting:
            began = time.perf_counter()
            answer = await client.post("/events", content=body)
            took.append(time.perf_counter() - began)
            assert answer.status_code == 202, answer.text

    async with httpx.AsyncClient(base_url=world.url, headers=headers, timeout=60, trust_env=False) as client:
        await asyncio.gather(*(one(client) for _ in range(senders)))
    return took


def cpu_s(pid: int) -> float:
    """CPU a process has used so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS


def measure(world: GatewayWorld, requests: int, events: int, senders: int) -> Measured:
    """The figures of one load."""
    assert world.process is not None
    assert world.process.pid is not None
    asyncio.run(load(world, bodies(_WARM_REQUESTS, events, 0), senders))
    sent = bodies(requests, events, _WARM_REQUESTS * events)
    before, began = cpu_s(world.process.pid), time.perf_counter()
    took = sorted(asyncio.run(load(world, sent, senders)))
    wall = time.perf_counter() - began
    used = cpu_s(world.process.pid) - before
    return Measured(requests * events, wall, used, took[len(took) // 2], took[len(took) * 99 // 100])


def main() -> None:
    """`python -m bench.gateway`: start a broker and a gateway, load it, print the figures."""
    parser = argparse.ArgumentParser(prog="bench.gateway", description=__doc__)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--events", type=int, default=100, help="events a request")
    parser.add_argument("--senders", type=int, default=8, help="requests at the same time")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="jangkau-bench-") as folder,
        EmbeddedStack(Path(folder) / "stack") as stack,
    ):
        cluster = Cluster(stack.bootstrap_servers, stack.registry_url)
        fresh_topics(cluster)
        world = GatewayWorld(cluster, Path(folder) / "home", _SETTINGS)
        try:
            world.start()
            found = measure(world, chosen.requests, chosen.events, chosen.senders)
            assert world.stop() == 0
            ledger = sum(path.stat().st_size for path in (world.home / "gateway").glob("ledger-*"))
        finally:
            world.close()
    print(f"{found.events / found.wall_s:,.0f} events a second by the clock (the sender shares the machine)")
    print(f"{found.events / found.cpu_s:,.0f} events a second of the gateway's CPU")
    print(f"a request of {chosen.events}: p50 {found.p50_s * 1e3:.1f} ms, p99 {found.p99_s * 1e3:.1f} ms")
    print(f"ledger: {ledger / found.events:.0f} bytes an event")


if __name__ == "__main__":
    main()
