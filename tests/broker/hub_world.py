"""A whole hub on real Kafka: an engine and a control worker on the same topics, one directive in force."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from connectors.client import Receipts
from deploy.cluster import Cluster
from deploy.hub import child_environment
from schemas.events import BatchManifest, BatchReceipt, CoverageState
from schemas.names import AGENCY_MANIFESTS
from tests.broker.control_world import ControlWorld
from tests.broker.kafka_world import KafkaWorld
from tests.oracle.examples import directive

WITHIN_S = 90.0


@dataclass
class Hub:
    """Its processes, and what it says of batches and persons."""

    data: KafkaWorld
    control: ControlWorld

    def receipt(self, batch: str) -> BatchReceipt:
        """The receipt of a batch once it is complete."""
        cluster = self.data.cluster
        with Receipts.connect(cluster.bootstrap_servers, cluster.registry_url) as receipts:
            receipt = receipts.wait(batch, timeout_s=WITHIN_S)
        assert receipt is not None, "the hub has seen nothing of it"
        return receipt

    def manifest(self, batch: str) -> BatchManifest:
        """The manifest of a batch."""
        return dict(self.control.records(BatchManifest, AGENCY_MANIFESTS))[batch]

    def last(self) -> Mapping[str, CoverageState]:
        """The last record of each person."""
        return {token: states[-1] for token, states in self.data.published().items()}

    def environment(self, **more: str) -> dict[str, str]:
        """For a program that uses this cluster, with the engine's files."""
        return {**os.environ, **child_environment(self.data.home, self.data.cluster), **more}

    def jangkau(self, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        """Run the command line, ``given`` on its standard input."""
        argv = [sys.executable, "-m", "jangkau", *arguments]
        return subprocess.run(argv, env=self.environment(), input=given, capture_output=True, text=True)

    def start(self, **settings: str) -> None:
        """One directive in force, a control worker and an engine with these settings."""
        self.data.set_rules(date(2026, 4, 10), directive())
        self.control.start()
        self.data.start(0, **settings)

    def close(self) -> None:
        """End what still runs, however."""
        self.control.close()
        self.data.close()


@contextmanager
def running_hub(cluster: Cluster, home: Path) -> Iterator[Hub]:
    """On empty topics, until the block ends."""
    data = KafkaWorld(cluster, home / "engines")
    hub = Hub(data, ControlWorld(cluster, home / "control", on_empty_topics=False))
    try:
        prepared = hub.jangkau("topics", "apply")
        assert prepared.returncode == 0, prepared.stderr
        hub.start()
        yield hub
    finally:
        hub.close()
