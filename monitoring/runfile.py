"""Run files: where a process says that it runs, with its pid and the port of its exporter."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunFile:
    """One process. ``name`` is its own, as ``engine-0``; ``started`` seconds since 1970."""

    name: str
    pid: int
    port: int
    started: float


def run_dir(data_dir: Path) -> Path:
    """The folder of the run files below the data folder."""
    return data_dir / "run"


def write(folder: Path, run: RunFile) -> Path:
    """Write atomically: a reader sees the old file or the new one, never half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{run.name}.json"
    draft = folder / f".{run.name}.{run.pid}.tmp"
    draft.write_text(json.dumps(asdict(run)) + "\n", encoding="utf-8")
    os.replace(draft, target)
    return target


def remove(folder: Path, run: RunFile) -> None:
    """Take the file away, but only while it is still this process's own."""
    if _read(folder / f"{run.name}.json") == run:
        (folder / f"{run.name}.json").unlink(missing_ok=True)


def read_all(folder: Path) -> list[RunFile]:
    """Every readable run file, by name. A file that cannot be read says nothing and is left out."""
    found = (_read(path) for path in sorted(folder.glob("*.json")))
    return [run for run in found if run is not None]


def _read(path: Path) -> RunFile | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return RunFile(
            str(content["name"]), int(content["pid"]), int(content["port"]), float(content["started"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
