"""Bad input in masses on a real broker: the engine stays up, stops what must not drain, and goes on."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.kafka.config import KafkaConfig
from connectors.kafka.producer import KafkaPlainProducer
from deploy.cluster import Cluster
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, HUB_QUARANTINE
from schemas.partitioner import partition_for
from schemas.records import Outgoing, TopicPartition
from tests.broker.hub_world import Hub, running_hub
from tests.broker.kafka_world import PARTITIONS
from tests.deploy.waiting import wait_until
from tests.oracle.examples import RELEASE, membership, person
from tests.streams.engine import laws

pytestmark = pytest.mark.broker

ANA = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
HERS = partition_for(ANA.encode(), PARTITIONS)
BAD = 3_000
DECIDED = ("--basis", "rilis diperbaiki", "--by", "Pusdatin")


class Flooded:
    """A hub, and a publisher that sends anything."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.data = hub, hub.data
        self.producer = KafkaPlainProducer(KafkaConfig(hub.data.cluster.bootstrap_servers))

    def append(self, topic: str, *values: bytes | None, key: bytes | None = ANA.encode()) -> None:
        """Records of one person as they are."""
        keys = [key] * len(values)
        self.producer.produce(Outgoing(TopicPartition(topic, HERS), keys, values))  # type: ignore[arg-type]
        assert self.producer.flush(30.0) == 0

    def jangkau(self, *arguments: str) -> str:
        done = self.hub.jangkau(*arguments)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    def stopped(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.jangkau("input", "status", "--json"))
        return found

    def quarantined(self) -> int:
        return sum(map(len, self.data.read(HUB_QUARANTINE)))


@pytest.fixture
def hub(embedded: Cluster, tmp_path: Path) -> Iterator[Flooded]:
    with running_hub(embedded, tmp_path) as hub:
        flooded = Flooded(hub)
        try:
            yield flooded
        finally:
            flooded.producer.close()


def test_a_bad_release_does_not_drain_the_topic_into_quarantine(hub: Flooded) -> None:
    hub.append(BPJS_MEMBERSHIPS, *[b"\x00\x00\x00\x00\x01not Avro"] * BAD)
    wait_until(lambda: hub.quarantined() >= 1_000, "so much is rejected")
    hub.append(BPJS_MEMBERSHIPS, *[b"\x00\x00\x00\x00\x01not Avro"] * BAD)
    hub.data.publish(DTSEN_PERSONS, [(ANA, person(decile=1))])
    hub.data.publish(BPJS_MEMBERSHIPS, [(ANA, membership())])
    wait_until(lambda: bool(hub.stopped()), "the input stands still")
    wait_until(lambda: ANA in hub.data.published(), "the other input goes on")
    before = hub.quarantined()
    assert 1_000 <= before <= BAD  # what one read held
    (stopped,) = hub.stopped()
    assert (stopped["topic"], stopped["partition"]) == (BPJS_MEMBERSHIPS, HERS)
    assert stopped["waiting"] == 2 * BAD + 1 - before
    status = json.loads(hub.jangkau("status", "--json"))
    assert any("stands still" in finding["en"] for finding in status["findings"])

    hub.data.kill(0)
    hub.data.start(0)
    hub.jangkau("input", "resume", BPJS_MEMBERSHIPS, "--rejects", str(2 * BAD), *DECIDED)
    hub.data.await_drained()
    assert hub.quarantined() == 2 * BAD
    assert hub.stopped() == []
    assert "Semua masukan dibaca" in hub.jangkau("input", "status")
    oracle, published = hub.data.oracle(), hub.data.published()
    laws.published_equals_desired(oracle, published)
    assert published[ANA][-1].verdicts[0].reason == "MEMBERSHIP_ENDED"


def test_poison_of_every_kind_goes_to_quarantine_and_the_engine_stays_up(hub: Flooded) -> None:
    engine = hub.data.engines[0]
    largest = b"\x00" + os.urandom(900_000)  # about the most a producer sends unless told otherwise
    good = hub.data.codec.encode(BPJS_MEMBERSHIPS, dict(membership()))
    poison = [
        largest,
        b"",
        b"\x00",
        None,
        good,  # of the other topic
        b"\x00\x7f\xff\xff\xff" + good[5:],  # a schema id nobody knows
        good + b"\x00",
        good[:-1],
    ]
    hub.append(DTSEN_PERSONS, *poison)
    hub.append(DTSEN_PERSONS, b"x", key=None)
    hub.append(DTSEN_PERSONS, b"x", key=b"k" * 100_000)
    hub.data.publish(DTSEN_PERSONS, [(ANA, person(version=20261 * RELEASE + 1, decile=1))])
    hub.data.await_drained()
    wait_until(lambda: ANA in hub.data.published(), "what is good is read")
    assert hub.quarantined() == len(poison) + 2
    assert engine.running()


def test_a_batch_repeated_for_ever_changes_nothing(hub: Flooded) -> None:
    ranked = hub.data.codec.encode(DTSEN_PERSONS, dict(person(decile=1)))
    hub.append(DTSEN_PERSONS, *[ranked] * 20_000)
    hub.data.await_drained()
    wait_until(lambda: ANA in hub.data.published(), "it is read")
    hub.append(DTSEN_PERSONS, *[ranked] * 20_000)
    hub.data.await_drained()
    assert [state.seq for state in hub.data.published()[ANA]] == [1]
    assert hub.stopped() == []
