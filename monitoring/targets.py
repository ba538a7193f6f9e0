"""Where Prometheus finds each process: one file_sd file a process, ``<run folder>/targets/<name>.json``.

It is written at the start and taken away by a clean stop. One that died leaves it behind, so that its
``up`` is 0 and somebody is told; ``keep`` tidies up when a hub starts or stops as a whole.
"""

import json
import os
from collections.abc import Container
from pathlib import Path


def targets_dir(run_dir: Path) -> Path:
    """The folder Prometheus looks into."""
    return run_dir / "targets"


def write(run_dir: Path, name: str, port: int) -> Path:
    """Say that the process ``name``, as ``engine-0``, shows its metrics on this port of loopback.

    Atomic: Prometheus sees the old file or the new one.
    """
    folder = targets_dir(run_dir)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{name}.{os.getpid()}.tmp"
    draft.write_text(_content(name, port), encoding="utf-8")
    target = folder / f"{name}.json"
    os.replace(draft, target)
    return target


def remove(run_dir: Path, name: str, port: int) -> None:
    """Take it away, but only while it is still this process's own."""
    path = targets_dir(run_dir) / f"{name}.json"
    try:
        if path.read_text(encoding="utf-8") == _content(name, port):
            path.unlink(missing_ok=True)
    except OSError:
        return


def keep(run_dir: Path, names: Container[str]) -> None:
    """Take away all but those of these processes."""
    for path in targets_dir(run_dir).glob("*.json"):
        if path.stem not in names:
            path.unlink(missing_ok=True)


def _content(name: str, port: int) -> str:
    labels = {"instance": name, "role": name.partition("-")[0]}
    return json.dumps([{"targets": [f"127.0.0.1:{port}"], "labels": labels}]) + "\n"
