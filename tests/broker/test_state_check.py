"""`jangkau state check` on a real hub: while an engine works, and after a partition of the state is gone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cluster import Cluster
from schemas.names import BPJS_MEMBERSHIPS, COVERAGE_PERSONS, DTSEN_PERSONS, HUB_STATE
from schemas.partitioner import partition_for
from schemas.records import TopicPartition
from tests.broker.hub_world import Hub, running_hub
from tests.broker.kafka_world import PARTITIONS
from tests.deploy.waiting import wait_until
from tests.oracle.examples import RELEASE, membership, person

pytestmark = pytest.mark.broker

PEOPLE = [f"{number:032x}" for number in range(40)]


@pytest.fixture
def hub(embedded: Cluster, tmp_path: Path) -> Iterator[Hub]:
    with running_hub(embedded, tmp_path) as hub:
        yield hub


def publish(hub: Hub, correction: int) -> None:
    """Of everybody a new ranking: each a new verdict."""
    ranked = person(version=20261 * RELEASE + correction, decile=1 + 8 * (correction % 2))
    hub.data.publish(DTSEN_PERSONS, [(token, ranked) for token in PEOPLE])


def test_whole_while_an_engine_works_and_damaged_when_a_partition_is_gone(hub: Hub) -> None:
    hub.data.publish(BPJS_MEMBERSHIPS, [(token, membership()) for token in PEOPLE])
    publish(hub, 0)
    wait_until(lambda: len(hub.data.published()) == len(PEOPLE), "everybody is published")
    publish(hub, 1)  # it is checked while this is worked in
    whole = hub.jangkau("state", "check", "--json")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    found = [json.loads(line) for line in whole.stdout.splitlines()]
    assert [one["number"] for one in found] == list(range(PARTITIONS))
    assert sum(one["persons"] for one in found) == len(PEOPLE)
    assert sum(one["compared"] for one in found) == len(PEOPLE)

    hub.data.await_drained()
    hub.data.kill(0)
    number = partition_for(PEOPLE[0].encode(), PARTITIONS)
    lost = TopicPartition(HUB_STATE, number)
    hub.data.admin.delete_before(lost, hub.data.admin.high_watermark(lost))
    damaged = hub.jangkau("state", "check")
    assert damaged.returncode == 3, damaged.stdout
    assert f"damaged partitions: {number}" in damaged.stdout
    assert "--rebuild" in damaged.stdout
    others = (number + 1) % PARTITIONS
    assert hub.jangkau("state", "check", "--partition", str(others), "--quick").returncode == 0
    unknown = hub.jangkau("state", "check", "--partition", "99")
    assert unknown.returncode == 2
    assert COVERAGE_PERSONS not in unknown.stdout
