"""`jangkau console`: an address that lets one in, or what to do without a gateway."""

import os
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
from click.testing import CliRunner

from deploy.cli.console import console
from deploy.cli.token import token
from deploy.hub import make_missing_keys
from deploy.settings import Settings
from monitoring import runfile
from monitoring.exporter import Exporter
from monitoring.liveness import Health
from monitoring.registry import process_registry
from schemas.errors import InvalidInput, Refused


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))
    found = Settings(data_dir=tmp_path)
    make_missing_keys(found)
    return found


@pytest.fixture
def gateway(settings: Settings) -> Iterator[str]:
    """What a gateway that runs leaves in the data folder."""
    url = "http://127.0.0.1:8123"
    settings.gateway_url_file.parent.mkdir(parents=True, exist_ok=True)
    settings.gateway_url_file.write_text(url + "\n")
    folder = runfile.run_dir(settings.data_dir)
    window = Exporter("gateway", process_registry(), Health(), run_dir=folder, started=0.0)
    window.start()
    yield url
    window.stop()


def claims(signed: str) -> dict[str, object]:
    return jwt.decode(signed, options={"verify_signature": False})


def test_an_address_with_a_token(gateway: str) -> None:
    given = CliRunner().invoke(console, ["--by", "Kantor Program"], catch_exceptions=False).output.strip()
    url, _, signed = given.partition("#token=")
    assert url == f"{gateway}/console/"
    said = claims(signed)
    assert (said["sub"], said["role"], said["regions"]) == ("Kantor Program", "programme", ["ID"])
    assert (said["scope"], int(str(said["exp"])) - int(str(said["iat"]))) == ("", 8 * 3600)
    arguments = ["--role", "agency", "--agency", "BPS", "--ttl", "30m"]
    said = claims(CliRunner().invoke(console, arguments, catch_exceptions=False).output.strip().split("=")[1])
    assert (said["role"], said["agency"], said["regions"]) == ("agency", "BPS", [])


def test_without_a_gateway_it_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(Refused, match="no gateway runs") as told:
        CliRunner().invoke(console, [], catch_exceptions=False)
    assert "jangkau up" in str(told.value.remedy)


def test_a_gateway_of_another_issuer(gateway: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANGKAU_GATEWAY__JWKS", "https://issuer.example/jwks.json")
    with pytest.raises(InvalidInput, match="another issuer") as told:
        CliRunner().invoke(console, [], catch_exceptions=False)
    assert f"{gateway}/console/" in str(told.value.remedy)


def test_a_gateway_that_is_gone_is_none(gateway: str, settings: Settings) -> None:
    folder = runfile.run_dir(settings.data_dir)
    left = runfile.RunFile("gateway", os.getpid(), 1, 0.0)
    runfile.write(folder, left)
    with pytest.raises(Refused, match="no gateway runs"):
        CliRunner().invoke(console, [], catch_exceptions=False)


def test_a_token_of_a_role(settings: Settings) -> None:
    def issued(*arguments: str) -> dict[str, object]:
        return claims(CliRunner().invoke(token, arguments, catch_exceptions=False).output.strip())

    assert issued("--role", "programme")["regions"] == ["ID"]
    assert issued("--role", "programme", "--region", "74")["regions"] == ["74"]
    viewer = issued("--role", "viewer", "--scope", "coverage:read")
    assert (viewer["role"], viewer["scope"], viewer["regions"]) == ("viewer", "coverage:read", [])
    with pytest.raises(InvalidInput, match="--agency"):
        CliRunner().invoke(token, ["--role", "agency"], catch_exceptions=False)
    assert "role" not in issued("--scope", "events:write", "--agency", "BPS")
