from dataclasses import replace
from pathlib import Path

import pytest

from deploy.cluster import Cluster
from deploy.identity import ProcessIdentity, myself
from deploy.supervision.record import HubRecord, HubState, ProcessRecord, RunFolder


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    assert run.read() is None
    record = HubRecord(
        HubState.RUNNING,
        myself(),
        Cluster("127.0.0.1:1", "http://127.0.0.1:2"),
        (
            ProcessRecord("engine-0", ProcessIdentity(1, "then"), "logs/engine-0.log", restarts=2),
            ProcessRecord("engine-1", None, "logs/engine-1.log", refused=True),
        ),
        error="why",
        remedy="what to do",
    )
    run.write(record)
    assert run.read() == record


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_on_a_full_disk_the_record_says_why_the_hub_ended(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    running = HubRecord(HubState.RUNNING, myself(), None, (ProcessRecord("engine-0", None, "log"),) * 20)
    run.write(running)
    full = run.record_file.with_suffix(".tmp")
    full.symlink_to("/dev/full")
    failed = HubRecord(HubState.FAILED, myself(), error="no space on the disk", remedy="free some space")
    run.write(failed)
    assert run.read() == failed
    full.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        run.write(replace(failed, error="x" * 10_000))
    assert run.read() == failed
    run.write(running)
    assert run.read() == running


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    assert not run.locked()
    lock = run.take_lock()
    assert lock is not None
    assert run.locked()
    assert run.take_lock() is None
    lock.close()
    assert not run.locked()
