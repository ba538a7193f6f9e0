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
        """For a program that uses this cluster."""
        return {
            **os.environ,
            "JANGKAU_KAFKA__BOOTSTRAP_SERVERS": self.data.cluster.bootstrap_servers,
            "JANGKAU_REGISTRY__URL": self.data.cluster.registry_url,
            **more,
        }


@contextmanager
def running_hub(cluster: Cluster, home: Path) -> Iterator[Hub]:
    """On empty topics, until the block ends."""
    made = Hub(KafkaWorld(cluster, home / "engines"), ControlWorld(cluster, home / "control"))
    made.data.set_rules(date(2026, 4, 10), directive())
    environment = made.environment(JANGKAU_DATA_DIR=str(home))
    subprocess.run([sys.executable, "-m", "jangkau", "topics", "apply"], env=environment, check=True)
    made.control.start()
    made.data.start(0)
    try:
        yield made
    finally:
        made.control.close()
        made.data.close()
