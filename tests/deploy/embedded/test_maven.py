"""Maven itself runs here, against a repository that is not there."""

from pathlib import Path

import pytest

from deploy.embedded.artifacts import POM
from deploy.embedded.maven import run_maven
from deploy.errors import DownloadFailed, ToolMissing
from deploy.ports import remembered_ports

_NOWHERE = """\
<settings><mirrors><mirror>
  <id>nowhere</id><mirrorOf>*</mirrorOf><url>http://127.0.0.1:{port}/repository</url>
</mirror></mirrors></settings>
"""


def test_a_failed_download_names_the_artifact_and_the_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = remembered_ports(tmp_path / "ports.json", ["repository"], {})["repository"]
    home = tmp_path / ".m2"
    home.mkdir()
    (home / "settings.xml").write_text(_NOWHERE.format(port=closed))
    monkeypatch.setenv("MAVEN_OPTS", f"-Duser.home={tmp_path}")
    with pytest.raises(DownloadFailed) as caught:
        run_maven(POM, tmp_path / "artifacts", lambda line: None)
    message = str(caught.value)
    assert "maven-dependency-plugin" in message
    assert "refused" in message
    assert len(message.splitlines()) == 1
    assert len(message) < 400
    assert caught.value.remedy


def test_without_maven_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="Maven") as caught:
        run_maven(POM, tmp_path / "artifacts", lambda line: None)
    assert "maven" in (caught.value.remedy or "")
