from pathlib import Path

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


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    assert not run.locked()
    lock = run.take_lock()
    assert lock is not None
    assert run.locked()
    assert run.take_lock() is None
    lock.close()
    assert not run.locked()
