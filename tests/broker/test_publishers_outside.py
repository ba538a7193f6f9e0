"""Publishers as agencies would write them, and a hub of engine and control that accepts what they send."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from connectors.client import Totals
from deploy.cluster import Cluster
from schemas.names import NATION
from schemas.partitioner import partition_for
from schemas.tokens import Tokenizer, TokenKey, hex_keys
from tests.broker.hub_world import Hub, running_hub
from tests.broker.java_clients import fetch_libraries, run_java
from tests.broker.kafka_world import PARTITIONS
from tests.deploy.waiting import wait_until
from tests.docs.pages import page

pytestmark = pytest.mark.broker

KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
NIKS = [f"{747101_000000 + number:012}0000" for number in range(50)]
"""Serial 0000 is never issued: nobody has these NIKs."""


@pytest.fixture(scope="module")
def hub(embedded: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(embedded, tmp_path_factory.mktemp("hub")) as hub:
        yield hub


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
    with Totals.connect(*addresses) as totals:
        wait_until(
            lambda: _gaps(totals, "74.71") >= 40 and _gaps(totals, "74") >= len(NIKS), "they are counted"
        )
        nation = totals.regions[NATION]
        assert nation.partitions_reported == nation.partitions == PARTITIONS


def _gaps(totals: Totals, region: str) -> int:
    totals.read()
    return sum(part.gap for part in totals.regions[region].directives) if region in totals.regions else 0


def _all_are_gaps(hub: Hub) -> None:
    last = hub.last()
    assert set(tokens()) <= last.keys()
    assert {last[token].status for token in tokens()} == {"GAP"}


SINGLE, RECEIPT, ROWS, RESUMED, PATIENTLY = page("docs/publishers.md").fences("python")
HEADER = "nik,version,decile,birth_date,region"


def run(code: str, env: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_guides_examples_are_accepted(hub: Hub, key_file: Path, tmp_path: Path) -> None:
    env = hub.environment(TOKEN_KEY_FILE=str(key_file))
    done = run("\n".join([SINGLE, RECEIPT, ROWS, "print(batch.id)"]), env, tmp_path)
    assert done.returncode == 0, done.stderr
    published, said, complete, members = done.stdout.splitlines()
    batch, count, digest = published.split()
    assert (said, complete) == ("sent 1, accepted 1, quarantined 0, missing 0", "complete")
    assert (hub.manifest(batch).count, hub.manifest(batch).digest) == (int(count), digest)
    assert (hub.receipt(members).accepted, hub.receipt(members).digest_matches) == (2, True)


def test_the_guides_job_goes_on_after_a_crash(hub: Hub, key_file: Path, tmp_path: Path) -> None:
    """It breaks off at the fourth row, which is no NIK; once that is mended the batch is whole."""
    rows = [f"7471010101{number:02}0000,87020332384257,{number},1990-05-17,74.71" for number in range(1, 8)]
    program = f"{SINGLE}\n{RESUMED}"
    env = hub.environment(TOKEN_KEY_FILE=str(key_file))
    spoiled = [*rows[:3], f"7.47101E+15{rows[3][16:]}", *rows[4:]]
    (tmp_path / "persons.csv").write_text("\n".join([HEADER, *spoiled]))
    done = run(program, env, tmp_path)
    assert "INVALID_NIK" in done.stderr
    assert '"rows": 2' in (tmp_path / "persons.progress").read_text()
    (tmp_path / "persons.csv").write_text("\n".join([HEADER, *rows]))
    done = run(program, env, tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "persons.progress").exists()
    receipt = hub.receipt("bps-2026q1-kendari")
    assert (receipt.complete, receipt.digest_matches, receipt.missing) == (True, True, 0)
    # The third row was sent twice if Kafka had it before the crash.
    assert receipt.sent == receipt.accepted + receipt.duplicate
    assert (receipt.accepted, receipt.duplicate <= 1) == (len(rows), True)


def test_the_guides_patience(hub: Hub, tmp_path: Path) -> None:
    trial = """
calls = []
def publish():
    calls.append(1)
    if len(calls) == 1:
        raise Retryable("Kafka is away")
patiently(publish)
def wrong():
    raise JangkauError("wrong", remedy="mend it")
try:
    patiently(wrong)
except JangkauError:
    print(len(calls))
"""
    done = run(f"{PATIENTLY}\n{trial}", hub.environment(), tmp_path)
    assert done.stdout.splitlines() == ["attempt 1: Kafka is away", "wrong; mend it", "2"], done.stderr
