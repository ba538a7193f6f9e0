"""A program of somebody else, type-checked strictly against what is installed, from a folder of its own."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

PROGRAM = """
import signal
from datetime import UTC, date, datetime
from pathlib import Path

from jangkau import (
    BatchReceipt, CoverageStatus, DirectiveId, DirectiveStatus, InvalidInput, JangkauError, Nik, PersonRanked,
    PersonToken, Publisher, Receipts, RegionTotals, Retryable, Subscriber, Totals, Verdict,
)


def publish(servers: str, registry: str, key: Path, people: dict[str, int | None]) -> BatchReceipt | None:
    with Publisher.connect(servers, registry, token_key=key) as publisher:
        with publisher.batch("BPS", "PART") as batch:
            for nik, decile in people.items():
                batch.send(Nik.parse(nik), person(batch.id, decile))
            kept: int = batch.checkpoint().count
    with Receipts.connect(servers, registry) as receipts:
        return receipts.wait(batch.id, timeout_s=kept / 100)


def person(batch: str, decile: int | None) -> PersonRanked:
    return PersonRanked(
        version=(20261 << 32) + 1, batch=batch, decile=decile, extreme_poor=False,
        birth_date=date(1990, 5, 17), sex="FEMALE", region="74.71", work_status=1,
        industry=None, presence="PRESENT", replaced_by=None, observed_at=datetime.now(UTC),
    )


def follow(servers: str, registry: str) -> dict[PersonToken, CoverageStatus]:
    found: dict[PersonToken, CoverageStatus] = {}
    with Subscriber.connect(servers, registry, group="kendari", regions=["74.71"]) as subscriber:
        signal.signal(signal.SIGTERM, lambda number, frame: subscriber.stop())
        try:
            for token, state in subscriber:
                if state is None:
                    found.pop(token, None)
                else:
                    verdicts: tuple[Verdict, ...] = state.verdicts
                    found[token] = state.status if verdicts else "NOT_ELIGIBLE"
            for batch in subscriber.batches(idle_s=1):
                count: int = len(batch.tokens) + batch.next_offset
        except Retryable as error:
            print(error, error.remedy)
        except (InvalidInput, JangkauError):
            raise
    return found


def gap(servers: str, registry: str) -> int | None:
    with Totals.connect(servers, registry) as totals:
        status: DirectiveStatus = totals.directives[DirectiveId("inpres-8-2025")]
        for key, value in totals.follow(idle_s=1):
            if isinstance(value, RegionTotals):
                return value.persons
        return status.version
"""

WRONG = """
from jangkau import Publisher, Subscribe

publisher = Publisher.connect("localhost:9092", 8081)
publisher.batch("bps", "PART")
"""


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "mypy-of-outside-programs"


def checked(program: str, folder: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    (folder / "program.py").write_text(program)
    argv = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(cache), "program.py"]
    return subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)


def test_it_passes_strict(tmp_path: Path, cache: Path) -> None:
    done = checked(PROGRAM, tmp_path, cache)
    assert done.returncode == 0, done.stdout


def test_its_mistakes_are_seen(tmp_path: Path, cache: Path) -> None:
    """Types that are there, and not Any: a misspelt name, a wrong argument, an agency there is not."""
    said = checked(WRONG, tmp_path, cache).stdout
    assert 'has no attribute "Subscribe"' in said
    assert 'Argument 2 to "connect"' in said
    assert 'Argument 1 to "batch"' in said
    assert "Found 3 errors" in said


def test_the_wheel_says_that_it_is_typed(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    assert {f"{package}/py.typed" for package in ("jangkau", "connectors", "schemas")} <= names
