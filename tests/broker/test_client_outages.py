"""Kafka away, too slow, or not the one that was meant: what agencies' programs are told, and what is left."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from connectors.client import Publisher, Receipts, Subscriber, Totals
from connectors.client.recount import TopicLog
from connectors.kafka import KafkaAdmin, KafkaConfig, TopicLayout
from deploy.cluster import Cluster
from deploy.embedded import EmbeddedStack
from schemas.catalog import load_catalog
from schemas.codec import AvroCodec
from schemas.errors import InvalidInput, Refused, Retryable
from schemas.events import DirectiveEvent
from schemas.ids import DirectiveId, PersonToken
from schemas.names import BPJS_MEMBERSHIPS, COVERAGE_REGIONS, DTSEN_PERSONS, subject
from schemas.registry import SchemaRegistry
from tests.connectors.client.samples import NOON, ranked, snapshot
from tests.deploy.freezing import frozen
from tests.deploy.waiting import wait_until

pytestmark = pytest.mark.broker

T = TypeVar("T")

ANA, BUDI = PersonToken(b"a" * 16), PersonToken(b"b" * 16)
NOBODY = "127.0.0.1:1"
STRANGE = '{"type": "record", "name": "Strange", "fields": [{"name": "other", "type": "string"}]}'
QUEUED = 50


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStack]:
    """A broker of its own, since it is stopped; the topics but one, and one subject that is not ours."""
    with EmbeddedStack(tmp_path_factory.mktemp("outages")) as stack:
        admin = KafkaAdmin(KafkaConfig(stack.bootstrap_servers))
        admin.create(
            TopicLayout(each.name, 4) for each in load_catalog().values() if each.name != COVERAGE_REGIONS
        )
        registry = SchemaRegistry(stack.registry_url)
        registry.register(subject(BPJS_MEMBERSHIPS), STRANGE)
        registry.set_compatibility(subject(BPJS_MEMBERSHIPS), "FULL_TRANSITIVE")
        yield stack


@contextmanager
def stopped(stack: EmbeddedStack) -> Iterator[None]:
    """Kafka does not answer within this block."""
    (pid,) = [process.pid for process in stack.processes if process.name == "kafka"]
    assert pid is not None
    with frozen(pid):
        yield


def publisher(stack: EmbeddedStack, **settings: float) -> Publisher:
    return Publisher.connect(stack.bootstrap_servers, stack.registry_url, **settings)  # type: ignore[arg-type]


def persistently(call: Callable[[], T]) -> T:
    """As the guide says of ``Retryable``: wait, then again. A broker that stood still finds itself first."""
    until = time.monotonic() + 60
    while True:
        try:
            return call()
        except Retryable:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def on_topic(stack: EmbeddedStack, batch: str) -> int:
    config, codec = KafkaConfig(stack.bootstrap_servers), AvroCodec(SchemaRegistry(stack.registry_url))
    begun = datetime(2020, 1, 1, tzinfo=UTC)
    return persistently(lambda: TopicLog.on_kafka(config, codec).count(DTSEN_PERSONS, batch, begun).count)


def test_kafka_away_for_longer_than_a_record_waits(stack: EmbeddedStack) -> None:
    """It is said, there is no manifest, and the batch is resumed as if nothing had been."""
    begun = datetime.now(UTC)
    with publisher(stack, delivery_timeout_s=4.0) as out:  # a busy broker needs a second or two
        batch = out.batch("BPS", "PART", batch_id="b-away")
        batch.send(ANA, ranked("b-away"))
        batch.checkpoint()
        with stopped(stack):
            batch.send(BUDI, ranked("b-away"))
            with pytest.raises(Retryable, match="_MSG_TIMED_OUT"):
                batch.checkpoint()
            with pytest.raises(Refused, match="broken off"):
                batch.close()
        resumed = persistently(lambda: out.resume("BPS", "PART", "b-away", begun=begun))
        resumed.send(BUDI, ranked("b-away"))
        manifest = resumed.close()
    assert manifest.count == on_topic(stack, "b-away")
    assert manifest.count in (2, 3)  # Kafka may have taken what the publisher had given up


def test_kafka_away_for_less_is_not_noticed(stack: EmbeddedStack) -> None:
    with publisher(stack) as out, out.batch("BPS", "PART", batch_id="b-pause") as batch:
        batch.send(ANA, ranked("b-pause"))
        batch.checkpoint()
        with stopped(stack):
            batch.send(BUDI, ranked("b-pause"))
    assert batch.close().count == on_topic(stack, "b-pause") == 2


def test_sending_waits_for_room(stack: EmbeddedStack) -> None:
    """No more is queued than was allowed; when Kafka is back all of it goes out."""
    with publisher(stack, queued_records=QUEUED) as out, out.batch("BPS", "PART", batch_id="b-room") as batch:
        batch.send(ANA, ranked("b-room"))
        batch.checkpoint()

        taken: list[int] = []

        def send_all() -> None:
            for number in range(10 * QUEUED):
                batch.send(PersonToken(number.to_bytes(16)), ranked("b-room"))
                taken.append(number)

        sender = threading.Thread(target=send_all)
        with stopped(stack):
            sender.start()
            wait_until(lambda: len(taken) >= QUEUED - 1, "the queue is full")
            sender.join(timeout=1.0)
            assert sender.is_alive()
            assert len(taken) <= QUEUED
        sender.join()
    assert batch.close().count == on_topic(stack, "b-room") == 10 * QUEUED + 1


def test_closing_does_not_wait_for_what_was_not_waited_for(stack: EmbeddedStack) -> None:
    out = publisher(stack)
    batch = out.batch("BPS", "PART", batch_id="b-closed")
    batch.send(ANA, ranked("b-closed"))
    batch.checkpoint()
    with stopped(stack):
        for number in range(1000):
            batch.send(PersonToken(number.to_bytes(16)), ranked("b-closed"))
        out.close()
        with pytest.raises(InvalidInput, match="closed"):
            batch.close()


def test_a_record_that_is_too_large_is_refused(stack: EmbeddedStack) -> None:
    event = DirectiveEvent(1, "DRAFTED", "x" * 2_000_000, "kemnaker", "Inpres 8/2025", NOON)
    with publisher(stack) as out, pytest.raises(Refused, match="MSG_SIZE_TOO_LARGE") as caught:
        out.directive(DirectiveId("inpres-8-2025"), event)
    assert "larger than Kafka takes" in str(caught.value.remedy)


def test_a_schema_that_does_not_go_with_the_hubs(stack: EmbeddedStack) -> None:
    batch = publisher(stack).batch("BPJSTK", "PART")
    with pytest.raises(Refused, match="not compatible") as caught:
        batch.send(ANA, snapshot(batch.id))
    assert "version" in str(caught.value.remedy)


def test_a_registry_that_is_away(stack: EmbeddedStack) -> None:
    """Nothing was sent, so the batch goes on where it can."""
    batch = Publisher.connect(stack.bootstrap_servers, "http://127.0.0.1:1").batch("BPS", "PART")
    with pytest.raises(Retryable, match="registry"):
        batch.send(ANA, ranked(batch.id))
    assert "open" in repr(batch)


def test_a_kafka_that_is_away(stack: EmbeddedStack) -> None:
    url = stack.registry_url
    with pytest.raises(Retryable):
        Publisher.connect(NOBODY, url).batch("BPS", "PART")
    with pytest.raises(Retryable):
        Subscriber.connect(NOBODY, url, group="g")
    with pytest.raises(InvalidInput):
        Receipts.connect("http://127.0.0.1", url)


def test_a_cluster_without_the_topics(stack: EmbeddedStack) -> None:
    with pytest.raises(Refused) as caught:
        Totals.connect(stack.bootstrap_servers, stack.registry_url)
    assert COVERAGE_REGIONS in str(caught.value)
    assert "jangkau topics apply" in str(caught.value.remedy)
    assert COVERAGE_REGIONS not in KafkaAdmin(KafkaConfig(stack.bootstrap_servers)).topics()


FOLLOWER = """
import os, signal
from jangkau import Subscriber

with Subscriber.connect(os.environ["SERVERS"], os.environ["REGISTRY"], group="stopping") as subscriber:
    signal.signal(signal.SIGTERM, lambda number, frame: subscriber.stop())
    print("following", flush=True)
    for token, state in subscriber:
        pass
print("stopped", subscriber.positions, flush=True)
"""


def test_a_signal_stops_a_subscriber_that_waits(stack: EmbeddedStack) -> None:
    cluster = Cluster(stack.bootstrap_servers, stack.registry_url)
    env = {**os.environ, "SERVERS": cluster.bootstrap_servers, "REGISTRY": cluster.registry_url}
    with subprocess.Popen(
        [sys.executable, "-c", FOLLOWER], env=env, stdout=subprocess.PIPE, text=True
    ) as follower:
        assert follower.stdout is not None
        assert follower.stdout.readline() == "following\n"
        follower.send_signal(signal.SIGTERM)
        assert follower.stdout.readline() == "stopped {}\n"
    assert follower.returncode == 0
