"""`jangkau up` to `jangkau down`, typed as a person types them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.identity import ProcessIdentity
from deploy.query.ready import await_ready
from deploy.supervision.hub import running_hub
from deploy.supervision.record import HubState, RunFolder
from tests.deploy.waiting import wait_until

pytestmark = pytest.mark.broker

EXTERNAL = ("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", "JANGKAU_REGISTRY__URL")


def environment(data_dir: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in EXTERNAL}
    return {**inherited, "JANGKAU_DATA_DIR": str(data_dir)}


def jangkau(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "jangkau", *arguments]
    return subprocess.run(argv, env=environment(data_dir), capture_output=True, text=True, check=False)


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    jangkau(tmp_path, "down")


def identities(data_dir: Path) -> dict[str, ProcessIdentity | None]:
    return {process.name: process.identity for process in running_hub(data_dir).processes}


def test_a_hub_is_started_kept_running_and_stopped(data_dir: Path) -> None:
    done = jangkau(data_dir, "up", "--engines", "2")
    assert done.returncode == 0, done.stderr
    assert "Hub berjalan. / The hub runs." in done.stdout
    url = (data_dir / "gateway" / "url").read_text().strip()
    assert f"Gateway   {url}\n" in done.stdout
    assert f"Konsol    {url}/console/" in done.stdout
    assert await_ready(data_dir, deadline_s=120) == ()
    first = identities(data_dir)
    assert list(first) == ["kafka", "registry", "control", "gateway", "engine-0", "engine-1"]

    again = jangkau(data_dir, "up")
    assert again.returncode == 1
    assert f"(pid {running_hub(data_dir).supervisor.pid})" in again.stderr
    assert "jangkau down" in again.stderr
    assert "Traceback" not in again.stderr
    refused = jangkau(data_dir, "reset", "--yes")
    assert refused.returncode == 1
    assert identities(data_dir) == first

    engine = first["engine-1"]
    assert engine is not None
    os.kill(engine.pid, signal.SIGKILL)
    wait_until(lambda: identities(data_dir)["engine-1"] not in (engine, None), "it runs again")
    assert await_ready(data_dir, deadline_s=120) == ()
    last = identities(data_dir)

    stopped = jangkau(data_dir, "down")
    assert stopped.returncode == 0
    assert "Hub berhenti." in stopped.stdout
    assert not any(identity and identity.alive() for identity in last.values())

    deleted = jangkau(data_dir, "reset", "--yes")
    assert deleted.returncode == 0
    assert [path.name for path in data_dir.iterdir()] == ["keys"]


def test_a_broker_that_dies_ends_the_hub_and_says_so(data_dir: Path) -> None:
    assert jangkau(data_dir, "up").returncode == 0
    before = identities(data_dir)
    broker = before["kafka"]
    assert broker is not None
    os.kill(broker.pid, signal.SIGKILL)
    wait_until(lambda: not RunFolder(data_dir / "run").locked(), "the hub has ended")
    assert not any(identity and identity.alive() for identity in before.values())
    record = RunFolder(data_dir / "run").read()
    assert record is not None
    assert record.state is HubState.FAILED
    told = jangkau(data_dir, "down")
    assert "the last one failed: the embedded kafka failed" in told.stdout
    assert jangkau(data_dir, "up").returncode == 0, "its data serves the next one"


def test_ctrl_c_while_starting_leaves_nothing(data_dir: Path) -> None:
    argv = [sys.executable, "-m", "jangkau", "up"]
    run = RunFolder(data_dir / "run")
    with subprocess.Popen(
        argv, env=environment(data_dir), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "starting Kafka and the schema registry\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in err
    assert not run.locked()
    record = run.read()
    assert record is not None
    assert record.state is HubState.STOPPED
    assert not record.supervisor.alive()
