"""The guides' examples, run as they stand on a broker and registry of their own."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.client import Subscriber
from connectors.kafka import (
    KafkaAdmin,
    KafkaConfig,
    KafkaPlainProducer,
    KafkaReader,
    KafkaTransactionalProducer,
)
from deploy.cluster import Cluster
from deploy.embedded import EmbeddedStack
from schemas.codec import AvroCodec
from schemas.errors import JangkauError
from schemas.ids import PersonToken
from schemas.names import COVERAGE_DIRECTIVES, COVERAGE_PERSONS, COVERAGE_REGIONS, DTSEN_PERSONS
from schemas.partitioner import partition_for
from schemas.records import Outgoing, TopicPartition
from schemas.registry import SchemaRegistry
from tests.broker.log_suite import DEADLINE_S, until
from tests.connectors.client.samples import directive_status, state
from tests.connectors.client.samples import totals as region_totals

pytestmark = pytest.mark.broker

DOCS = Path(__file__).parents[2] / "docs"
KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
ANA, BUDI = PersonToken(b"a" * 16), PersonToken(b"b" * 16)


def blocks(guide: str, language: str) -> list[str]:
    """The code of a guide, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", (DOCS / guide).read_text(), re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A stack of its own: the guides write to topics by their real names."""
    with EmbeddedStack(tmp_path_factory.mktemp("guides")) as stack:
        cluster = Cluster(stack.bootstrap_servers, stack.registry_url)
        subprocess.run(
            [sys.executable, "-m", "jangkau", "topics", "apply"], env=environment(cluster), check=True
        )
        yield cluster


def environment(cluster: Cluster, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "JANGKAU_KAFKA__BOOTSTRAP_SERVERS": cluster.bootstrap_servers,
        "JANGKAU_REGISTRY__URL": cluster.registry_url,
        **more,
    }


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "token.key"
    path.write_text(KEY + "\n")
    path.chmod(0o600)
    return path


