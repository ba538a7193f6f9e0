"""The demo as a newcomer types it, in small: a real hub, a year's beginning, the check; and Ctrl-C."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deploy.supervision.record import HubRecord, RunFolder
from tests.deploy.waiting import wait_until
from tests.e2e.commands import environment

pytestmark = [pytest.mark.broker, pytest.mark.timeout(600)]

_SMALL = ("--population", "0.5%", "--months", "1", "--seed", "5")
_SIXTEEN_DIGITS = re.compile(r"(?<![0-9a-f])[0-9]{16}(?![0-9a-f])")


def _jangkau(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "jangkau", *arguments]
    return subprocess.run(argv, env=environment(data_dir), capture_output=True, text=True, check=False)


def _record(data_dir: Path) -> HubRecord | None:
    return RunFolder(data_dir / "demo" / "run").read()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A demo that was played to its end, its hub kept running, and what it printed."""
    data_dir = tmp_path_factory.mktemp("played")
    done = _jangkau(data_dir, "demo", *_SMALL, "--keep")
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        yield data_dir, done.stdout
    finally:
        _jangkau(data_dir / "demo", "down")


def test_a_demo_ends_with_everything_right(played: tuple[Path, str]) -> None:
    _, said = played
    assert "Semua benar. / Everything is right." in said
    assert "✗" not in said
    assert "2025-04  berhak/eligible" in said
    assert "Kota Kendari" in said
    assert not _SIXTEEN_DIGITS.search(said)


def test_no_log_and_no_file_of_a_demo_holds_a_nik(played: tuple[Path, str]) -> None:
    data_dir, _ = played
    logs = list((data_dir / "demo" / "logs").glob("*"))
    assert len(logs) >= 5
    for log in logs:
        assert not re.search(r"\b74[0-9]{10}0000\b", log.read_text("utf-8", "replace")), log.name


def test_the_commands_it_ends_with_work_on_the_hub_it_keeps(played: tuple[Path, str]) -> None:
    data_dir, said = played
    token = re.search(r"explain ([0-9a-f]{32})", said)
    assert token
    explained = _jangkau(data_dir / "demo", "explain", token[1], "--purpose", "mencoba demo")
    assert explained.returncode == 0, explained.stderr
    assert "inpres-8-2025" in explained.stdout
    listed = _jangkau(data_dir / "demo", "quarantine", "list")
    assert listed.returncode == 0, listed.stderr
    assert "INVALID_DECILE" in listed.stdout


def test_another_demo_does_not_touch_the_hub_that_runs(played: tuple[Path, str]) -> None:
    data_dir, _ = played
    again = _jangkau(data_dir, "demo", *_SMALL)
    assert again.returncode == 1
    assert "jangkau down" in again.stderr
    assert (data_dir / "demo" / "ledger" / "persons.parquet").exists()


def test_a_wrong_verdict_planted_makes_the_demo_fail(played: tuple[Path, str], tmp_path: Path) -> None:
    data_dir, _ = played
    for name in ("ledger", "recorded"):
        (tmp_path / "demo" / name).parent.mkdir(exist_ok=True)
        subprocess.run(["cp", "-r", data_dir / "demo" / name, tmp_path / "demo" / name], check=True)
    assert _jangkau(tmp_path, "demo", "--check").returncode == 0
    file = next((tmp_path / "demo" / "recorded" / "coverage").glob("*.parquet"))
    table = pq.read_table(file)
    rows = table.to_pylist()
    flipped = max((row for row in rows if row["verdicts"]), key=lambda row: (row["partition"], row["offset"]))
    verdict = flipped["verdicts"][0]
    verdict["status"] = flipped["status"] = "COVERED" if verdict["status"] == "GAP" else "GAP"
    pq.write_table(pa.Table.from_pylist(rows, table.schema), file)
    checked = _jangkau(tmp_path, "demo", "--check")
    assert checked.returncode == 1
    assert "✗" in checked.stdout
    assert flipped["token"] in checked.stdout


def test_there_must_be_something_to_check(tmp_path: Path) -> None:
    done = _jangkau(tmp_path, "demo", "--check")
    assert done.returncode == 2
    assert "no finished demo" in done.stderr


@pytest.mark.parametrize("share", ["0%", "101%", "sedikit"])
def test_a_share_that_is_none_is_refused(tmp_path: Path, share: str) -> None:
    done = _jangkau(tmp_path, "demo", "--population", share)
    assert done.returncode == 2
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("moment", ["starting Kafka", "preparing topics", "all processes are started"])
def test_ctrl_c_stops_everything_at_any_moment(tmp_path: Path, moment: str) -> None:
    out = tmp_path / "said"
    with out.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "jangkau", "demo", *_SMALL],
            env=environment(tmp_path),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until(lambda: moment in out.read_text("utf-8"), f"the demo says {moment!r}")
            record = _record(tmp_path)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130, out.read_text("utf-8")
        finally:
            process.kill()
            process.wait()
    assert record is not None
    assert not record.supervisor.alive()
    assert not any(child.identity and child.identity.alive() for child in record.processes)
    assert "Traceback" not in out.read_text("utf-8")
