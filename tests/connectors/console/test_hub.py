"""How the hub is, as it was seen; and what Prometheus says, if it is asked and answers."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.console.bodies import Alerts
from connectors.console.hub import Behind, Disk, HubView, Said
from connectors.console.prometheus import PrometheusAlerts, checked
from monitoring.health import ProcessView
from schemas.errors import InvalidInput
from schemas.names import DTSEN_PERSONS
from tests.connectors.console.test_totals import ask
from tests.connectors.gateway.world import NOW, World, play

ALERT = {
    "labels": {"alertname": "JangkauProcessDown", "severity": "page", "audience": "hub"},
    "annotations": {"summary_id": "engine-0 berhenti", "summary_en": "engine-0 has ended"},
    "state": "pending",
    "activeAt": "2026-03-02T11:59:00.5Z",
    "value": "1",
}


def test_nobody_looks(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        found = (await ask(world, "/hub")).json()
        assert (found["as_of"], found["level"], found["disk"]) == (None, "unknown", None)
        assert (found["processes"], found["lag"], found["findings"]) == ([], [], [])
        assert found["alerts"] == {"source": None, "error": None, "items": []}

    play(tmp_path, scene)


def test_what_was_seen(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        world.watch.seen = HubView(
            at=NOW.timestamp(),
            level="degraded",
            findings=(Said("degraded", "engine-0 berhenti", "engine-0 has ended", "JangkauProcessDown"),),
            processes=(ProcessView("engine-0", 12, True, False, ("restoring",), 3.5, 2, False),),
            lag=(Behind("BPS", DTSEN_PERSONS, 3, 10, 4, None, 12.5),),
            last_commit_age_s=0.5,
            disk=Disk(10, 100),
        )
        found = (await ask(world, "/hub")).json()
        assert (found["as_of"], found["level"]) == ("2026-03-02T12:00:00Z", "degraded")
        said = {"id": "engine-0 berhenti", "en": "engine-0 has ended", "runbook": "JangkauProcessDown"}
        assert found["findings"] == [{"level": "degraded", **said}]
        assert found["processes"] == [
            {
                "name": "engine-0",
                "pid": 12,
                "alive": True,
                "ready": False,
                "reasons": ["restoring"],
                "notes": [],
                "uptime_s": 3.5,
                "restarts": 2,
                "refused": False,
            }
        ]
        lag = {"agency": "BPS", "topic": DTSEN_PERSONS, "partition": 3, "records": 10, "readable": 4}
        assert found["lag"] == [{**lag, "seconds": None, "open_transaction_s": 12.5}]
        assert found["disk"] == {"free_bytes": 10, "size_bytes": 100}

    play(tmp_path, scene)


def asked(answer: Any, times: int = 1) -> tuple[Alerts, int]:
    """What a Prometheus that answers so says, and how often it was asked."""
    asks = [0]

    def reply(request: httpx.Request) -> httpx.Response:
        asks[0] += 1
        assert request.url == "http://127.0.0.1:9090/api/v1/alerts"
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, httpx.Response)
        return answer

    async def run() -> Alerts:
        alerts = PrometheusAlerts("http://127.0.0.1:9090/", httpx.MockTransport(reply), lambda: 0.0)
        found = [await alerts.get() for _ in range(times)]
        await alerts.close()
        return found[-1]

    return asyncio.run(run()), asks[0]


def test_alerts_of_prometheus() -> None:
    firing = {**ALERT, "state": "firing", "annotations": {"runbook": "JangkauProcessDown"}}
    plain = {"labels": {"alertname": "Another"}, "state": "firing", "activeAt": ""}
    data = {"status": "success", "data": {"alerts": [ALERT, plain, firing]}}
    found, asks = asked(httpx.Response(200, json=data), times=3)
    assert asks == 1, "one answer serves all who ask within two seconds"
    assert (found.source, found.error) == ("prometheus", None)
    assert [(each.name, each.state) for each in found.items] == [
        ("JangkauProcessDown", "firing"),
        ("Another", "firing"),
        ("JangkauProcessDown", "pending"),
    ]
    assert (found.items[0].runbook, found.items[1].since) == ("JangkauProcessDown", None)
    last = found.items[2]
    assert (last.summary_id, last.summary_en) == ("engine-0 berhenti", "engine-0 has ended")
    assert last.since is not None
    assert last.since.isoformat() == "2026-03-02T11:59:00.500000+00:00"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.ConnectError("refused"), "cannot be reached"),
        (httpx.ReadTimeout("slow"), "did not answer within 2 s"),
        (httpx.Response(503, text="starting"), "answered 503"),
        (httpx.Response(302, headers={"Location": "http://elsewhere"}), "answered 302"),
        (httpx.Response(200, text="<html>"), "no Prometheus"),
        (httpx.Response(200, json=[]), "no Prometheus"),
        (httpx.Response(200, json={"data": {"alerts": [{}]}}), "no Prometheus"),
        (httpx.Response(200, json={"data": {"alerts": [{**ALERT, "activeAt": "x"}]}}), "no Prometheus"),
    ],
)
def test_a_prometheus_that_does_not_answer(answer: Any, said: str) -> None:
    found, _ = asked(answer)
    assert found.source == "prometheus"
    assert found.error is not None
    assert said in found.error
    assert found.items == []


@pytest.mark.parametrize(
    "url",
    ["http://prometheus.example", "ftp://127.0.0.1", "127.0.0.1:9090", "https://", "http://a:b@127.0.0.1"],
)
def test_an_address_that_is_not_asked(url: str) -> None:
    with pytest.raises(InvalidInput, match="PROMETHEUS_URL"):
        checked(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9090", "http://localhost:1/p", "https://prometheus.example/"]
)
def test_an_address_that_is(url: str) -> None:
    assert checked(url) == url.rstrip("/")
