"""What pages ask, on real Kafka: a hub with a story, followed live; the trend outlives kill -9."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.cluster import Cluster
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from tests.broker.gateway_world import GatewayWorld
from tests.broker.kafka_world import fresh_topics
from tests.console.hub import ConsoleHub, running
from tests.console.people import FIRST_DAY, KENDARI
from tests.console.story import COMPLETE, INPRES, LAST_DAY, Story, gaps, tell
from tests.deploy.waiting import wait_until

pytestmark = pytest.mark.broker


class Listening:
    """What /live has told, by kind."""

    def __init__(self, url: str, token: str) -> None:
        self.heard: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.ended = self.broken = False
        self._url, self._token = url, token
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        client = httpx.Client(base_url=self._url, headers=headers, timeout=60, trust_env=False)
        try:
            with client, client.stream("GET", "/live") as answer:
                kind = ""
                for line in answer.iter_lines():
                    if line.startswith("event: "):
                        kind = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        self.heard[kind].append(json.loads(line.removeprefix("data: ")))
        except httpx.HTTPError:
            self.broken = True
        self.ended = True


@contextmanager
def asking(hub: ConsoleHub, role: str = "programme", **claims: Any) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {hub.token(role, claims=claims)}"}
    with httpx.Client(base_url=hub.url, headers=headers, timeout=60, trust_env=False) as client:
        yield client


def test_pages_of_a_real_hub(embedded: Cluster, tmp_path: Path) -> None:
    with running(embedded, tmp_path) as hub:
        live = Listening(hub.url, hub.token("viewer"))
        wait_until(lambda: bool(live.heard["hello"]), "the first event comes at once")
        with asking(hub) as client:
            before = client.get("/totals/ID").json()
            assert (len(before["children"]), before["region"]["directives"]) == (38, [])
        story = tell(hub)
        wait_until(
            lambda: any(KENDARI in each["regions"] for each in live.heard["totals"]), "totals are told"
        )
        wait_until(
            lambda: all(live.heard[kind] for kind in ("agencies", "directives", "holds")), "all is told"
        )
        with asking(hub) as client:
            _what_pages_show(client, story)
        _what_others_may_not(hub)
        trend = _trend(hub)
        days = [FIRST_DAY + timedelta(days=number) for number in range(3)]
        assert [point["date"] for point in trend["points"]] == [day.isoformat() for day in days]
        hub.kill("gateway")
        wait_until(lambda: live.ended, "a stream ends with its gateway")
        hub.start_again("gateway")
        assert _trend(hub)["points"] == trend["points"]


def test_a_stop_ends_streams_and_waits_for_none(embedded: Cluster, tmp_path: Path) -> None:
    fresh_topics(embedded)
    world = GatewayWorld(embedded, tmp_path)
    try:
        world.start()
        live = Listening(world.url, world.token(None))
        wait_until(lambda: bool(live.heard["hello"]), "somebody listens")
        assert world.stop() == 0
        wait_until(lambda: live.ended, "the stream ends")
        assert not live.broken, "it ended as an answer does, not by a connection that was cut"
    finally:
        world.close()


def _trend(hub: ConsoleHub) -> Any:
    found: list[Any] = []

    def there() -> bool:
        with asking(hub) as client:
            answer = client.get(f"/totals/{KENDARI}/trend", params={"directive": INPRES})
        found.append(answer.json())
        return answer.status_code == 200 and LAST_DAY.isoformat() in [
            each["date"] for each in found[-1]["points"]
        ]

    wait_until(there, "the trend has the last day")
    return found[-1]


def _what_pages_show(client: httpx.Client, story: Story) -> None:
    kendari = client.get(f"/totals/{KENDARI}").json()
    line = kendari["region"]["directives"][0]
    assert (line["gap"], kendari["complete"]) == (len(gaps(story)), True)
    assert sum(line["reasons"].values()) == line["gap"]
    assert [each["code"] for each in kendari["parents"]] == ["ID", "74"]
    nation = client.get("/totals/ID").json()
    assert (
        sum(each["directives"][0]["gap"] for each in nation["children"] if each["directives"])
        == (nation["region"]["directives"][0]["gap"])
    )
    assert nation["directives"][0]["title"] == "Perlindungan pekerja rentan"
    by_agency = {each["agency"]: each for each in client.get("/agencies").json()["agencies"]}
    assert by_agency["BPS"]["quarantined"]["total"] > 0
    assert by_agency["BPJSTK"]["open_batches"] > 0
    assert by_agency["BPS"]["newest_complete_batch"] is not None
    batch = client.get(f"/batches/{COMPLETE}", params={"agency": "BPS"}).json()
    assert batch["receipt"]["complete"]
    assert by_agency["BPS"]["newest_fact_at"] is not None
    seen = client.get("/hub").json()
    assert seen["level"] in ("healthy", "degraded")
    assert {each["name"] for each in seen["processes"]} >= {"engine-0", "control", "gateway"}
    assert {each["topic"] for each in seen["lag"]} >= {DTSEN_PERSONS, BPJS_MEMBERSHIPS}
    held = client.get("/holds").json()
    assert (held["complete"], sum(each["persons"] for each in held["groups"]) > 0) == (True, True)
    assert held["guard"]["business_date"] == LAST_DAY.isoformat()
    someone = gaps(story)[0]
    asked = {"person": someone.nik, "purpose": "uji konsol"}
    answer = client.post("/persons/lookup", json=asked)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["name"] == "Kota Kendari"
    assert any(INPRES in each["id"] and INPRES in each["en"] for each in told["sentences"])
    assert someone.nik not in json.dumps(told)


def _what_others_may_not(hub: ConsoleHub) -> None:
    with asking(hub, "agency", agency="BPS", regions=[]) as client:
        assert [each["agency"] for each in client.get("/agencies").json()["agencies"]] == ["BPS"]
        assert client.get("/batches", params={"agency": "BPJSTK"}).status_code == 403
        assert client.get("/totals/ID").status_code == 200
    with asking(hub, "viewer") as client:
        assert client.get("/agencies").status_code == 403
        assert client.post("/persons/lookup", json={"person": "0" * 32, "purpose": "uji"}).status_code == 403
