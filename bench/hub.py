"""A hub to measure: topics and rules on an embedded broker, events loaded, an engine in a process of its
own.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from os import environ
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bench.events import TODAY
from connectors.kafka.admin import KafkaAdmin, TopicLayout
from connectors.kafka.config import KafkaConfig
from connectors.kafka.producer import KafkaPlainProducer
from connectors.kafka.reader import KafkaReader
from deploy.cluster import Cluster
from deploy.hub import child_environment
from schemas.catalog import load_catalog
from schemas.codec import AvroCodec
from schemas.directive import parse_directive
from schemas.events import BusinessDateSet, ControlBody, DirectiveInForce, PolicyInForce
from schemas.names import HUB_CONTROL, HUB_STATE
from schemas.policy import policy_versions
from schemas.records import Outgoing, TopicPartition
from schemas.registry import SchemaRegistry
from schemas.sealing import SealingKey
from schemas.tokens import hex_keys
from streams.control.decisions import DATE, IN_FORCE_STEP, POLICY, decide, directive_subject

PARTITIONS = 4
_SLICE = 50_000
_FLUSH_S = 120.0

DIRECTIVE: dict[str, Any] = {
    "id": "bench",
    "version": 1,
    "title": "Benchmark",
    "legal_basis": "none, a measurement",
    "means": {
        "welfare": {"deciles": [1, 2, 3, 4], "extreme_poor": True},
        "age": {"from": 18, "to": 64},
        "work_statuses": [1, 2, 6, 7, 8],
    },
    "requires": ["JKK", "JKM"],
    "effective": {"from": "2025-04-01"},
}


@dataclass
class BenchHub:
    """Topics of the catalogue, made anew on ``cluster``; files of the engine lie in ``home``."""

    cluster: Cluster
    home: Path

    def __post_init__(self) -> None:
        config = KafkaConfig(self.cluster.bootstrap_servers)
        self.codec = AvroCodec(SchemaRegistry(self.cluster.registry_url))
        self.producer = KafkaPlainProducer(config, queued_records=500_000)
        catalog = load_catalog()
        KafkaAdmin(config).create(
            TopicLayout(t.name, PARTITIONS if t.partitions == "person" else t.partitions, 1, dict(t.config))
            for t in catalog.values()
        )
        SealingKey.generate().write(self.home / "keys" / "sealing.key")

    def set_rules(self) -> None:
        """A policy, a business date and one directive, as the control worker would decide them."""
        document = parse_directive(json.dumps(DIRECTIVE))
        self._decide(POLICY, 1, 0, PolicyInForce(policy=policy_versions()[-1]))
        self.set_date(TODAY)
        in_force = DirectiveInForce(document.id, document.version, document.canonical_json())
        self._decide(directive_subject(document.id), document.version, IN_FORCE_STEP, in_force)

    def set_date(self, day: date) -> None:
        """Set the business date."""
        self._decide(DATE, day.toordinal(), 0, BusinessDateSet(date=day))

    def _decide(self, subject: str, version: int, step: int, body: ControlBody) -> None:
        event = decide(subject, version, step, "bench", "a measurement", datetime.now(UTC), body)
        value = self.codec.encode(HUB_CONTROL, event.to_record())
        self.producer.produce(Outgoing(TopicPartition(HUB_CONTROL, 0), None, [value]))
        self.flush()

    def load(self, topic: str, tokens: NDArray[np.uint8], rows: pa.RecordBatch) -> None:
        """Publish rows under these tokens, (n, 16), in slices."""
        for start in range(0, len(rows), _SLICE):
            part = rows.slice(start, _SLICE)
            values = self.codec.encode_batch(topic, part)
            keys = hex_keys(tokens[start : start + len(part)])
            self.producer.produce(Outgoing(TopicPartition(topic, -1), keys, values))

    def flush(self) -> None:
        """Wait until all is acknowledged."""
        if self.producer.flush(_FLUSH_S):
            raise TimeoutError("the broker does not acknowledge the events")

    def state_bytes(self) -> int:
        """Bytes of the blocks on hub.state, as a restore reads them."""
        config = KafkaConfig(self.cluster.bootstrap_servers)
        admin, reader, found = KafkaAdmin(config), KafkaReader(config), 0
        parts = [TopicPartition(HUB_STATE, number) for number in range(PARTITIONS)]
        ends = {at: admin.high_watermark(at) for at in parts}
        reader.assign({at: admin.start_offset(at) for at in parts})
        while any(reader.position(at) < end for at, end in ends.items()):
            found += sum(len(value or b"") for batch in reader.consume(_SLICE, 0.2) for value in batch.values)
        reader.close()
        return found

    def engine(self, task: str, *arguments: str) -> subprocess.Popen[str]:
        """Start ``python -m bench.engine TASK``: an engine that measures itself and prints one line of
        JSON.
        """
        command: Sequence[str] = [sys.executable, "-m", "bench.engine", task, *arguments]
        environment = {**environ, **child_environment(self.home, self.cluster)}
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    def measured(self, task: str, *arguments: str) -> dict[str, float]:
        """Run an engine task to its end and give what it measured."""
        process = self.engine(task, *arguments)
        told, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"the engine under measurement ended with code {process.returncode}")
        figures: dict[str, float] = json.loads(told.splitlines()[-1])
        return figures
