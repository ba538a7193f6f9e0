"""The broker's jars and the registry, fetched once by Maven and kept for every later start."""

import fcntl
import hashlib
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.maven import Say, run_maven
from deploy.errors import DownloadFailed, NoSpace

POM = Path(__file__).with_name("pom.xml")
PINS = Path(__file__).with_name("artifacts.sha256")
DEFAULT_FOLDER = Path(__file__).parents[2] / ".jangkau" / "artifacts"
# Measured: 43 MB of jars, 152 MB of archive and 168 MB unpacked, besides Maven's own 220 MB.
_NEEDED_BYTES = 600 * 1024 * 1024


@dataclass(frozen=True)
class Artifacts:
    """Where the two programs are: Kafka's jars in one folder, the registry's unpacked archive."""

    kafka: Path
    registry: Path


def provide_artifacts(folder: Path, say: Say) -> Artifacts:
    """The artifacts under `folder`, fetched if this pom's are not there yet.

    A folder is named by the pom's hash and appears whole or not at all; two processes that ask at
    the same time fetch once. Raises ToolMissing, DownloadFailed, NoSpace.
    """
    home = folder / hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    found = Artifacts(home / "kafka", home / "registry")
    if home.exists():
        return found
    folder.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(folder / "lock"):
        if not home.exists():
            _fetch(folder, home, say)
    return found


def _fetch(folder: Path, home: Path, say: Say) -> None:
    free = shutil.disk_usage(folder).free
    if free < _NEEDED_BYTES:
        raise NoSpace(folder, f"{free >> 20} MB free, {_NEEDED_BYTES >> 20} MB needed")
    say("Fetching Apache Kafka and Apicurio Registry (about 220 MB, once)")
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=folder))
    try:
        run_maven(POM, partial, say)
        verify(partial)
        archive = next((partial / "registry").glob("*.tar.gz"))
        with tarfile.open(archive) as tar:
            if hasattr(tarfile, "data_filter"):  # early releases of Python 3.11 have none
                tar.extraction_filter = tarfile.data_filter
            tar.extractall(partial / "registry")
        archive.unlink()
        partial.rename(home)
    except OSError as cause:
        raise DownloadFailed(f"could not unpack into {folder}: {cause}") from cause
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def verify(folder: Path, pins: Path = PINS) -> None:
    """Raise DownloadFailed unless `folder` holds exactly the files of `pins` with these hashes."""
    lines = (line.split() for line in pins.read_text().splitlines())
    pinned = {name: digest for digest, name in lines}
    got = _hashes(folder)
    wrong = sorted(name for name in pinned.keys() | got.keys() if pinned.get(name) != got.get(name))
    if wrong:
        raise DownloadFailed(
            f"not what is pinned in {pins.name}: {', '.join(wrong)}",
            remedy="delete these from Maven's local repository and start again; "
            "if they come back different, do not use them",
        )


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def pin() -> None:
    """Fetch what the pom names and write the hashes of it to artifacts.sha256 (for maintainers)."""
    with tempfile.TemporaryDirectory() as scratch:
        run_maven(POM, Path(scratch), print)
        PINS.write_text("".join(f"{digest}  {name}\n" for name, digest in _hashes(Path(scratch)).items()))
