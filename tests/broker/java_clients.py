"""Java programs of Kafka's and Avro's own libraries, and nothing of ours."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_JAVA = Path(__file__).parent / "java"


def fetch_libraries(folder: Path) -> Path:
    """Their libraries, in this folder; skips where there is no JDK, except in CI."""
    if shutil.which("javac") is None:
        missing = "no javac on this machine: install a JDK (Debian: default-jdk-headless) to run this test"
        assert not os.environ.get("CI"), missing
        pytest.skip(missing)
    copy = ["mvn", "-q", "-B", "-f", str(_JAVA / "pom.xml"), "dependency:copy-dependencies"]
    subprocess.run([*copy, f"-DoutputDirectory={folder}"], check=True)
    return folder


def run_java(libraries: Path, program: str, *arguments: str, given: str = "") -> list[str]:
    """The lines a program prints, ``given`` being its standard input; fails with what it complains of."""
    argv = ["java", "-cp", f"{libraries}/*", str(_JAVA / f"{program}.java"), *arguments]
    told = subprocess.run(argv, input=given, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-4000:]
    return told.stdout.splitlines()
