from pathlib import Path
from xml.etree import ElementTree

import pytest

from deploy.embedded.artifacts import PINS, POM, verify
from deploy.errors import DownloadFailed


def test_every_artifact_is_pinned_by_its_hash() -> None:
    lines = [line.split() for line in PINS.read_text().splitlines()]
    assert all(len(digest) == 64 for digest, _ in lines)
    names = [name for _, name in lines]
    maven = {"m": "http://maven.apache.org/POM/4.0.0"}
    properties = ElementTree.parse(POM).getroot().find("m:properties", maven)
    assert properties is not None
    versions = {child.tag.partition("}")[2]: child.text for child in properties}
    assert f"kafka/kafka_2.13-{versions['kafka.version']}.jar" in names
    assert f"registry/apicurio-registry-app-{versions['registry.version']}-all.tar.gz" in names
    assert any(name.startswith("kafka/log4j-slf4j-impl-") for name in names)


def test_a_changed_added_or_missing_file_is_refused(tmp_path: Path) -> None:
    pins = tmp_path / "pins"
    pins.write_text(f"{'0' * 64}  kafka/changed.jar\n{'0' * 64}  kafka/missing.jar\n")
    folder = tmp_path / "folder"
    (folder / "kafka").mkdir(parents=True)
    (folder / "kafka" / "changed.jar").write_bytes(b"x")
    (folder / "kafka" / "added.jar").write_bytes(b"x")
    with pytest.raises(DownloadFailed) as caught:
        verify(folder, pins)
    for name in ("changed", "missing", "added"):
        assert f"kafka/{name}.jar" in str(caught.value)


def test_what_is_pinned_passes(tmp_path: Path) -> None:
    pins = tmp_path / "pins"
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    pins.write_text(f"{empty}  kafka/empty.jar\n")
    (tmp_path / "folder" / "kafka").mkdir(parents=True)
    (tmp_path / "folder" / "kafka" / "empty.jar").touch()
    verify(tmp_path / "folder", pins)
