"""A subscriber in Java, of Kafka's and Avro's own libraries, reads what the hub has published."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from deploy.cluster import Cluster
from schemas.events import CoverageState
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from tests.broker.java_clients import fetch_libraries, run_java
from tests.broker.kafka_world import KafkaWorld
from tests.oracle.examples import ANA, BUDI, directive, enrolment, membership, person

pytestmark = pytest.mark.broker


@pytest.fixture
def world(embedded: Cluster, tmp_path: Path) -> Iterator[KafkaWorld]:
    world = KafkaWorld(embedded, tmp_path)
    yield world
    world.close()


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fetch_libraries(tmp_path_factory.mktemp("java"))


def test_java_reads_what_python_wrote(world: KafkaWorld, libraries: Path) -> None:
    world.set_rules(date(2026, 4, 10), directive())
    world.publish(DTSEN_PERSONS, [(ANA, person()), (BUDI, person(decile=1, region="74.71.01.1001"))])
    world.publish(BPJS_MEMBERSHIPS, [(BUDI, membership(enrolment("JAKON")))])
    world.start(0)
    world.await_drained()
    world.await_agreed(lambda: _both_published(world))
    told = run_java(libraries, "ReadCoverage", world.cluster.bootstrap_servers, world.cluster.registry_url)
    read: dict[str, list[dict[str, object]]] = {}
    for line in told:
        token, record = line.split("\t")
        read.setdefault(token, []).append(json.loads(record))
    ours = world.published()
    assert read.keys() == ours.keys()
    for token, states in ours.items():
        assert [_said(record) for record in read[token]] == [_ours(state) for state in states]


def _both_published(world: KafkaWorld) -> None:
    assert world.published().keys() == {ANA, BUDI}


def _said(record: dict[str, object]) -> object:
    verdicts = record["verdicts"]
    assert isinstance(verdicts, list)
    return (
        record["seq"],
        record["status"],
        record["region"],
        [(v["directive"], v["reason"]) for v in verdicts],
    )


def _ours(state: CoverageState) -> object:
    return state.seq, state.status, state.region, [(v.directive, v.reason) for v in state.verdicts]
