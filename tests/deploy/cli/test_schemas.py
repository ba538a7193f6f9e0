"""`jangkau schemas check` without a registry, and with one that is not there."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.cli.schemas import schemas
from schemas.errors import Retryable


@pytest.fixture(autouse=True)
def no_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.delenv("JANGKAU_REGISTRY__URL", raising=False)


@pytest.mark.parametrize("arguments", [["check"], ["check", "--offline"]])
def test_what_ships_is_whole(arguments: list[str]) -> None:
    result = CliRunner().invoke(schemas, arguments)
    assert result.exit_code == 0
    assert result.output.splitlines()[0].startswith("17 schemas, 17 versions, ")
    assert "registry" not in result.output


def test_a_registry_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setenv("JANGKAU_REGISTRY__URL", "http://127.0.0.1:1")
    result = CliRunner().invoke(schemas, ["check"])
    assert isinstance(result.exception, Retryable)
