"""The gateway on real Kafka: from HTTP to a verdict and back, killed in mid-load, and without Kafka."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.cluster import Cluster
from deploy.compose.gateway import DELIVERY_S
from deploy.embedded import EmbeddedStack
from schemas.catalog import load_catalog
from schemas.directive import parse_directive
from schemas.names import AGENCY_MANIFESTS, DTSEN_PERSONS, HUB_LOOKUPS
from tests.broker.control_world import ControlWorld
from tests.broker.gateway_world import GatewayWorld, post
from tests.broker.kafka_world import KafkaWorld, fresh_topics
from tests.connectors.gateway.world import VERSION, membership, person
from tests.deploy.freezing import frozen
from tests.deploy.waiting import wait_until
from tests.oracle.examples import directive
from tests.streams.control.builders import NAME, advance, document

pytestmark = pytest.mark.broker

MANIFEST = {
    "specversion": "1.0",
    "id": "manifest-1",
    "source": "https://bps.example/dtsen",
    "type": "id.jangkau.agency.manifest.v1",
    "subject": "bps-1",
    "data": {"scope": "PART"},
}


def niks(count: int) -> list[str]:
    """Test persons: serial 0000."""
    return [f"7471{1 + n // 28 % 90:02d}{1 + n % 28:02d}0{1 + n // 2520 % 9}900000" for n in range(count)]


@pytest.fixture
def world(embedded: Cluster, tmp_path: Path) -> Iterator[GatewayWorld]:
    fresh_topics(embedded)
    made = GatewayWorld(embedded, tmp_path)
    yield made
    made.close()


def test_from_http_to_a_verdict_and_back(embedded: Cluster, tmp_path: Path) -> None:
    hub = KafkaWorld(embedded, tmp_path)
    world = GatewayWorld(embedded, tmp_path)
    try:
        hub.set_rules(date(2026, 3, 2), directive())
        hub.start(0)
        world.start()
        people = niks(5)
        _publish_and_read(hub, world, people)
        _look_up(world, people)
        _no_nik_anywhere(world, people)
        assert world.stop() == 0
        assert world.run_file() is None
    finally:
        world.close()
        hub.close()


def _publish_and_read(hub: KafkaWorld, world: GatewayWorld, people: list[str]) -> None:
    with world.client() as bps, world.client("BPJSTK") as bpjs:
        answer = post(bps, *(person(n, subject=nik) for n, nik in enumerate(people)))
        assert (answer.status_code, answer.json()["accepted"]) == (202, 5), answer.text
        assert bps.get(answer.headers["Location"]).json() == answer.json()
        assert post(bpjs, *(membership(n, subject=nik) for n, nik in enumerate(people))).status_code == 202
        assert post(bps, MANIFEST).status_code == 202
        assert post(bpjs, person()).status_code == 403
        foreign = post(bpjs, membership(99, data={"batch": "bps-1"}))
        assert foreign.json()["type"] == "urn:jangkau:problem:batch-of-another-agency"
    assert len(list(world.rows(AGENCY_MANIFESTS))) == 1
    tokens = {world.tokenizer.tokens([nik]).tobytes().hex() for nik in people}

    def all_there() -> None:
        assert set(hub.published()) == tokens

    hub.await_agreed(all_there)


def _look_up(world: GatewayWorld, people: list[str]) -> None:
    token = world.tokenizer.tokens(people[:1]).tobytes().hex()
    with world.client(None, sub="dinas-kendari", regions=["74.71"]) as kendari:
        found = kendari.post("/persons/lookup", json={"person": people[0], "purpose": "uji"}).json()
        assert (found["token"], found["explanation"]["region"]) == (token, "74.71")
        nik = kendari.post("/persons/resolve", json={"tokens": [token, "0" * 32], "purpose": "uji"}).json()
        assert nik == {"persons": [{"token": token, "nik": people[0]}], "refused": ["0" * 32]}
    with world.client(None, regions=["11"]) as aceh:
        assert aceh.post("/persons/lookup", json={"person": token, "purpose": "uji"}).status_code == 404
        refused = aceh.post("/persons/resolve", json={"tokens": [token], "purpose": "uji"}).json()
        assert refused == {"persons": [], "refused": [token]}
    asked = [row.key.decode() for row in world.rows(HUB_LOOKUPS) if row.key is not None]
    assert Counter(asked) == {token: 5, "0" * 32: 1}


def _no_nik_anywhere(world: GatewayWorld, people: list[str]) -> None:
    places = {"the log": world.log.read_bytes(), "the metrics": world.metrics().encode()}
    places |= {str(path): path.read_bytes() for path in (world.home / "gateway").rglob("*") if path.is_file()}
    for topic in set(load_catalog()) & world.admin.topics():
        places[topic] = b"".join((row.key or b"") + (row.value or b"") for row in world.rows(topic))
    assert b"jangkau_gateway_accepted_events_total" in places["the metrics"]
    assert b"POST /events 202" in places["the log"]
    assert len(places[DTSEN_PERSONS]) > 0
    for name, content in places.items():
        assert [nik for nik in people if nik.encode() in content] == [], name


def test_a_directive_and_a_receipt_by_the_control_worker(embedded: Cluster, tmp_path: Path) -> None:
    hub = ControlWorld(embedded, tmp_path)
    world = GatewayWorld(embedded, tmp_path)
    try:
        hub.start()
        hub.until(lambda: hub.view().policy)
        assert hub.ask("c0", advance("2026-01-05")).result == "ACCEPTED"
        world.start()
        _draft_to_approval(hub, world)
        with world.client() as bps:
            assert post(bps, person(1), person(2)).status_code == 202
            assert post(bps, MANIFEST).status_code == 202
            found = hub.until(lambda: _ok(bps.get("/batches/bps-1")))
            assert (found["receipt"]["sent"], found["receipt"]["complete"]) == (2, False)
            listed = bps.get("/batches?complete=false").json()["items"]
            assert [each["batch"] for each in listed] == ["bps-1"]
        with world.client("BPJSTK") as bpjs:
            assert bpjs.get("/batches/bps-1").status_code == 404
    finally:
        world.close()
        hub.close()


def _draft_to_approval(hub: ControlWorld, world: GatewayWorld) -> None:
    draft = {
        **MANIFEST,
        "type": "id.jangkau.kemnaker.directive.v1",
        "subject": NAME,
        "data": {
            "version": 1,
            "kind": "DRAFTED",
            "document": json.loads(parse_directive(document(1, "2026-01-10")).canonical_json()),
            "legal_basis": "Inpres 8/2025",
            "occurred_at": "2026-01-05T12:00:00Z",
        },
    }
    about = {"version": 1, "basis": "Kepmen 2"}
    with world.client("KEMNAKER", sub="Kemnaker") as author, world.client(None, sub="Menaker") as minister:
        assert post(author, draft).status_code == 202
        hub.until(lambda: _ok(minister.get(f"/directives/{NAME}")))
        previewed = _answered(hub, lambda: minister.post(f"/directives/{NAME}/preview", json=about))
        assert previewed.status_code == 200, previewed.text
        figures = previewed.json()["outcome"]["preview"]["figures"]
        bounds = {"entering": 12, "leaving": 0, "leaving_regency": 0, "leaving_regency_permille": 0}
        approval = {**about, "preview": figures["digest"][:12], "bounds": bounds}
        own = author.post(f"/directives/{NAME}/approve", json=approval)
        assert own.status_code == 422
        assert any("drafted" in reason for reason in own.json()["reasons"]), own.text
        assert minister.post(f"/directives/{NAME}/approve", json=approval).status_code == 200
        refused = minister.post("/commands", json={"kind": "PAUSE_ROLLOUT", "basis": "x", "payload": {}})
        assert refused.json()["type"] == "urn:jangkau:problem:refused"


def _ok(answer: httpx.Response) -> Any:
    return answer.json() if answer.status_code == 200 else None


def _answered(hub: ControlWorld, call: Callable[[], httpx.Response]) -> httpx.Response:
    """A call during which the engines answer what is asked of them."""
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(call)
        while not asked.done():
            hub.answer()
        return asked.result()


REQUESTS, EVENTS, SENDERS = 120, 20, 4


def test_killed_in_mid_load_and_everything_sent_again(world: GatewayWorld) -> None:
    world.start()
    people = niks(REQUESTS * EVENTS)
    requests = [
        [
            person(r * EVENTS + n, subject=people[r * EVENTS + n], data={"version": VERSION + r})
            for n in range(EVENTS)
        ]
        for r in range(REQUESTS)
    ]
    first: dict[int, Any] = {}
    killed = threading.Event()

    def send(part: list[int]) -> None:
        with world.client() as client:
            for number in part:
                try:
                    answer = post(client, *requests[number])
                except httpx.TransportError:
                    return
                assert answer.status_code == 202, answer.text
                first[number] = answer.json()
                if len(first) >= REQUESTS // 3 and not killed.is_set():
                    killed.set()
                    world.kill()

    senders = [
        threading.Thread(target=send, args=(list(range(s, REQUESTS, SENDERS)),)) for s in range(SENDERS)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert REQUESTS // 3 <= len(first) < REQUESTS
    world.start()
    with world.client() as client:
        again = {number: post(client, *events).json() for number, events in enumerate(requests)}
        for number, receipt in first.items():
            assert again[number] == receipt
        assert post(client, {**MANIFEST, "data": {"scope": "PART", "count": REQUESTS * EVENTS}}).is_success
        changed = post(client, {**requests[0][0], "data": {**requests[0][0]["data"], "decile": 9}})
        assert changed.status_code == 409
    receipts = [receipt["receipt"] for receipt in again.values()]
    assert len(set(receipts)) == REQUESTS
    assert {each["accepted"] + each["repeated"] for each in again.values()} == {EVENTS}
    on_topic = Counter(row.key for row in world.rows(DTSEN_PERSONS))
    wanted = {world.tokenizer.tokens([nik]).tobytes().hex().encode() for nik in people}
    assert set(on_topic) == wanted
    assert set(on_topic.values()) == {1}


def test_kafka_goes_away_and_comes_back(tmp_path: Path) -> None:
    with EmbeddedStack(tmp_path / "stack") as stack:
        cluster = Cluster(stack.bootstrap_servers, stack.registry_url)
        fresh_topics(cluster)
        world = GatewayWorld(cluster, tmp_path / "home")
        broker = stack.processes[0].pid
        assert broker is not None
        try:
            world.start()
            with world.client() as client:
                assert post(client, person(1)).status_code == 202
                with frozen(broker):
                    asked = time.monotonic()
                    away = post(client, person(2))
                    assert time.monotonic() - asked < DELIVERY_S, "before its record is given up"
                    assert away.status_code == 503, away.text
                    assert int(away.headers["Retry-After"]) > 0
                    wait_until(lambda: not world.ready(), "it says that Kafka is away")
                wait_until(lambda: post(client, person(2)).status_code == 202, "it takes events again")
                wait_until(world.ready, "it is ready again")
                known = post(client, person(2)).json()
            assert (known["accepted"], known["repeated"]) == (1, 0)
            assert datetime.fromisoformat(known["accepted_at"]) <= datetime.now(UTC)
        finally:
            world.close()
