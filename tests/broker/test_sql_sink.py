"""The sink as a process, between a real Kafka and a real PostgreSQL, while either side is killed."""

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from connectors.kafka.config import KafkaConfig
from connectors.kafka.producer import KafkaTransactionalProducer
from deploy.cluster import Cluster
from deploy.hub import child_environment
from deploy.process import Child, stop_all
from deploy.query.processes import ask
from deploy.query.ready import await_ready
from monitoring import runfile
from schemas.events import CoverageState
from schemas.names import COVERAGE_DIRECTIVES, COVERAGE_PERSONS, COVERAGE_REGIONS
from schemas.partitioner import partition_for
from schemas.records import Outgoing, TopicPartition
from tests.broker.kafka_world import PARTITIONS, KafkaWorld
from tests.broker.test_up import identities, jangkau
from tests.connectors.sql.cluster import PostgresCluster, execute, fetch, running_cluster
from tests.connectors.sql.states import INPRES, covered, gap, standing, state, token, totals
from tests.deploy.waiting import wait_until

pytestmark = pytest.mark.broker

_STOP_S = 30.0
_HEX = "replace(cast(token as text), '-', '')"


@dataclass
class SinkWorld:
    """Coverage topics on a cluster, written in transactions as an engine does, and sinks as processes."""

    cluster: Cluster
    home: Path
    url: str
    sinks: list[Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.topics = KafkaWorld(self.cluster, self.home)
        self._producer = KafkaTransactionalProducer(
            KafkaConfig(self.cluster.bootstrap_servers), f"test-{os.urandom(4).hex()}"
        )
        self._producer.init()

    def publish(self, records: list[tuple[str, CoverageState | None]], *, aborted: bool = False) -> None:
        """One transaction on coverage.persons."""
        self._producer.begin()
        by_partition: dict[int, list[tuple[bytes, bytes | None]]] = {}
        for key, value in records:
            encoded = value and self.topics.codec.encode(COVERAGE_PERSONS, value.to_record())
            number = partition_for(key.encode(), PARTITIONS)
            by_partition.setdefault(number, []).append((key.encode(), encoded or None))
        for number, pairs in by_partition.items():
            keys, values = zip(*pairs, strict=True)
            self._producer.produce(Outgoing(TopicPartition(COVERAGE_PERSONS, number), keys, values))
        if aborted:
            self._producer.abort()
        else:
            self._producer.commit()

    def put(self, topic: str, key: str, value: bytes) -> None:
        """One record of a topic with one partition."""
        self._producer.begin()
        self._producer.produce(Outgoing(TopicPartition(topic, 0), [key.encode()], [value]))
        self._producer.commit()

    def start(self, *options: str, **settings: str) -> Child:
        """A sink process; it ends with this test at the latest."""
        environment = child_environment(self.home, self.cluster) | {
            "JANGKAU_SQL__URL": self.url,
            "JANGKAU_SQL__BATCH_RECORDS": "300",
            **settings,
        }
        log = self.home / f"sink-{len(self.sinks)}.log"
        sink = Child("sink", [sys.executable, "-m", "jangkau", "sink", *options], log, environment)
        sink.start()
        self.sinks.append(sink)
        return sink

    def await_end(self, sink: Child) -> int | None:
        wait_until(lambda: not sink.running(), "the sink ends")
        return sink.exit_code()

    def ready(self) -> tuple[bool, tuple[str, ...]] | None:
        """What the running sink says of itself; None while it does not answer."""
        for run in runfile.read_all(runfile.run_dir(self.home)):
            if run.name == "sink" and (report := ask(run.port)) is not None:
                return report.ready, report.reasons
        return None

    def written(self) -> int:
        try:
            ((count,),) = fetch(self.url, "SELECT count(*) FROM coverage_person_history")
        except Exception:  # no tables yet, or the server is on its way
            return 0
        return int(count)

    def close(self) -> None:
        stop_all([sink for sink in self.sinks if sink.running()], _STOP_S)
        self.topics.close()
        self._producer.close()


@pytest.fixture
def world(embedded: Cluster, postgres: PostgresCluster, tmp_path: Path) -> Iterator[SinkWorld]:
    world = SinkWorld(embedded, tmp_path, postgres.database())
    yield world
    world.close()


def on_the_topic(world: SinkWorld) -> dict[str, list[CoverageState]]:
    """What the topic says of each person: the states since the last tombstone, decoded one by one."""
    found: dict[str, list[CoverageState]] = {}
    for batch in world.topics.read(COVERAGE_PERSONS):
        for key, value in zip(batch.keys, batch.values, strict=True):
            assert key is not None
            if value is None:
                found.pop(key.decode(), None)
            else:
                record = world.topics.codec.decode(COVERAGE_PERSONS, value)
                found.setdefault(key.decode(), []).append(CoverageState.from_record(record))
    return found


def assert_tables_say_what_the_topic_says(world: SinkWorld) -> None:
    said = on_the_topic(world)
    current = fetch(world.url, f"SELECT {_HEX}, seq, status, region, decided_at FROM coverage_person")
    last = {key: states[-1] for key, states in said.items()}
    assert sorted(map(tuple, current)) == sorted(
        (key, one.seq, one.status, one.region, one.decided_at) for key, one in last.items()
    )
    history = fetch(world.url, f"SELECT {_HEX}, seq, status FROM coverage_person_history")
    assert sorted(map(tuple, history)) == sorted(
        (key, one.seq, one.status) for key, states in said.items() for one in states
    )
    gaps = fetch(world.url, f"SELECT {_HEX}, directive, reason FROM coverage_gap")
    assert sorted(map(tuple, gaps)) == sorted(
        (key, verdict.directive, verdict.reason)
        for key, one in last.items()
        for verdict in one.verdicts
        if verdict.status == "GAP"
    )


def life(first: int, last: int) -> Iterator[list[tuple[str, CoverageState | None]]]:
    """Transactions of a thousand records: each person's ``seq`` from first to last, some erased half-way."""
    for seq in range(first, last + 1):
        verdicts = (gap(),) if seq % 2 else (covered(), gap("IN_ARREARS", "other"))
        records: list[tuple[str, CoverageState | None]] = [
            (token(number), state(seq, *verdicts, region=f"74.{number % 17 + 1:02d}.01"))
            for number in range(1000)
        ]
        if seq == last:
            records += [(token(number), None) for number in range(0, 1000, 50)]
        yield records


def test_a_sink_killed_again_and_again_leaves_what_the_topic_says(world: SinkWorld) -> None:
    for records in life(1, 6):
        world.publish(records)
        world.publish(records[:300], aborted=True)
    kills = 0
    for _ in range(4):
        before = world.written()
        sink = world.start()
        wait_until(lambda before=before: world.written() > before, "the sink writes")  # type: ignore[misc]
        assert sink.pid is not None
        os.kill(sink.pid, signal.SIGKILL)
        world.await_end(sink)
        kills += world.written() < len(list(_states(on_the_topic(world))))
    assert kills, "at least one was killed in mid-work"
    for records in life(7, 8):
        world.publish(records)
    sink = world.start("--once")
    assert world.await_end(sink) == 0, sink.log.read_text()
    assert_tables_say_what_the_topic_says(world)


def _states(said: Mapping[str, list[CoverageState]]) -> Iterator[CoverageState]:
    for states in said.values():
        yield from states


def test_a_database_that_goes_and_comes_back_loses_nothing(embedded: Cluster, tmp_path: Path) -> None:
    with running_cluster() as server:
        world = SinkWorld(embedded, tmp_path, server.database())
        try:
            for records in life(1, 4):
                world.publish(records)
            sink = world.start()
            for how in (signal.SIGQUIT, signal.SIGINT):
                before = world.written()
                for records in life(5, 6) if how is signal.SIGINT else ():
                    world.publish(records)
                wait_until(lambda before=before: world.written() > before, "the sink writes")  # type: ignore[misc]
                told = sink.log.read_text().count("is away")
                server.stop(how)
                # Not started again before that: a slow machine might not have missed it.
                wait_until(
                    lambda told=told: sink.log.read_text().count("is away") > told,  # type: ignore[misc]
                    "the sink has found it away",
                )
                wait_until(lambda: "waiting" in str(world.ready()), "the sink says that it waits")
                ready = world.ready()
                assert ready is not None
                assert not ready[0]
                assert server.url("x").split("@")[0].split(":")[-1] not in str(ready)
                server.start()
                wait_until(lambda: world.ready() == (True, ()), "the sink is ready again")
            said = len(list(_states(on_the_topic(world))))
            wait_until(lambda: world.written() == said, "everything is there")
            assert_tables_say_what_the_topic_says(world)
            assert sink.running()
            sink.stop(_STOP_S)
            assert sink.exit_code() == 0
            text = sink.log.read_text()
            assert "is away" in text
            assert "Traceback" not in text
            assert "only-for-tests" not in text
        finally:
            world.close()


def test_one_pass_in_sqlite_and_totals_and_directives_too(world: SinkWorld) -> None:
    world.publish([(token(1), state(1, gap())), (token(2), state(1, covered()))])
    for topic, key, value in (
        (COVERAGE_REGIONS, "ID", totals()),
        (COVERAGE_DIRECTIVES, INPRES, standing(1)),
    ):
        body = world.topics.codec.encode(topic, value.to_record())
        world.put(topic, key, body)
    sink = world.start("--once", JANGKAU_SQL__URL="")
    assert world.await_end(sink) == 0, sink.log.read_text()
    with sqlite3.connect(world.home / "view.sqlite") as tables:
        rows: list[Any] = tables.execute("SELECT token, status FROM coverage_person ORDER BY 1").fetchall()
        assert rows == [(token(1), "GAP"), (token(2), "COVERED")]
        assert tables.execute("SELECT region FROM coverage_region").fetchall() == [("ID",)]
        assert tables.execute("SELECT id, version FROM directive").fetchall() == [(INPRES, 1)]
    tables.close()


def test_what_an_operator_must_decide_ends_the_sink(world: SinkWorld) -> None:
    world.publish([(token(1), state(1, gap()))])
    number = partition_for(token(3).encode(), PARTITIONS)
    world.topics.publish(COVERAGE_PERSONS, [(token(3), b"no such thing")])
    sink = world.start("--once")
    assert world.await_end(sink) == 3
    text = sink.log.read_text()
    assert f"record coverage.persons/{number}/0 cannot be read" in text
    assert "no such thing" not in text
    past = world.start("--once", "--skip", f"coverage.persons/{number}/0")
    assert world.await_end(past) == 0, past.log.read_text()
    assert fetch(world.url, f"SELECT {_HEX} FROM coverage_person") == [(token(1),)]
    execute(world.url, "UPDATE sink_position SET topic_id = 'another'")
    refused = world.start("--once")
    assert world.await_end(refused) == 3
    assert "--refill" in refused.log.read_text()
    wrong = world.start("--once", JANGKAU_SQL__URL=world.url.replace("only-for-tests", "wrong-one"))
    assert world.await_end(wrong) == 2
    assert "wrong-one" not in wrong.log.read_text()


def test_a_hub_keeps_the_view_and_starts_it_again(tmp_path: Path) -> None:
    assert jangkau(tmp_path, "up", "--sink").returncode == 0
    try:
        assert await_ready(tmp_path, deadline_s=120) == ()
        first = identities(tmp_path)["sink"]
        assert first is not None
        with sqlite3.connect(tmp_path / "view.sqlite") as tables:
            topics = {topic for (topic,) in tables.execute("SELECT topic FROM sink_position")}
        tables.close()
        assert topics == {COVERAGE_PERSONS, COVERAGE_REGIONS, COVERAGE_DIRECTIVES}
        assert "sink" in jangkau(tmp_path, "status").stdout
        second = jangkau(tmp_path, "sink", "--once")
        assert second.returncode == 3
        assert "another sink writes to sqlite" in second.stderr
        os.kill(first.pid, signal.SIGKILL)
        wait_until(lambda: identities(tmp_path)["sink"] not in (first, None), "it runs again")
        assert await_ready(tmp_path, deadline_s=120) == ()
    finally:
        jangkau(tmp_path, "down")
