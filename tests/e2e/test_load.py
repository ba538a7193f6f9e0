"""`jangkau load` on a running hub: good rows, bad rows, a kill -9 in the middle, and the receipt."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.client.recount import recount
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.reader import KafkaReader
from deploy.query.access import codec
from deploy.query.scan import newest
from deploy.supervision.hub import hub_cluster
from schemas.events import BatchManifest, BatchReceipt
from schemas.names import AGENCY_MANIFESTS, AGENCY_RECEIPTS, DTSEN_PERSONS
from tests.connectors.files.support import PERSON_HEADER, person, write
from tests.deploy.waiting import wait_until
from tests.e2e.commands import environment

pytestmark = [pytest.mark.broker, pytest.mark.timeout(600)]

_RELEASE = 20254 << 32


def _argv(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "jangkau", *arguments]


def _jangkau(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _argv(*arguments), env=environment(data_dir), capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a running hub with a business date."""
    data_dir = tmp_path_factory.mktemp("hub")
    started = _jangkau(data_dir, "up")
    try:
        assert started.returncode == 0, started.stderr
        dated = _jangkau(data_dir, "clock", "advance", "--to", "2026-01-05", "--reason", "test")
        assert dated.returncode == 0, dated.stderr
        yield data_dir
    finally:
        _jangkau(data_dir, "down")


def _last(data_dir: Path, topic: str, key: str) -> dict[str, object] | None:
    cluster = hub_cluster(data_dir)
    config = KafkaConfig(cluster.bootstrap_servers)
    reader = KafkaReader(config)
    try:
        value = newest(reader, KafkaAdmin(config), topic).get(key.encode())
    finally:
        reader.close()
    return None if value is None else codec(cluster).decode(topic, value)


def _receipt(data_dir: Path, batch: str) -> BatchReceipt:
    def complete() -> bool:
        found = _last(data_dir, AGENCY_RECEIPTS, batch)
        return found is not None and bool(found["complete"])

    wait_until(complete, f"a complete receipt of {batch}")
    return BatchReceipt.from_record(_last(data_dir, AGENCY_RECEIPTS, batch) or {})


def _people(count: int, first: int = 1) -> list[str]:
    return [person(f"{n:012d}0000", version=_RELEASE) for n in range(first, first + count)]


