"""Publishers as agencies would write them, and a hub of engine and control that accepts what they send."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from connectors.client import Receipts
from deploy.cluster import Cluster
from schemas.events import BatchManifest, BatchReceipt, CoverageState
from schemas.names import AGENCY_MANIFESTS
from schemas.partitioner import partition_for
from schemas.tokens import Tokenizer, TokenKey, hex_keys
from tests.broker.control_world import ControlWorld
from tests.broker.java_clients import fetch_libraries, run_java
from tests.broker.kafka_world import PARTITIONS, KafkaWorld
from tests.oracle.examples import directive

pytestmark = pytest.mark.broker

KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
NIKS = [f"{747101_000000 + number:012}0000" for number in range(50)]
"""Serial 0000 is never issued: nobody has these NIKs."""
WITHIN_S = 90.0


@dataclass
class Hub:
    """An engine and a control worker on the same topics, one directive in force."""

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


@pytest.fixture(scope="module")
def hub(embedded: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    home = tmp_path_factory.mktemp("hub")
    made = Hub(KafkaWorld(embedded, home / "engines"), ControlWorld(embedded, home / "control"))
    made.data.set_rules(date(2026, 4, 10), directive())
    environment = made.environment(JANGKAU_DATA_DIR=str(home))
    subprocess.run([sys.executable, "-m", "jangkau", "topics", "apply"], env=environment, check=True)
    made.control.start()
    made.data.start(0)
    yield made
    made.control.close()
    made.data.close()


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "token.key"
    path.write_text(KEY + "\n")
    path.chmod(0o600)
    return path


def tokens() -> list[str]:
    return [key.decode() for key in hex_keys(Tokenizer(TokenKey(bytes.fromhex(KEY))).tokens(NIKS))]


def test_a_publisher_in_java_is_accepted(hub: Hub, tmp_path: Path) -> None:
    libraries = fetch_libraries(tmp_path)
    addresses = (hub.data.cluster.bootstrap_servers, hub.data.cluster.registry_url)
    lines = [f"{nik},{1 + number % 4},74.{'71' if number % 5 else '01'}" for number, nik in enumerate(NIKS)]
    told = run_java(libraries, "PublishPersons", *addresses, KEY, "bps-java-1", given="\n".join(lines))
    placed = dict(line.split("\t") for line in told[:-1])
    assert list(placed) == tokens()
    assert all(int(at) == partition_for(token.encode(), PARTITIONS) for token, at in placed.items())
    receipt, manifest = hub.receipt("bps-java-1"), hub.manifest("bps-java-1")
    assert told[-1] == f"{len(NIKS)}\t{manifest.digest}"
    assert (receipt.complete, receipt.digest_matches) == (True, True)
    assert (receipt.sent, receipt.accepted, receipt.missing) == (len(NIKS), len(NIKS), 0)
    assert {each.region: each.accepted for each in receipt.regencies} == {"74.01": 10, "74.71": 40}
    hub.data.await_agreed(lambda: _all_are_gaps(hub))


def _all_are_gaps(hub: Hub) -> None:
    last = hub.last()
    assert set(tokens()) <= last.keys()
    assert {last[token].status for token in tokens()} == {"GAP"}
