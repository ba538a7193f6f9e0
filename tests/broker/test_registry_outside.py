"""A schema registry that answers nonsense: engine and control wait, say so, and give up no good record."""

import json
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import httpx
import pytest

from deploy.cluster import Cluster
from deploy.query.processes import Report, ask
from monitoring import runfile
from schemas.avsc import schema
from schemas.catalog import load_catalog
from schemas.names import DTSEN_PERSONS, HUB_QUARANTINE
from schemas.registry import SchemaRegistry
from tests.broker.hub_world import Hub, running_hub
from tests.broker.test_engine_laws import check
from tests.deploy.waiting import wait_until
from tests.fakes.registry_front import Nonsense, RegistryFront, registry_front
from tests.oracle.examples import RELEASE, person

pytestmark = pytest.mark.broker

PAGE = b"<html><body>Welcome</body></html>"
NO_REGISTRY = "what answers is no schema registry"
_LOOKS = 100
NONSENSE = (
    (Nonsense(200, PAGE), NO_REGISTRY),
    (Nonsense(404, PAGE), NO_REGISTRY),
    (Nonsense(200, b'{"schema": "{\\"ty'), NO_REGISTRY),
    (Nonsense(200, b'{"schema": "', lacks=500), "the schema registry does not answer"),
    (Nonsense(500, PAGE), "the schema registry answers 500"),
)


@pytest.fixture
def front(embedded: Cluster) -> Iterator[RegistryFront]:
    with registry_front(embedded.registry_url) as server:
        yield server


def of_a_newer_schema(hub: Hub, token: str) -> tuple[str, bytes]:
    """A record with one optional field more, under a schema that no process has seen."""
    name = load_catalog()[DTSEN_PERSONS].schema_name
    assert name is not None
    newer = dict(schema(name))
    newer["fields"] = [*newer["fields"], {"name": "added", "type": ["null", "string"], "default": None}]
    # Under a subject of its own: other tests compare the topic's with ours.
    number = SchemaRegistry(hub.data.cluster.registry_url).register("of-a-test-value", json.dumps(newer))
    body = hub.data.codec.encode(DTSEN_PERSONS, person(version=20261 * RELEASE + 2, decile=9))[5:]
    return token, b"\0" + number.to_bytes(4) + body + b"\0"  # the first branch of the union: null


def answered_with(front: RegistryFront, answer: Nonsense) -> None:
    """From now on, and somebody has heard it again and again."""
    front.instead, told = answer, front.nonsense_told
    wait_until(lambda: front.nonsense_told > told + 1, "somebody asks again")


def said(home: Path) -> Report | None:
    """What the one process of a data folder says of itself."""
    runs = runfile.read_all(runfile.run_dir(home))
    return ask(runs[0].port) if runs else None


def says(home: Path, why: str) -> bool:
    report = said(home)
    return report is not None and any(why in reason for reason in report.reasons)


def goes_on_waiting(home: Path) -> bool:
    """Whether the engine says so whenever it is asked, over some of its pauses."""
    (run,) = runfile.read_all(runfile.run_dir(home))
    for _ in range(_LOOKS):
        shown = httpx.get(f"http://127.0.0.1:{run.port}/metrics", trust_env=False).text
        report = ask(run.port)
        if "\njangkau_engine_waiting 1.0\n" not in shown or report is None or report.ready:
            return False
        time.sleep(0.02)
    return True


def ready(home: Path) -> bool:
    report = said(home)
    return report is not None and report.ready


def test_nonsense_is_waited_out(embedded: Cluster, front: RegistryFront, tmp_path: Path) -> None:
    tokens = [Random(number).randbytes(16).hex() for number in range(40)]
    with running_hub(Cluster(embedded.bootstrap_servers, front.url), tmp_path) as hub:
        world = hub.data
        world.publish(DTSEN_PERSONS, [(token, person(version=20261 * RELEASE + 1)) for token in tokens])
        world.await_drained()
        wait_until(lambda: ready(hub.control.home), "control is open")
        newer = of_a_newer_schema(hub, tokens[0])
        front.instead, _ = NONSENSE[0]
        world.publish(DTSEN_PERSONS, [newer])
        for answer, words in NONSENSE:
            answered_with(front, answer)
            wait_until(partial(says, world.home, words), f"it says: {words}")
            assert goes_on_waiting(world.home)
        front.instead = None
        world.await_drained()
        world.await_agreed(lambda: check(world))
        assert hub.last()[tokens[0]].status == "NOT_ELIGIBLE", "the record that waited counts"
        assert not list(world.read(HUB_QUARANTINE))
        assert world.engines[0].running()
        assert hub.control.stop() == 0, "control went on as well"

        front.instead = Nonsense(200, PAGE)
        hub.control.start()
        wait_until(lambda: says(hub.control.home, NO_REGISTRY), "control says it at its start")
        front.instead = None
        wait_until(lambda: ready(hub.control.home), "control goes on by itself")
        assert not list(world.read(HUB_QUARANTINE))
