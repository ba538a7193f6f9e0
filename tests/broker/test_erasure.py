"""Somebody erased on a real broker: afterwards no byte of their token is in the logs that can be cleaned."""

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from deploy.cluster import Cluster
from deploy.embedded import EmbeddedOptions, EmbeddedStack
from schemas.names import (
    BPJS_MEMBERSHIPS,
    COVERAGE_PERSONS,
    DTSEN_PERSONS,
    HUB_CONTROL,
    HUB_HOLDS,
    HUB_STATE,
)
from tests.broker.control_world import ControlWorld
from tests.broker.hub_world import Hub
from tests.broker.kafka_world import KafkaWorld
from tests.deploy.waiting import wait_until
from tests.oracle.examples import RELEASE, enrolment, membership, person
from tests.streams.engine import laws

pytestmark = pytest.mark.broker

CLEANED = (DTSEN_PERSONS, BPJS_MEMBERSHIPS, COVERAGE_PERSONS, HUB_STATE, HUB_HOLDS)
_OFTEN = {
    "log.initial.task.delay.ms": "500",
    "log.retention.check.interval.ms": "500",
    "log.cleaner.backoff.ms": "500",
}
_SHORT = {"segment.ms": "1000", "file.delete.delay.ms": "100", "compression.type": "uncompressed"}
_COMPACTED = {
    **_SHORT,
    "min.compaction.lag.ms": "0",
    "max.compaction.lag.ms": "1000",
    "min.cleanable.dirty.ratio": "0",
    "delete.retention.ms": "0",
}
TOPICS = {
    DTSEN_PERSONS: _SHORT,
    BPJS_MEMBERSHIPS: _SHORT,
    COVERAGE_PERSONS: _COMPACTED,
    HUB_HOLDS: _COMPACTED,
    HUB_STATE: _SHORT,
}
PEOPLE = [Random(number).randbytes(16).hex() for number in range(30)]
ANA = PEOPLE[7]
LEFT = {HUB_CONTROL, "hub.commands", "hub.lookups", "hub.answers", "hub.outcomes", "hub.partials"}
DECIDED = ("--basis", "putusan 12/2026", "--by", "Pusdatin")


class CleaningHub(Hub):
    """On a broker that cleans up at once."""

    def __init__(self, stack: EmbeddedStack, home: Path) -> None:
        cluster = Cluster(stack.bootstrap_servers, stack.registry_url)
        super().__init__(
            KafkaWorld(cluster, home / "engines", TOPICS),
            ControlWorld(cluster, home / "control", on_empty_topics=False),
        )
        self.logs = home / "stack" / "embedded" / "kafka" / "data"
        self.admin = KafkaAdmin(KafkaConfig(cluster.bootstrap_servers))
        self.version = 20261 * RELEASE

    def publish(self, *people: str) -> None:
        """A new fact of both agencies about each, and each time another verdict: a broker closes a file, and
        cleans those before, only when more is written.
        """
        self.version += 1
        paid_through = date(2026, 1 + 3 * (self.version % 2), 30)
        ranked = person(version=self.version, decile=1)
        paid = membership(enrolment("BPU", paid_through), version=self.version % RELEASE)
        self.data.publish(DTSEN_PERSONS, [(token, ranked) for token in people])
        self.data.publish(BPJS_MEMBERSHIPS, [(token, paid) for token in people])

    def forget_facts_soon(self) -> None:
        """As if the 35 days were over. Not before everything is read: a slow machine would lose facts."""
        for topic in (DTSEN_PERSONS, BPJS_MEMBERSHIPS):
            self.admin.set_config(topic, {"retention.ms": "20000"})

    def told_of(self, token: str) -> set[str]:
        """Topics in whose files the token is, as text or as bytes."""
        needles = token.encode(), bytes.fromhex(token)
        found = set()
        for folder, _, files in os.walk(self.logs):
            # What is not yet removed, *.log.deleted, counts too; indexes have no keys and much empty room.
            for name in (file for file in files if ".log" in file):
                try:
                    content = (Path(folder) / name).read_bytes()
                except FileNotFoundError:  # deleted since it was listed
                    continue
                if any(needle in content for needle in needles):
                    found.add(Path(folder).name.rpartition("-")[0])
        return found


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[CleaningHub]:
    options = EmbeddedOptions(broker_settings=_OFTEN)
    with EmbeddedStack(tmp_path / "stack", options) as stack:
        hub = CleaningHub(stack, tmp_path)
        try:
            hub.start(JANGKAU_ENGINE__SWEEP_AFTER_ERASURE_S="2")
            yield hub
        finally:
            hub.close()


