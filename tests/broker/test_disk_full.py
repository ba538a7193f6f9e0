"""The disk under a whole hub fills until Kafka cannot append any more; then there is room again."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.query.ready import await_ready
from deploy.supervision.hub import hub_cluster
from deploy.supervision.record import RunFolder
from tests.broker.supervised import SupervisedHub, traffic
from tests.deploy.waiting import wait_until

pytestmark = pytest.mark.broker

DISK_MB = 256
BLOCK = b"\0" * (1 << 20)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own; to mount one takes root, on Linux."""
    where = tmp_path / "disk"
    where.mkdir()
    argv = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "jangkau-test", str(where)]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no file system can be mounted here: there is no mount")
    if done.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield where
    finally:
        # A supervisor lets go of the folder a moment before it is gone itself.
        wait_until(lambda: _unmounted(where), "nobody uses the disk any more")


def _unmounted(where: Path) -> bool:
    return subprocess.run(["umount", str(where)], capture_output=True, check=False).returncode == 0


@pytest.fixture
def hub(disk: Path) -> Iterator[SupervisedHub]:
    hub = SupervisedHub(disk / "hub", {"JANGKAU_EMBEDDED__MIN_FREE_MB": "64"})
    try:
        yield hub
    finally:
        hub.jangkau("down")


def test_a_full_disk_ends_the_hub_and_says_so_and_with_room_it_goes_on(
    hub: SupervisedHub, disk: Path, tmp_path: Path
) -> None:
    hub.up()
    cluster = hub_cluster(hub.data_dir)
    with traffic(cluster, tmp_path / "ministry", seed=20260403) as wanted:
        wanted.begin()
        wait_until(lambda: wanted.batches() >= 6, "facts flow")
        ballast = disk / "ballast"
        _fill(ballast)
        wait_until(lambda: not RunFolder(hub.data_dir / "run").locked(), "the hub has ended")
        told = hub.jangkau("status")
        assert told.returncode == 2
        assert f"no space on the disk of {hub.data_dir / 'embedded'}" in told.stdout, told.stdout
        refused = hub.jangkau("up")
        assert refused.returncode != 0
        assert "64 MB needed" in refused.stderr, refused.stderr
        ballast.unlink()
        before = wanted.batches()
        hub.up()
        assert hub_cluster(hub.data_dir) == cluster
        wait_until(lambda: wanted.batches() >= before + 6, "facts flow again")
        wanted.end()
        wanted.laws_hold(tmp_path / "checker")
    assert await_ready(hub.data_dir, 1.0) == ()


def _fill(ballast: Path) -> None:
    """To the last byte."""
    with ballast.open("wb", buffering=0) as file:
        for piece in (BLOCK, BLOCK[:4096], b"\0"):
            while _written(file.fileno(), piece):
                pass


def _written(file: int, piece: bytes) -> bool:
    try:
        return os.write(file, piece) == len(piece)
    except OSError:
        return False
