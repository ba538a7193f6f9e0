"""Kafka away for more than a minute under a whole hub: longer than any of its clients is patient."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cluster import Cluster
from deploy.embedded import EmbeddedStack
from deploy.process import Child
from deploy.query.ready import not_ready
from tests.broker.gateway_world import GatewayWorld, post
from tests.broker.supervised import SupervisedHub, traffic
from tests.chaos.check import ends_of_our_own
from tests.chaos.traffic import Worker
from tests.connectors.gateway.world import person
from tests.deploy.waiting import wait_until

pytestmark = pytest.mark.broker

AWAY_S = 70.0
"""Clients ask for a transaction's fate for a minute, and give a coordinator 45 s."""

STOP_S = 30.0
AWAY = re.compile(r"Kafka does not (answer|acknowledge)|starting")
PROCESSES = ("control", "gateway", "engine-0", "engine-1", "sink")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[EmbeddedStack]:
    """A broker of its own, since it is stopped. To the hub it is one outside, which it has to wait for."""
    with EmbeddedStack(tmp_path / "stack") as stack:
        yield stack


@pytest.fixture
def hub(stack: EmbeddedStack, tmp_path: Path) -> Iterator[SupervisedHub]:
    outside = {
        "JANGKAU_KAFKA__BOOTSTRAP_SERVERS": stack.bootstrap_servers,
        "JANGKAU_REGISTRY__URL": stack.registry_url,
    }
    hub = SupervisedHub(tmp_path / "hub", outside)
    try:
        yield hub
    finally:
        hub.jangkau("down")


class Sender(Worker):
    """Posts an event a second to the gateway, and notes what it is answered."""

    def __init__(self, gateway: GatewayWorld) -> None:
        super().__init__("sender")
        self._gateway, self._next = gateway, 0
        self.answers: list[int] = []

    def turn(self) -> None:
        with self._gateway.client() as client:
            answer = post(client, person(self._next))
        assert answer.status_code in (202, 503), answer.text
        assert answer.status_code == 202 or int(answer.headers["Retry-After"]) > 0
        self._next += answer.status_code == 202
        self.answers.append(answer.status_code)
        self.stopping.wait(1.0)


def test_a_minute_without_kafka_is_waited_out_and_nothing_is_lost(
    hub: SupervisedHub, stack: EmbeddedStack, tmp_path: Path
) -> None:
    broker = next(child for child in stack.processes if child.name == "kafka")
    cluster = Cluster(stack.bootstrap_servers, stack.registry_url)
    sender = Sender(GatewayWorld(cluster, hub.data_dir))
    hub.up()
    with traffic(cluster, tmp_path / "ministry", seed=20260402) as wanted:
        wanted.begin()
        sender.start()
        wait_until(lambda: wanted.batches() >= 6, "facts flow")
        _away(hub, broker)
        before = wanted.batches(), len(sender.answers)
        hub.await_ready()
        wait_until(lambda: wanted.batches() >= before[0] + 6, "facts flow again")
        sender.finish()
        wanted.end()
        wanted.laws_hold(tmp_path / "checker")
    assert 503 in sender.answers[: before[1]]
    assert sender.answers[-1] == 202
    found = hub.status()
    assert found["status"] == "HEALTHY", found["findings"]
    _ended_as_documented(hub)


def _away(hub: SupervisedHub, broker: Child) -> None:
    """The broker ends, and comes back on its data; meanwhile everybody says that Kafka does not answer."""
    broker.stop(STOP_S)
    end = time.monotonic() + AWAY_S
    said: set[str] = set()
    while not said >= set(PROCESSES):
        said |= _waiting(hub)
        assert time.monotonic() < end, said
        time.sleep(0.5)
    found = hub.status()
    assert found["status"] == "DOWN", found
    assert "does not answer, the hub waits" in found["findings"][0]["en"]
    time.sleep(max(0.0, end - time.monotonic()))
    assert _waiting(hub) >= set(PROCESSES) - {"gateway"}
    broker.start()


def _waiting(hub: SupervisedHub) -> set[str]:
    """Who says now that it waits for Kafka, or is to be started again by the supervisor."""
    return {
        view.name for view in not_ready(hub.data_dir) if not view.alive or any(map(AWAY.search, view.reasons))
    }


def _ended_as_documented(hub: SupervisedHub) -> None:
    """Whoever ended did so to be started again, said why, and by no fault of ours."""
    for process in PROCESSES:
        assert re.search("Kafka does not answer|the hub cannot be seen", hub.log(process)), process
    ends = re.findall(r"(\S+) (ended with code \d+|was killed by signal \d+|refuses)", hub.log("hub"))
    assert {how for _, how in ends} <= {"ended with code 1"}, ends
    assert list(ends_of_our_own((hub.data_dir / "logs").glob("*.log"))) == []
