"""The commands that ask: what they refuse before any broker is asked, by exit code and message."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.cli import main
from deploy.cli.person import read_person
from deploy.cli.purpose import asker
from deploy.settings import Settings, load_settings
from schemas.errors import InvalidInput
from schemas.ids import Nik
from schemas.tokens import Tokenizer, TokenKey

_NIK = "7471010101900000"


@pytest.fixture(autouse=True)
def _empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.delenv("JANGKAU_REGISTRY__URL", raising=False)
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "keys").mkdir()
    TokenKey.generate(tmp_path / "keys" / "token.key")
    return load_settings()


def test_status_without_a_hub_is_down_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 2
    out = capsys.readouterr().out
    assert "no hub runs" in out
    assert "jangkau up" in out


def test_status_without_a_hub_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--json"]) == 2
    assert '"status": "DOWN"' in capsys.readouterr().out


@pytest.mark.parametrize("purpose", [[], ["--purpose", "  "]])
def test_explain_without_a_purpose_is_refused(
    purpose: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", _NIK, *purpose]) == 2
    err = capsys.readouterr().err
    assert "purpose must be stated" in err
    assert _NIK not in err


@pytest.mark.parametrize("options", [["--purpose", f"about {_NIK}"], ["--purpose", "x", "--by", _NIK]])
def test_no_nik_gets_into_the_processing_trail(
    options: Sequence[str], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "0f" * 16, *options]) == 2
    err = capsys.readouterr().err
    assert "processing trail" in err
    assert _NIK not in err


@pytest.mark.parametrize("person", [_NIK[:-1], _NIK + "0", "0F" * 16, "somebody", ""])
def test_neither_nik_nor_token_is_refused_without_repeating_it(
    person: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "--purpose", "test", "--", person]) == 2
    err = capsys.readouterr().err
    assert "neither a NIK nor a person token" in err
    assert not person or person not in err


def test_a_nik_becomes_its_token_and_a_token_stays(settings: Settings) -> None:
    key = TokenKey.read(settings.token_key_file)
    token = Tokenizer(key).token(Nik.parse(_NIK))
    assert read_person(f" {_NIK}\n", settings) == token
    assert read_person(token.hex, settings) == token


def test_a_token_needs_no_key_but_a_nik_does(tmp_path: Path) -> None:
    assert read_person("0f" * 16, load_settings()).hex == "0f" * 16
    with pytest.raises(InvalidInput, match="key"):
        read_person(_NIK, load_settings())


def test_revealing_needs_a_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quarantine", "show", "dtsen.persons/0/1", "--reveal"]) == 2
    assert "purpose must be stated" in capsys.readouterr().err


def test_an_origin_of_another_form_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quarantine", "show", "dtsen.persons"]) == 2
    assert "topic/partition/offset" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["quarantine", "list"], ["watch", "--once"]])
def test_without_a_hub_the_others_say_how_to_start_one(
    command: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 1
    assert "jangkau up" in capsys.readouterr().err


@pytest.mark.parametrize("region", ["99.99", "Kendari", "74.71.01"])
def test_watch_refuses_what_is_no_province_or_regency(
    region: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["watch", "--once", "--region", region]) == 2
    assert "74.71" in capsys.readouterr().err


def test_who_asks_is_the_account_unless_said() -> None:
    assert asker(" kepala seksi ") == "kepala seksi"
    assert asker(None)