def check(hub: CleaningHub) -> None:
    oracle, published = hub.data.oracle(), hub.data.published()
    laws.published_equals_desired(oracle, published)


def test_no_byte_of_an_erased_person_stays_where_it_can_be_cleaned(hub: CleaningHub) -> None:
    hub.publish(*PEOPLE)
    hub.data.await_drained()
    hub.data.await_agreed(lambda: check(hub))
    assert {DTSEN_PERSONS, BPJS_MEMBERSHIPS, COVERAGE_PERSONS, HUB_STATE} <= hub.told_of(ANA)

    before = hub.jangkau("explain", ANA, "--purpose", "pengaduan 7", "--json")
    assert json.loads(before.stdout)["found"], before.stderr

    asked = hub.jangkau("erase", "-", *DECIDED, "--yes", given=f"{ANA}\n")
    assert asked.returncode == 0, asked.stderr
    assert "hub.state partition" in asked.stdout
    assert "hub.quarantine: 90 days" in asked.stdout
    assert "hub.lookups: 1 year" in asked.stdout
    after = hub.jangkau("explain", ANA, "--purpose", "pengaduan 7")
    assert after.returncode == 0, after.stderr
    assert "The hub holds nothing about this person" in after.stdout
    hub.forget_facts_soon()
    others = [token for token in PEOPLE if token != ANA]

    def gone_from(topic: str) -> bool:
        hub.publish(*others)
        return topic not in hub.told_of(ANA)

    for topic in CLEANED:
        wait_until(lambda topic=topic: gone_from(topic), f"{topic} is cleaned")  # type: ignore[misc]
    assert hub.told_of(others[0]) >= {DTSEN_PERSONS, BPJS_MEMBERSHIPS, COVERAGE_PERSONS, HUB_STATE}
    # What `erase` has said is left, and nothing else: the decision, and the trail of both looks.
    assert {HUB_CONTROL, "hub.commands", "hub.lookups"} <= hub.told_of(ANA)
    assert hub.told_of(ANA) <= LEFT

    hub.publish(ANA)
    hub.data.await_drained()
    assert ANA not in hub.data.published()
    (erasure,) = json.loads(hub.jangkau("erasures", "--person", ANA, "--json").stdout)
    assert erasure["standing"] == "carried out"
    assert erasure["basis"] == "putusan 12/2026"

    again = hub.jangkau("erase", ANA, *DECIDED, "--yes")
    assert again.returncode == 2
    assert "was erased on" in again.stderr
    back = hub.jangkau("reinstate", ANA, *DECIDED)
    assert back.returncode == 0, back.stderr
    hub.data.await_drained()
    assert ANA not in hub.data.published()  # what came before does not count
    assert "60 seconds" in back.stdout
    assert "dipulihkan" in hub.jangkau("erasures").stdout


def test_nobody_is_erased_by_mistake(hub: CleaningHub) -> None:
    unasked = hub.jangkau("erase", ANA, *DECIDED)
    assert unasked.returncode == 2
    assert "--yes" in unasked.stderr
    nobody = hub.jangkau("erase", "747101010190", *DECIDED, "--yes")
    assert nobody.returncode == 2
    assert "747101010190" not in nobody.stderr
    told = hub.jangkau("reinstate", ANA, *DECIDED)
    assert told.returncode == 2
    assert "is not erased" in told.stderr
    assert hub.jangkau("erasures").stdout == "Tidak ada. / There are none.\n"
