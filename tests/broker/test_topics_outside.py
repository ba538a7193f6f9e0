"""Topics that were cut or made anew while no engine ran: one message with what to do, and the way out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from connectors.kafka.admin import TopicLayout
from deploy.cluster import Cluster
from deploy.process import Child
from schemas.catalog import load_catalog
from schemas.names import (
    BPJS_MEMBERSHIPS,
    COVERAGE_PERSONS,
    DTSEN_PERSONS,
    HUB_CONTROL,
    HUB_STATE,
)
from schemas.records import TopicPartition
from tests.broker.control_world import ControlWorld
from tests.broker.fresh import make_anew
from tests.broker.kafka_world import PARTITIONS, KafkaWorld
from tests.broker.test_engine_laws import check, facts, memberships
from tests.deploy.waiting import wait_until
from tests.oracle.examples import directive

pytestmark = pytest.mark.broker

REFUSED = 3


class Scene:
    """A hub that has published and stands still."""

    def __init__(self, world: KafkaWorld) -> None:
        self.world, self._rng = world, Random(5)
        self.tokens = [self._rng.randbytes(16).hex() for _ in range(200)]
        self._version = 0
        self.set_rules()
        self.publish()
        now_ms = int(datetime.now(UTC).timestamp() * 1_000)
        world.publish(BPJS_MEMBERSHIPS, memberships(self._rng, self.tokens, now_ms))
        self.works()

    def set_rules(self) -> None:
        self.world.set_rules(date(2026, 4, 10), directive())

    def publish(self) -> None:
        """The next version of everybody from BPS."""
        self._version += 1
        self.world.publish(DTSEN_PERSONS, facts(self._rng, self.tokens, self._version))

    def works(self, *options: str) -> None:
        """An engine starts, takes what comes, and every law holds."""
        self.world.start(0, *options)
        self.publish()
        self.world.await_drained()
        self.world.await_agreed(lambda: check(self.world))
        self.world.stop()

    def make_anew(self, topic: str, partitions: int | None = None) -> None:
        spec = load_catalog()[topic]
        count = partitions or spec.partition_count(PARTITIONS)
        make_anew(self.world.admin, [TopicLayout(topic, count, 1, spec.config)])

    def cut(self, topic: str) -> None:
        """Delete all that lies on a topic."""
        for number in range(self.world.admin.partitions(topic)):
            at = TopicPartition(topic, number)
            self.world.admin.delete_before(at, self.world.admin.high_watermark(at))

    def refused(self, *options: str) -> str:
        """Start an engine that must refuse; gives its last words."""
        engine = self.world.start(0, *options)
        self.world.engines.clear()
        return last_words(engine)


def last_words(process: Child) -> str:
    """Of a process that must end by itself, because it refuses to go on."""
    wait_until(lambda: not process.running(), "it ends")
    words = process.log_since_start()
    assert process.exit_code() == REFUSED, words
    assert "Traceback" not in words
    return words.strip().splitlines()[-1]


@pytest.fixture
def scene(embedded: Cluster, tmp_path: Path) -> Iterator[Scene]:
    world = KafkaWorld(embedded, tmp_path)
    try:
        yield Scene(world)
    finally:
        world.close()


def test_what_the_hub_wrote_is_cut_or_gone(scene: Scene) -> None:
    scene.cut(HUB_STATE)
    assert "part of the state was deleted" in scene.refused()
    scene.make_anew(HUB_STATE)
    said = scene.refused()
    assert "the state is lost" in said
    assert "--rebuild" in said
    scene.works("--rebuild")

    scene.make_anew(COVERAGE_PERSONS)
    said = scene.refused()
    assert "coverage.persons was deleted and created again" in said
    assert "--rebuild" in said
    scene.works("--rebuild")
    scene.works()


def test_what_agencies_wrote_is_cut_or_gone(scene: Scene) -> None:
    scene.cut(DTSEN_PERSONS)  # as after 35 days: all of it was read
    scene.works()

    scene.publish()
    scene.cut(DTSEN_PERSONS)
    said = scene.refused()
    assert "records were lost while no engine ran" in said
    assert "When facts are gone" in said
    assert "older facts are gone" in scene.refused("--rebuild")

    scene.make_anew(DTSEN_PERSONS)
    said = scene.refused()
    assert "dtsen.persons was deleted and created again" in said
    assert "published in FULL again" in said
    scene.publish()
    scene.works("--rebuild")

    scene.make_anew(DTSEN_PERSONS, PARTITIONS - 1)
    assert f"dtsen.persons has {PARTITIONS - 1} partition(s), not {PARTITIONS}" in scene.refused()


def test_decisions_are_cut_or_gone(scene: Scene, embedded: Cluster, tmp_path: Path) -> None:
    scene.world.admin.delete_before(TopicPartition(HUB_CONTROL, 0), 1)
    said = scene.refused()
    assert "does not begin at offset 0" in said
    assert "backup" in said
    control = ControlWorld(embedded, tmp_path / "control", on_empty_topics=False)
    try:
        control.start()
        assert control.worker is not None
        assert "hub.control no longer begins at its first record" in last_words(control.worker)
    finally:
        control.close()

    scene.make_anew(HUB_CONTROL)
    scene.set_rules()
    assert "another hub.control" in scene.refused("--rebuild")
