"""A hub's data plane on real Kafka, with the oracle reading the same logs: engines are real processes."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

import schemas
from connectors.kafka.admin import KafkaAdmin, TopicLayout
from connectors.kafka.config import KafkaConfig
from connectors.kafka.positions import KafkaGroupPositions
from connectors.kafka.producer import KafkaPlainProducer
from connectors.kafka.reader import KafkaReader
from deploy.cluster import Cluster
from deploy.hub import child_environment
from deploy.process import Child, stop_all
from deploy.query.lag import measure_lag
from schemas.catalog import load_catalog
from schemas.codec import AvroCodec
from schemas.directive import parse_directive
from schemas.errors import Retryable
from schemas.events import (
    BusinessDateSet,
    CoverageState,
    DirectiveInForce,
    PolicyInForce,
)
from schemas.names import AGENCY_FACTS, COVERAGE_PERSONS, HUB_CONTROL
from schemas.partitioner import partition_for
from schemas.policy import policy_versions
from schemas.records import Outgoing, RecordBatch, TopicPartition
from schemas.registry import SchemaRegistry
from schemas.sealing import SealingKey
from streams.control.decisions import decide
from tests.broker.fresh import make_anew, until
from tests.oracle.hub import OracleHub
from tests.oracle.records import RawRecord, Record
from tests.oracle.regions import read_regions
from tests.streams.engine.world import oracle_policy

PARTITIONS = 4
GROUP = "jangkau-engine"
_REFERENCE = Path(schemas.__file__).parent / "reference"
_STOP_S = 20.0


def fresh_topics(cluster: Cluster, settings: Mapping[str, Mapping[str, str]] | None = None) -> None:
    """Every topic of the catalogue, empty. ``settings``: of topics, other than the catalogue's."""
    other = settings or {}
    layouts = [
        TopicLayout(
            t.name,
            PARTITIONS if t.partitions == "person" else t.partitions,
            1,
            {**t.config, **other.get(t.name, {})},
        )
        for t in load_catalog().values()
    ]
    make_anew(KafkaAdmin(KafkaConfig(cluster.bootstrap_servers)), layouts)


