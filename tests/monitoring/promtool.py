"""Prometheus's own tools, from the system's packages."""

import os
import shutil
import subprocess

import pytest

HOW = "Debian, Ubuntu: apt-get install prometheus"


def tool(name: str) -> str:
    """Where ``promtool`` or ``prometheus`` is. Without it the test is skipped, on CI it fails."""
    found = shutil.which(name)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"{name} is missing; {HOW}")
    if found is None:
        pytest.skip(f"{name} is missing; {HOW}")
    return found


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run promtool; what it says is in ``stdout``."""
    return subprocess.run(
        [tool("promtool"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
