"""`jangkau export gaps` on real Kafka: what is committed is on the list, and a kill leaves no half of one."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.producer import KafkaPlainProducer, KafkaTransactionalProducer
from connectors.kafka.reader import KafkaReader
from deploy.cluster import Cluster
from deploy.embedded import EmbeddedStack
from deploy.query.scan import scan
from schemas.codec import AvroCodec
from schemas.events import CoverageState, Lookup
from schemas.names import COVERAGE_PERSONS, HUB_CONTROL, HUB_LOOKUPS
from schemas.records import Outgoing, TopicPartition
from schemas.registry import SchemaRegistry
from tests.connectors.export.states import BAUBAU, KENDARI, covered, gap, nik, state, token
from tests.deploy.waiting import wait_until
from tests.fakes.hub_topics import business_date

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

GAPS = 30_000
KEY = bytes(range(32)).hex()
PURPOSE = "pendataan lapangan"


class World:
    """The hub's topics on a broker of their own, with people in Kendari and Baubau."""

    def __init__(self, cluster: Cluster, home: Path) -> None:
        self.cluster, self.home = cluster, home
        self.config = KafkaConfig(cluster.bootstrap_servers)
        self.codec = AvroCodec(SchemaRegistry(cluster.registry_url))
        key = home / "token.key"
        key.write_text(KEY)
        key.chmod(0o600)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "JANGKAU_KAFKA__BOOTSTRAP_SERVERS": self.cluster.bootstrap_servers,
            "JANGKAU_REGISTRY__URL": self.cluster.registry_url,
            "JANGKAU_KEYS__TOKEN_FILE": str(self.home / "token.key"),
        }

    def argv(self, output: Path, *more: str) -> list[str]:
        call = ["export", "gaps", "--region", KENDARI, "--output", str(output), *more]
        return [sys.executable, "-m", "jangkau", *call]

    def export(self, output: Path, *more: str) -> subprocess.CompletedProcess[str]:
        argv = self.argv(output, *more)
        return subprocess.run(argv, env=self.environment, capture_output=True, text=True, check=False)

    def publish(self, *records: tuple[int, CoverageState | None], commit: bool = True) -> None:
        """In one transaction, as engines do; broken off unless ``commit``."""
        producer = KafkaTransactionalProducer(self.config, "test-export")
        values = [None if each is None else self._encoded(each) for _, each in records]
        keys = [token(number).encode() for number, _ in records]
        try:
            producer.init()
            producer.begin()
            producer.produce(Outgoing(TopicPartition(COVERAGE_PERSONS, -1), keys, values))
            producer.send_offsets({}, None)
            if commit:
                producer.commit()
            else:
                producer.abort()
        finally:
            producer.close()

    def set_date(self, day: date) -> None:
        producer = KafkaPlainProducer(self.config)
        value = self.codec.encode(HUB_CONTROL, business_date(day).to_record())
        producer.produce(Outgoing(TopicPartition(HUB_CONTROL, 0), None, [value]))
        assert producer.flush(30) == 0
        producer.close()

    def looked_up(self) -> dict[str, set[str]]:
        """Ids of the exports in each person's trail."""
        reader = KafkaReader(self.config)
        found: dict[str, set[str]] = {}
        for row in scan(reader, KafkaAdmin(self.config), HUB_LOOKUPS):
            lookup = Lookup.from_record(self.codec.decode(HUB_LOOKUPS, row.value or b""))
            if (lookup.kind, lookup.purpose) == ("EXPORT", PURPOSE):
                found.setdefault((row.key or b"").decode(), set()).add(lookup.lookup)
        reader.close()
        return found

    def _encoded(self, value: CoverageState) -> bytes:
        return self.codec.encode(COVERAGE_PERSONS, value.to_record())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with EmbeddedStack(tmp_path_factory.mktemp("hub")) as stack:
        made = World(Cluster(stack.bootstrap_servers, stack.registry_url), tmp_path_factory.mktemp("keys"))
        applied = [sys.executable, "-m", "jangkau", "topics", "apply"]
        subprocess.run(applied, env=made.environment, check=True, capture_output=True)
        made.set_date(date(2026, 4, 10))
        people = [(n, state(KENDARI if n < GAPS else BAUBAU, gap())) for n in range(GAPS + 10)]
        made.publish(*people, (0, state(KENDARI, covered(), seq=2)), (1, None))
        made.publish((2, None), (GAPS, state(KENDARI, gap(), seq=2)), commit=False)
        yield made


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