def test_bad_rows_are_named_and_the_rest_is_received(hub: Path, tmp_path: Path) -> None:
    rows = [*_people(3), person("747101550690000"), '"broken', ",,"]
    file = write(tmp_path / "persons.csv", PERSON_HEADER, *rows)
    done = _jangkau(hub, "load", str(file), "--topic", DTSEN_PERSONS, "--batch", "load-1")
    assert done.returncode == 3, done.stderr
    with file.with_name("persons.csv.rejects.csv").open(newline="") as rejects:
        assert [row["line"] for row in csv.DictReader(rejects)] == ["5", "6"]
    receipt = _receipt(hub, "load-1")
    assert (receipt.sent, receipt.accepted) == (3, 3)
    again = _jangkau(hub, "load", str(file), "--topic", DTSEN_PERSONS, "--batch", "load-2")
    assert again.returncode == 3, again.stderr
    receipt = _receipt(hub, "load-2")
    assert (receipt.sent, receipt.accepted, receipt.duplicate) == (3, 0, 3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--batch", "b"], "--topic"),
        (["--topic", DTSEN_PERSONS, "--batch", "no blanks"], "batch id"),
        (["--topic", "bpjs.memberships", "--batch", "b"], "column cause is missing"),
        (["--topic", DTSEN_PERSONS, "--batch", "b", "--resume"], "nothing to resume"),
    ],
)
def test_what_is_wrong_with_the_call_is_said(
    hub: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    file = write(tmp_path / "persons.csv", PERSON_HEADER, *_people(1))
    done = _jangkau(hub, "load", str(file), *arguments)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not file.with_name("persons.csv.progress.json").exists()


def test_a_full_publication_of_nobody_is_refused(hub: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "persons.csv", PERSON_HEADER)
    call = ("load", str(file), "--topic", DTSEN_PERSONS, "--batch", "load-nobody")
    done = _jangkau(hub, *call, "--full")
    assert done.returncode == 2, done.stderr
    assert "nobody in it" in done.stderr
    assert _last(hub, AGENCY_MANIFESTS, "load-nobody") is None
    part = _jangkau(hub, *call)
    assert part.returncode == 0, part.stderr
    assert (_last(hub, AGENCY_MANIFESTS, "load-nobody") or {})["count"] == 0


def test_a_load_killed_in_the_middle_goes_on_and_adds_up(hub: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "persons.csv", PERSON_HEADER, *_people(400_000, first=1_000_000))
    progress = file.with_name("persons.csv.progress.json")
    arguments = ("load", str(file), "--topic", DTSEN_PERSONS, "--batch", "load-killed")
    process = subprocess.Popen(
        _argv(*arguments), env=environment(hub), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )

    def begun() -> bool:
        assert process.poll() is None, process.communicate()[1]
        return progress.exists() and json.loads(progress.read_text())["through"] > 0

    wait_until(begun, "the load is under way")
    process.kill()
    process.communicate()
    assert _last(hub, AGENCY_MANIFESTS, "load-killed") is None
    resumed = _jangkau(hub, *arguments, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    config = KafkaConfig(hub_cluster(hub).bootstrap_servers)
    reader = KafkaReader(config)
    avro = codec(hub_cluster(hub))
    lying = recount(reader, KafkaAdmin(config), avro, DTSEN_PERSONS, "load-killed", {})
    reader.close()
    manifest = BatchManifest.from_record(_last(hub, AGENCY_MANIFESTS, "load-killed") or {})
    assert (manifest.count, manifest.digest) == (lying.count, lying.digest)
    receipt = _receipt(hub, "load-killed")
    assert receipt.accepted == 400_000
    assert receipt.accepted + receipt.duplicate == manifest.count


MAPPING = """
topic: dtsen.persons
regions: bps
fields:
  nik: nik
  release: {constant: 20254}
  decile: desil_nasional_keluarga
  extreme_poor: kemiskinan_ekstrem
  birth_date: {column: tanggal_lahir, form: DD/MM/YYYY}
  sex: {column: id_jenis_kelamin, values: {1: MALE, 2: FEMALE}}
  region: id_kabupaten
  work_status: kerja
  industry: usaha
"""


def _agency_file(path: Path, count: int) -> Path:
    """A Parquet file as an agency names its columns; every tenth row has a sex nobody knows."""
    numbers = np.arange(count)
    niks = [f"{number:012d}0000" for number in range(2_000_000, 2_000_000 + count)]
    columns = {
        "nik": niks,
        "desil_nasional_keluarga": numbers % 10 + 1,
        "kemiskinan_ekstrem": numbers % 2,
        "tanggal_lahir": ["30/04/1990"] * count,
        "id_jenis_kelamin": np.where(numbers % 10 == 0, 3, 1 + numbers % 2),
        "id_kabupaten": np.full(count, 7471),
        "kerja": numbers % 9,
        "usaha": numbers % 26 + 1,
    }
    pq.write_table(pa.table(columns), path)
    return path


def test_a_mapped_load_killed_again_and_again_goes_on_and_adds_up(hub: Path, tmp_path: Path) -> None:
    count, batch = 600_000, "load-mapped"
    file, mapping = _agency_file(tmp_path / "a.parquet", count), write(tmp_path / "dtsen.yaml", MAPPING)
    progress, rejects = tmp_path / "a.parquet.progress.json", tmp_path / "a.parquet.rejects.csv"
    call = ("load", str(file), "--mapping", str(mapping), "--batch", batch)

    def through() -> int:
        return int(json.loads(progress.read_text())["through"]) if progress.exists() else 0

    for kill in range(3):
        before = through()
        argv = _argv(*call, *(["--resume"] if kill else []))
        process = subprocess.Popen(
            argv, env=environment(hub), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )

        def further(process: subprocess.Popen[str] = process, before: int = before) -> bool:
            assert process.poll() is None, process.communicate()[1]
            return through() > before

        wait_until(further, "the load goes on")
        process.kill()
        process.communicate()
        assert before < through() < count
    write(mapping, MAPPING.replace("2: FEMALE", "2: MALE"))
    another = _jangkau(hub, *call, "--resume")
    assert another.returncode == 2, another.stderr
    assert "the mapping" in another.stderr
    write(mapping, MAPPING + "# comments change nothing\n")
    resumed = _jangkau(hub, *call, "--resume")
    assert resumed.returncode == 3, resumed.stderr
    with rejects.open(newline="") as lines:
        assert [int(row["line"]) for row in csv.DictReader(lines)] == list(range(1, count + 1, 10))
    receipt = _receipt(hub, batch)
    assert receipt.accepted == count * 9 // 10
    assert receipt.accepted + receipt.duplicate == receipt.sent
    assert not progress.exists()
