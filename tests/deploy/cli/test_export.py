"""`jangkau export gaps`: what is refused before any broker is asked."""

import os
from pathlib import Path

import pytest

from deploy.cli import main
from schemas.tokens import TokenKey

_KENDARI = ["export", "gaps", "--region", "74.71"]


@pytest.fixture(autouse=True)
def _empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.delenv("JANGKAU_REGISTRY__URL", raising=False)
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([*_KENDARI, "--output", "a.csv", "--with-nik"], "a purpose must be stated"),
        ([*_KENDARI, "--output", "a.csv", "--with-nik", "--purpose", "about 7471010101900000"], "put a NIK"),
        ([*_KENDARI, "--output", "a.csv", "--with-nik", "--purpose", "x"], "token.key cannot be read"),
        ([*_KENDARI, "--output", "a.csv", "--purpose", "x"], "only recorded for a list with NIKs"),
        (["export", "gaps", "--region", "7471", "--output", "a.csv"], "no such region"),
        ([*_KENDARI, "--output", "-", "--format", "parquet"], "cannot go to standard output"),
        ([*_KENDARI, "--output", "a.csv", "--reason", "POOR"], "NEVER_REGISTERED"),
    ],
)
def test_what_is_wrong_is_said_and_no_file_made(
    tmp_path: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert words in err
    assert "7471010101900000" not in err
    assert not [name for name in os.listdir(tmp_path) if "a.csv" in name]


def test_without_a_hub_there_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*_KENDARI, "--output", "a.csv"]) == 1
    assert "no hub runs" in capsys.readouterr().err
    assert os.listdir(tmp_path) == []


def test_with_a_key_the_hub_is_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data" / "keys").mkdir(parents=True)
    TokenKey.generate(tmp_path / "data" / "keys" / "token.key")
    assert main([*_KENDARI, "--output", "a.csv", "--with-nik", "--purpose", "x"]) == 1
    assert "no hub runs" in capsys.readouterr().err