EXPECTED = {token(number) for number in range(2, GAPS)}


def test_what_is_committed_is_on_the_list(world: World, tmp_path: Path) -> None:
    done = world.export(tmp_path / "a.csv")
    assert done.returncode == 0, done.stderr
    assert "29.998 orang" in done.stdout
    assert "2026-04-10" in done.stdout
    rows = _rows(tmp_path / "a.csv")
    assert {row["token"] for row in rows} == EXPECTED
    assert len(rows) == len(EXPECTED)
    about = json.loads((tmp_path / "a.csv.json").read_text())
    # The records, their transactions' markers, and what was broken off.
    assert sum(about["offsets"].values()) > GAPS + 12
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "a.csv.json"]


def test_standard_output_has_the_list_and_nothing_else(world: World) -> None:
    done = world.export(Path("-"), "--reason", "LAPSED")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert done.stdout.startswith('"token","region"')
    assert "0 orang" in done.stderr
    assert "Daftar kosong" in done.stderr


def test_killed_at_any_moment_there_is_no_half_list_and_no_nik_without_a_trail(
    world: World, tmp_path: Path
) -> None:
    path, options = tmp_path / "a.csv", ("--with-nik", "--purpose", PURPOSE, "--by", "petugas")
    part = tmp_path / ".a.csv.part"
    admin = KafkaAdmin(world.config)
    ends = [TopicPartition(HUB_LOOKUPS, number) for number in range(admin.partitions(HUB_LOOKUPS))]

    def written() -> int:
        return sum(map(admin.high_watermark, ends))

    for wait_for_trail in (False, True):
        before = written()
        process = subprocess.Popen(
            world.argv(path, *options), env=world.environment, stdout=subprocess.DEVNULL
        )

        def under_way(before: int = before, trail: bool = wait_for_trail) -> bool:
            return part.exists() and (not trail or written() > before)

        wait_until(under_way, "the export is under way")
        process.kill()
        process.wait()
        if path.exists():  # it was faster than the kill
            assert {row["token"] for row in _rows(path)} == EXPECTED
        elif part.read_bytes():
            assert world.looked_up().keys() >= EXPECTED
    done = world.export(path, *options)
    assert done.returncode == 0, done.stderr
    assert {row["token"]: row["nik"] for row in _rows(path)} == {token(n): nik(n) for n in range(2, GAPS)}
    lookup = json.loads((tmp_path / "a.csv.json").read_text())["lookup"]
    trails = world.looked_up()
    assert {person for person, lookups in trails.items() if lookup in lookups} == EXPECTED
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "a.csv.json"]
    assert nik(2) not in done.stdout + done.stderr


def test_a_person_sees_it_in_their_trail(world: World, tmp_path: Path) -> None:
    done = world.export(tmp_path / "a.parquet", "--with-nik", "--purpose", PURPOSE, "--by", "petugas")
    assert done.returncode == 0, done.stderr
    argv = [sys.executable, "-m", "jangkau", "trail", token(5), "--json"]
    asked = subprocess.run(argv, env=world.environment, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
    lookups = json.loads(asked.stdout)["lookups"]
    assert {"EXPORT", "TRAIL"} == {each["kind"] for each in lookups}
    assert datetime.fromisoformat(lookups[0]["asked_at"]) < datetime.now(UTC)


def test_without_kafka_there_is_no_file(world: World, tmp_path: Path) -> None:
    # Nobody listens there; the key and the purpose are fine.
    environment = world.environment | {"JANGKAU_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    argv = world.argv(tmp_path / "a.csv", "--with-nik", "--purpose", PURPOSE)
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert os.listdir(tmp_path) == []
