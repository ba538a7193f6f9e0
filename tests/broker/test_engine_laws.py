"""Laws 1, 2 and 3 on real Kafka: engines killed, stopped and started again, compared person by person."""

import random
import signal
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from deploy.cluster import Cluster
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from tests.broker.kafka_world import KafkaWorld
from tests.oracle.examples import RELEASE, directive, enrolment, membership, person
from tests.oracle.records import Record
from tests.streams.engine import laws

pytestmark = pytest.mark.broker

LONGER_THAN_THE_SESSION_S = 9.0
"""The embedded broker gives a silent member up after six seconds."""


@pytest.fixture
def world(embedded: Cluster, tmp_path: Path) -> Iterator[KafkaWorld]:
    world = KafkaWorld(embedded, tmp_path)
    yield world
    world.close()


def facts(rng: random.Random, tokens: list[str], version: int) -> list[tuple[str, Record | bytes | None]]:
    """DTSEN records in random order: most usable, some repeated, stale or broken."""
    records: list[tuple[str, Record | bytes | None]] = []
    for token in tokens:
        record = person(
            version=20261 * RELEASE + version,
            decile=rng.choice([None, 1, 2, 3, 4, 5, 9]),
            region=rng.choice(["74.71", "74.01.01", "91.01"]),
            work_status=rng.choice([None, 1, 4, 6]),
        )
        records.append((token, record))
        if rng.random() < 0.05:
            stale = {**record, "version": 20254 * RELEASE}
            records.append((token, rng.choice([record, stale, {**record, "decile": 11}, b"junk", None])))
    rng.shuffle(records)
    return records


def memberships(
    rng: random.Random, tokens: list[str], version: int
) -> list[tuple[str, Record | bytes | None]]:
    """Membership records in random order."""
    records: list[tuple[str, Record | bytes | None]] = []
    for token in tokens:
        paid = rng.choice([date(2026, 1, 31), date(2026, 3, 31), date(2026, 4, 30), date(2026, 6, 30)])
        held = [enrolment(rng.choice(["BPU", "PU", "JAKON"]), paid)] if rng.random() < 0.8 else []
        records.append((token, membership(*held, version=version * 1_000 + rng.randrange(3))))
    rng.shuffle(records)
    return records


def check(world: KafkaWorld) -> None:
    oracle, published = world.oracle(), world.published()
    laws.published_equals_desired(oracle, published)
    laws.replay_equals_live(oracle, published)
    laws.counted_without_gap(published)


def test_two_engines_one_killed_one_frozen_and_a_restart(world: KafkaWorld) -> None:
    rng = random.Random(7)
    tokens = [rng.randbytes(16).hex() for _ in range(1_500)]
    now_us = int(datetime.now(UTC).timestamp() * 1_000_000) // 1_000
    world.set_rules(date(2026, 4, 10), directive())
    world.publish(DTSEN_PERSONS, facts(rng, tokens, 1))
    world.start(0)
    world.start(1)
    world.publish(BPJS_MEMBERSHIPS, memberships(rng, tokens, now_us))
    time.sleep(1.0)
    world.kill(0)
    world.publish(DTSEN_PERSONS, facts(rng, tokens[:800], 2))
    world.set_date(date(2026, 4, 16))
    world.await_drained()
    world.await_agreed(lambda: check(world))

    world.signal(1, signal.SIGSTOP)
    world.start(0)
    world.publish(BPJS_MEMBERSHIPS, memberships(rng, tokens[500:], now_us + 1))
    time.sleep(LONGER_THAN_THE_SESSION_S)
    world.signal(1, signal.SIGCONT)
    world.publish(DTSEN_PERSONS, facts(rng, tokens[300:], 3))
    world.set_date(date(2026, 5, 16))
    world.await_drained()
    world.await_agreed(lambda: check(world))

    world.stop()
    world.publish(DTSEN_PERSONS, facts(rng, tokens[:200], 4))
    world.start(0)
    world.await_drained()
    world.await_agreed(lambda: check(world))