def run(code: str, env: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def records(hub: Cluster, topic: str) -> list[tuple[int, bytes, dict[str, Any], dict[str, bytes]]]:
    """Everything committed on a topic: partition, key, value, headers."""
    config, codec = KafkaConfig(hub.bootstrap_servers), AvroCodec(SchemaRegistry(hub.registry_url))
    admin, reader = KafkaAdmin(config), KafkaReader(config)
    ends = {
        at: admin.high_watermark(at)
        for at in (TopicPartition(topic, number) for number in range(admin.partitions(topic)))
    }
    reader.assign(dict.fromkeys(ends, 0))
    found: list[tuple[int, bytes, dict[str, Any], dict[str, bytes]]] = []

    def step() -> None:
        for batch in reader.consume(1000, 0.2):
            for row, (key, value) in enumerate(zip(batch.keys, batch.values, strict=True)):
                assert key is not None
                assert value is not None
                headers = dict(batch.headers.get(row) or {})
                found.append((batch.source.partition, key, codec.decode(topic, value), headers))

    until(lambda: all(reader.position(at) >= end for at, end in ends.items()), step)
    reader.close()
    return found


def test_the_publish_command(hub: Cluster, key_file: Path, tmp_path: Path) -> None:
    (text,) = blocks("publishers.md", "json")
    (line,) = [block for block in blocks("publishers.md", "sh") if "publish" in block]
    (tmp_path / "person.json").write_text(text)
    env = environment(hub, JANGKAU_KEYS__TOKEN_FILE=str(key_file))
    command = [sys.executable, "-m", *line.split()]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "dtsen.persons" in done.stdout
    published = [key.decode() for _, key, _, headers in records(hub, DTSEN_PERSONS) if headers]
    assert json.loads(text)["token"] in published
    broken = text.replace("FEMALE", "F").replace("74.71", "")
    done = subprocess.run(
        command[:-1], env=env, input=broken, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "sex" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def coverage(hub: Cluster) -> Cluster:
    """Three states and a tombstone, committed, and one state taken back."""
    config, codec = KafkaConfig(hub.bootstrap_servers), AvroCodec(SchemaRegistry(hub.registry_url))
    engine = KafkaTransactionalProducer(config, "engine")
    engine.init()

    def write(token: PersonToken, seq: int | None) -> None:
        key = token.hex.encode()
        value = None if seq is None else codec.encode(COVERAGE_PERSONS, state(seq).to_record())
        engine.produce(Outgoing(TopicPartition(COVERAGE_PERSONS, partition_for(key, 4)), [key], [value]))

    engine.begin()
    write(ANA, 1)
    write(BUDI, 1)
    engine.send_offsets({}, None)
    engine.commit()
    engine.begin()
    write(ANA, 9)
    engine.send_offsets({}, None)
    engine.abort()
    engine.begin()
    write(ANA, 2)
    write(BUDI, None)
    engine.send_offsets({}, None)
    engine.commit()
    engine.close()
    return hub


@pytest.fixture(scope="module")
def totals(coverage: Cluster) -> Cluster:
    """Totals of two regions, one of them written twice, and a directive."""
    codec = AvroCodec(SchemaRegistry(coverage.registry_url))
    control = KafkaPlainProducer(KafkaConfig(coverage.bootstrap_servers))
    for topic, key, value in (
        (COVERAGE_REGIONS, "74.71", region_totals(3)),
        (COVERAGE_REGIONS, "74", region_totals(9)),
        (COVERAGE_REGIONS, "74.71", region_totals(4)),
        (COVERAGE_DIRECTIVES, "inpres-8-2025", directive_status(1)),
    ):
        body = codec.encode(topic, value.to_record())
        control.produce(Outgoing(TopicPartition(topic, 0), [key.encode()], [body]))
    assert control.flush(30.0) == 0
    control.close()
    return coverage


GROUP, POSITIONS, TOTALS, ERRORS = blocks("subscribers.md", "python")
CONNECTION = GROUP.partition("\nwith ")[0]
"""What the later examples take from the first."""


def test_the_guide_for_a_group(coverage: Cluster) -> None:
    assert run(GROUP, environment(coverage)) == f"{BUDI} forget\n"


def test_the_guide_for_exact_positions(
    coverage: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program = f"{CONNECTION}\n{POSITIONS}"
    assert run(program, environment(coverage)) == "[('NOT_ELIGIBLE', 1)]\n"
    with sqlite3.connect(tmp_path / "coverage.sqlite") as database:
        assert database.execute("SELECT token FROM person").fetchall() == [(ANA.raw,)]
        database.execute("DELETE FROM person")
    # The positions were kept with the rows: nothing comes twice.
    assert run(program, environment(coverage)) == "[]\n"


def test_the_guide_for_totals(totals: Cluster) -> None:
    said = run(f"{CONNECTION}\n{TOTALS}", environment(totals)).splitlines()
    assert said == [
        "74.71 inpres-8-2025 eligible 4 covered 1",
        "74 inpres-8-2025 eligible 9 covered 1",
        "inpres-8-2025 DRAFTED",
    ]


def test_the_guide_for_errors(coverage: Cluster) -> None:
    read = "def read():\n    Subscriber.connect('127.0.0.1:1', REGISTRY, group='g')\nrun(read)"
    said = run(f"{CONNECTION}\n{ERRORS}\n{read}", environment(coverage))
    assert said.startswith("again later: ")


def test_a_group_goes_on_where_it_stopped(coverage: Cluster) -> None:
    def subscriber() -> Subscriber:
        return Subscriber.connect(coverage.bootstrap_servers, coverage.registry_url, group="resuming")

    with subscriber() as first:
        for seen, _ in enumerate(first.records(idle_s=DEADLINE_S), 1):
            if seen == 2:
                break  # this one is not done yet: the next was not asked for
    with subscriber() as second:
        rest = []
        for token, value in second.records(idle_s=DEADLINE_S):
            rest.append((token, value and value.seq))
            if len(rest) == 3:
                break
    assert len(set(rest)) == 3
    with subscriber() as third:
        # Only the one whose next was not asked for comes again.
        assert [(token, value and value.seq) for token, value in third.records(idle_s=2)] == rest[2:]


@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed")
def test_the_kcat_line(coverage: Cluster) -> None:
    (line,) = [block for block in blocks("subscribers.md", "sh") if block.startswith("kcat")]
    said = subprocess.run(
        ["sh", "-c", line], env=environment(coverage), capture_output=True, text=True, check=True, timeout=60
    )
    seen = [entry.split()[0] for entry in said.stdout.splitlines()]
    assert sorted(seen) == sorted([ANA.hex, ANA.hex, BUDI.hex, BUDI.hex])


def test_what_cannot_be_delivered_is_raised(hub: Cluster) -> None:
    producer = KafkaPlainProducer(KafkaConfig(hub.bootstrap_servers), delivery_timeout_s=2.0)

    def send() -> None:
        producer.produce(Outgoing(TopicPartition("no-such-topic", -1), [b"k"], [b"v"]))
        until(lambda: producer.flush(1.0) == 0, lambda: None)

    with pytest.raises(JangkauError):
        send()
    producer.close()
