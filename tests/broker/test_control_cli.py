"""`jangkau directive` and `jangkau clock` against a running control worker."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cluster import Cluster
from deploy.hub import child_environment
from schemas.sealing import SealingKey
from tests.broker.control_world import ControlWorld
from tests.streams.control.builders import NAME, document

pytestmark = pytest.mark.broker


@pytest.fixture
def world(embedded: Cluster, tmp_path: Path) -> Iterator[ControlWorld]:
    made = ControlWorld(embedded, tmp_path)
    made.start()
    made.until(lambda: made.view().policy)
    yield made
    made.close()


def jangkau(world: ControlWorld, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **child_environment(world.home, world.cluster)}
    argv = [sys.executable, "-m", "jangkau", *words]
    with subprocess.Popen(
        argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while process.poll() is None:  # a command may wait for what the engines answer
            world.answer()
        out, err = process.communicate()
    return subprocess.CompletedProcess(argv, process.returncode, out, err)


def test_a_directive_and_the_date_by_command(world: ControlWorld, tmp_path: Path) -> None:
    file = tmp_path / "directive.yaml"
    file.write_text(document(1, "2026-01-10"))

    assert "Belum ada" in jangkau(world, "clock", "show").stdout
    nothing = jangkau(world, "clock", "advance", "--reason", "uji")
    assert nothing.returncode == 2
    assert "--to" in nothing.stderr

    submitted = jangkau(world, "directive", "submit", str(file), "--by", "Kemnaker")
    assert (submitted.returncode, submitted.stderr) == (0, "")
    assert "DRAFTED" in submitted.stdout

    assert jangkau(world, "clock", "advance", "--to", "2026-01-09", "--reason", "uji").returncode == 0
    previewed = jangkau(world, "directive", "preview", NAME, "--version", "1")
    assert (previewed.returncode, previewed.stderr) == (0, "")
    digest = world.view().previewed(NAME, 1).body.figures.digest  # type: ignore[union-attr]
    approval = ["directive", "approve", NAME, "--version", "1", "--basis", "Kepmen 2"]
    bounds = [
        "--entering",
        "12",
        "--leaving",
        "0",
        "--leaving-regency",
        "0",
        "--leaving-regency-permille",
        "0",
    ]
    own = jangkau(world, *approval, "--preview", digest, *bounds, "--by", "kemnaker")
    assert own.returncode == 2
    assert "whoever drafted" in own.stderr
    approved = jangkau(world, *approval, "--preview", digest, *bounds, "--by", "Menaker")
    assert (approved.returncode, approved.stderr) == (0, "")
    assert jangkau(world, "clock", "advance", "--reason", "uji", "--by", "pusdatin").returncode == 0
    shown = jangkau(world, "clock", "show").stdout
    assert "2026-01-10" in shown
    assert "pusdatin" in shown
    world.until(lambda: "IN_FORCE" in jangkau(world, "directive", "list").stdout)

    back = jangkau(world, "clock", "advance", "--to", "2026-01-01", "--reason", "uji")
    assert back.returncode == 2
    assert "only rises" in back.stderr

    unknown = jangkau(world, "directive", "revoke", NAME, "--version", "7", "--basis", "Kepmen 1")
    assert unknown.returncode == 2
    assert "no valid version 7" in unknown.stderr
    revoked = jangkau(world, "directive", "revoke", NAME, "--version", "1", "--basis", "Kepmen 1")
    assert "REVOKED" in revoked.stdout
    steps = jangkau(world, "directive", "show", NAME).stdout
    assert "Kepmen 1" in steps
    assert "no valid version 7" in steps
    assert jangkau(world, "directive", "show", "tak-ada").returncode == 2


def test_a_document_that_does_not_validate_is_not_sent(world: ControlWorld, tmp_path: Path) -> None:
    file = tmp_path / "directive.yaml"
    file.write_text("id: Salah Nama\nversion: 0\nrequires: [XYZ]\neffective: {from: besok}\n")
    refused = jangkau(world, "directive", "submit", str(file))
    assert refused.returncode == 2
    for field in ("id", "version", "title", "legal_basis", "means", "requires", "effective.from"):
        assert f"  {field}" in refused.stderr
    assert "Belum ada" in jangkau(world, "directive", "list").stdout


def test_without_kafka_it_says_so_and_ends(tmp_path: Path) -> None:
    SealingKey.generate().write(tmp_path / "keys" / "sealing.key")
    nowhere = child_environment(tmp_path, Cluster("127.0.0.1:1", "http://127.0.0.1:1"))
    argv = [sys.executable, "-m", "jangkau", "control"]
    ended = subprocess.run(argv, env={**os.environ, **nowhere}, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "check that the broker runs and can be reached" in ended.stderr
    assert "exit_code=1" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list((tmp_path / "run").glob("*.json"))
