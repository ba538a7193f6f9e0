"""A publication held against its manifest on real Kafka: lost, doubled, unreadable, another agency's."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from connectors.client import Publisher, Sent
from deploy.cluster import Cluster
from schemas.events import BatchManifest, BatchReceipt, Quarantined, RegencyCount
from schemas.ids import PersonToken
from schemas.names import AGENCY_MANIFESTS, AGENCY_RECEIPTS, DTSEN_PERSONS, HUB_QUARANTINE
from tests.broker.hub_world import Hub, running_hub
from tests.connectors.client.samples import ranked

pytestmark = pytest.mark.broker

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOKENS = np.random.default_rng(5).integers(0, 256, (6, 16), np.uint8)
VERSIONS = np.full(6, ranked("x").version)


@pytest.fixture(scope="module")
def hub(embedded: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(embedded, tmp_path_factory.mktemp("hub")) as made:
        yield made


@pytest.fixture
def publisher(hub: Hub) -> Iterator[Publisher]:
    cluster = hub.data.cluster
    with Publisher.connect(cluster.bootstrap_servers, cluster.registry_url) as made:
        yield made


def _send(publisher: Publisher, batch: str, persons: list[int]) -> None:
    """These persons' records, without a manifest."""
    open_batch = publisher.batch("BPS", "PART", batch_id=batch)
    for number in persons:
        open_batch.send(PersonToken(TOKENS[number].tobytes()), ranked(batch))
    open_batch.checkpoint()


def _announce(hub: Hub, batch: str, persons: list[int], **changes: object) -> None:
    sent = Sent().plus(TOKENS[persons], VERSIONS[persons])
    regencies = (RegencyCount("74.71", len(persons)),)
    manifest = BatchManifest(
        "BPS", DTSEN_PERSONS, "PART", len(persons), sent.digest, None, None, NOON, regencies
    )
    hub.control.send(AGENCY_MANIFESTS, batch, replace(manifest, **changes))  # type: ignore[arg-type]


def _show(hub: Hub, batch: str, *options: str) -> tuple[int, str]:
    argv = [sys.executable, "-m", "jangkau", "batch", "show", batch, *options]
    done = subprocess.run(argv, env=hub.environment(), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def _await(hub: Hub, batch: str, **fields: object) -> BatchReceipt:
    """The receipt once it has these fields."""

    def found() -> BatchReceipt | None:
        receipt = dict(hub.control.records(BatchReceipt, AGENCY_RECEIPTS)).get(batch)
        same = receipt is not None and all(getattr(receipt, name) == fields[name] for name in fields)
        return receipt if same else None

    return hub.control.until(found)


def test_a_record_that_was_lost_is_missing_until_it_comes(hub: Hub, publisher: Publisher) -> None:
    _send(publisher, "late-1", [0, 1, 2, 3])
    _announce(hub, "late-1", [0, 1, 2, 3, 4])
    receipt = _await(hub, "late-1", missing=1, accepted=4)
    assert (receipt.complete, receipt.digest_matches) == (False, None)
    code, said = _show(hub, "late-1")
    assert code == 3
    assert "INCOMPLETE, 1 missing" in said
    assert "(74.71): diterima / accepted 4, kurang / missing 1" in said
    _send(publisher, "late-1", [4])
    code, said = _show(hub, "late-1", "--wait", "60")
    assert code == 0
    assert "the digest matches" in said


def test_one_lost_and_one_doubled_is_not_the_batch(hub: Hub, publisher: Publisher) -> None:
    _send(publisher, "doubled-1", [0, 1, 1])
    _announce(hub, "doubled-1", [0, 1, 2])
    receipt = _await(hub, "doubled-1", missing=0, digest_matches=False)
    assert not receipt.complete
    code, said = _show(hub, "doubled-1", "--json")
    assert code == 3
    assert json.loads(said)["digest_matches"] is False


def test_the_manifest_may_come_first_and_be_mended(hub: Hub, publisher: Publisher) -> None:
    _announce(hub, "first-1", [2, 3], count=3)
    _await(hub, "first-1", missing=3)
    _send(publisher, "first-1", [2, 3])
    _await(hub, "first-1", missing=1)
    _announce(hub, "first-1", [2, 3])
    assert _await(hub, "first-1", complete=True).digest_matches is True


def test_a_manifest_for_another_agencys_topic_is_quarantined(hub: Hub) -> None:
    _announce(hub, "foreign-1", [0], agency="BPJSTK")

    def rejected() -> Quarantined | None:
        every = [each for _, each in hub.control.records(Quarantined, HUB_QUARANTINE)]
        return next((each for each in every if each.reason == "WRONG_AGENCY"), None)

    assert hub.control.until(rejected).topic == AGENCY_MANIFESTS
    code, said = _show(hub, "foreign-1")
    assert code == 2
    assert "no receipt of a batch 'foreign-1'" in said