@dataclass
class KafkaWorld:
    """Logs on a cluster, empty unless they have just been made; engines as child processes of this test.
    ``topic_settings``: of topics, other than the catalogue's.
    """

    cluster: Cluster
    home: Path
    topic_settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    engines: dict[int, Child] = field(default_factory=dict)
    on_empty_topics: bool = True

    def __post_init__(self) -> None:
        if self.on_empty_topics:
            fresh_topics(self.cluster, self.topic_settings)
        config = KafkaConfig(self.cluster.bootstrap_servers)
        self.codec = AvroCodec(SchemaRegistry(self.cluster.registry_url))
        self.admin = KafkaAdmin(config)
        self._config = config
        self._producer = KafkaPlainProducer(config)
        self._group = KafkaGroupPositions(config, GROUP)
        SealingKey.generate().write(self.home / "keys" / "sealing.key")

    def start(self, slot: int, *options: str, **settings: str) -> Child:
        """Start an engine process in a slot, with more settings by the names of their environment variables;
        it ends with this test at the latest.
        """
        argv = [sys.executable, "-m", "jangkau", "engine", "--slot", str(slot), *options]
        log = self.home / f"engine-{slot}.log"
        environment = {**child_environment(self.home, self.cluster), **settings}
        engine = Child(f"engine-{slot}", argv, log, environment)
        engine.start()
        self.engines[slot] = engine
        return engine

    def signal(self, slot: int, number: signal.Signals) -> None:
        """Send a signal to the engine of a slot."""
        pid = self.engines[slot].pid
        assert pid is not None
        os.kill(pid, number)

    def kill(self, slot: int) -> None:
        """kill -9."""
        self.signal(slot, signal.SIGKILL)
        self.engines.pop(slot).stop(_STOP_S)

    def stop(self) -> None:
        """Ask every engine to end, and see that it ends well."""
        stop_all(list(self.engines.values()), _STOP_S)
        codes = {engine.name: engine.exit_code() for engine in self.engines.values()}
        self.engines.clear()
        assert set(codes.values()) <= {0}, codes

    def close(self) -> None:
        """End what still runs, however."""
        stop_all(list(self.engines.values()), _STOP_S)
        self._producer.close()

    def publish(self, topic: str, records: list[tuple[str, Record | bytes | None]]) -> None:
        """Append records of an agency (token, value), and wait for Kafka to acknowledge them."""
        for token, value in records:
            body = self.codec.encode(topic, dict(value)) if isinstance(value, Mapping) else value
            target = TopicPartition(topic, partition_for(token.encode(), PARTITIONS))
            self._producer.produce(Outgoing(target, [token.encode()], [body]))
        assert self._producer.flush(30.0) == 0

    def control(self, subject: str, version: int, step: int, body: Any) -> None:
        """Append a control event, as the control worker would."""
        event = decide(subject, version, step, "test", "test", datetime.now(UTC), body)
        value = self.codec.encode(HUB_CONTROL, event.to_record())
        self._producer.produce(Outgoing(TopicPartition(HUB_CONTROL, 0), None, [value]))
        assert self._producer.flush(30.0) == 0

    def set_policy(self) -> None:
        """Put the latest policy in force."""
        self.control("policy", 1, 0, PolicyInForce(policy=policy_versions()[-1]))

    def set_date(self, day: date) -> None:
        """Set the business date."""
        self.control("date", day.toordinal(), 0, BusinessDateSet(date=day))

    def set_rules(self, day: date, document: Mapping[str, Any]) -> None:
        """A policy, a business date and one directive in force."""
        self.set_policy()
        self.set_date(day)
        self.put_in_force(json.dumps(document))

    def put_in_force(self, text: str) -> None:
        """Put a directive in force."""
        document = parse_directive(text)
        body = DirectiveInForce(document.id, document.version, document.canonical_json())
        self.control(f"directive:{document.id}", document.version, 1, body)

    def oracle(self) -> OracleHub:
        """A new oracle that has read all the agency topics and hub.control hold."""
        oracle = OracleHub(PARTITIONS, read_regions(_REFERENCE), oracle_policy, self.codec.decode)
        for batch in self.read(HUB_CONTROL):
            for value, at_ms in zip(batch.values, batch.timestamps.tolist(), strict=True):
                oracle.control(self.codec.decode(HUB_CONTROL, value or b""), at_ms)
        for topic in AGENCY_FACTS:
            for batch in self.read(topic):
                for i in range(len(batch)):
                    oracle.record(_raw(batch, i))
        return oracle

    def published(self) -> dict[str, list[CoverageState]]:
        """Every committed record of every person on coverage.persons, in order; of an erased one those
        since.
        """
        found: dict[str, list[CoverageState]] = {}
        for batch in self.read(COVERAGE_PERSONS):
            for key, value in zip(batch.keys, batch.values, strict=True):
                assert key is not None
                if value is None:
                    found.pop(key.decode())
                    continue
                state = CoverageState.from_record(self.codec.decode(COVERAGE_PERSONS, value))
                found.setdefault(key.decode(), []).append(state)
        return found

    def read(self, topic: str) -> Iterator[RecordBatch]:
        """All committed records of a topic, each partition oldest first."""
        reader = KafkaReader(self._config)
        try:
            for number in range(self.admin.partitions(topic)):
                at = TopicPartition(topic, number)
                end = self.admin.high_watermark(at)
                reader.assign({at: self.admin.start_offset(at)})
                while reader.position(at) < end:
                    yield from reader.consume(10_000, 0.2)
        finally:
            reader.close()

    def await_drained(self, within_s: float = 90.0) -> None:
        """Wait until the engines have committed all that is on the agency topics."""
        until(self.drained, "the engines do not catch up", within_s)

    def drained(self) -> bool:
        """Whether they have; not while Kafka cannot say."""
        reader = KafkaReader(self._config)
        try:
            lags, missing = measure_lag(reader, self.admin, self._group, 0.0)
            return not missing and not any(lag.records for lag in lags)
        except Retryable:
            return False
        finally:
            reader.close()

    def await_agreed(self, check: Callable[[], None], within_s: float = 60.0) -> None:
        """Wait until ``check`` raises no AssertionError; at the deadline its last one is raised."""
        deadline = time.monotonic() + within_s
        while True:
            try:
                return check()
            except AssertionError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.5)


def _raw(batch: RecordBatch, i: int) -> RawRecord:
    offset, timestamp = (int(np.asarray(column)[i]) for column in (batch.offsets, batch.timestamps))
    headers = batch.headers.get(i, {})
    source = batch.source
    return RawRecord(
        source.topic, source.partition, offset, timestamp, batch.keys[i], batch.values[i], headers
    )
