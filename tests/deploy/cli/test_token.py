"""`jangkau token` and the gateway's keys."""

import json
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from click.testing import CliRunner

from connectors.gateway.jwks import parse
from deploy.cli.token import lifetime, token
from deploy.cluster import Cluster
from deploy.hub import can_serve, make_missing_keys, workers
from deploy.settings import Settings
from schemas.errors import InvalidInput

CLUSTER = Cluster("127.0.0.1:1", "http://127.0.0.1:1")


def test_a_token_is_one_the_gateway_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))
    arguments = ["--agency", "BPS", "--scope", "events:write", "--scope", "receipts:read", "--region", "74"]
    with pytest.raises(InvalidInput, match="no signing key"):
        CliRunner().invoke(token, arguments, catch_exceptions=False)
    make_missing_keys(Settings(data_dir=tmp_path))
    given = CliRunner().invoke(token, [*arguments, "--ttl", "30m", "--by", "petugas"], catch_exceptions=False)
    assert given.exit_code == 0
    signed = given.output.strip()
    keys = parse((tmp_path / "keys" / "gateway.jwks.json").read_bytes())
    key = keys[jwt.get_unverified_header(signed)["kid"]]
    said = jwt.decode(signed, key.key, algorithms=["ES256"], audience="jangkau-gateway", issuer="jangkau")
    assert (said["sub"], said["agency"], said["regions"]) == ("petugas", "BPS", ["74"])
    assert said["scope"] == "events:write receipts:read"
    assert said["exp"] - said["iat"] == 1800


@pytest.mark.parametrize(
    "arguments",
    [
        ["--scope", "everything"],
        ["--agency", "NOBODY", "--scope", "events:write"],
        ["--scope", "events:write", "--type", "x"],
        [],
    ],
)
def test_what_a_token_cannot_be(arguments: list[str]) -> None:
    assert CliRunner().invoke(token, arguments).exit_code == 2


def test_how_long_it_is_good() -> None:
    assert lifetime("90m") == timedelta(minutes=90)
    assert lifetime("7d") == timedelta(days=7)
    for text in ("", "1", "0h", "31d", "1w", "-1h"):
        with pytest.raises(InvalidInput):
            lifetime(text)


def test_a_region_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))
    with pytest.raises(InvalidInput, match="--region"):
        CliRunner().invoke(token, ["--scope", "coverage:read", "--region", "7471"], catch_exceptions=False)


def test_a_hub_has_a_gateway_where_its_keys_are(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert not can_serve(settings)
    make_missing_keys(settings)
    assert can_serve(settings)
    keys = json.loads((tmp_path / "keys" / "gateway.jwks.json").read_text())
    make_missing_keys(settings)
    assert json.loads((tmp_path / "keys" / "gateway.jwks.json").read_text()) == keys
    names = [child.name for child in workers(tmp_path, CLUSTER, 1, gateway=True, sink=False)]
    assert names == ["control", "gateway", "engine-0"]
    assert [child.name for child in workers(tmp_path, CLUSTER, 1, gateway=False, sink=False)] == [
        "control",
        "engine-0",
    ]
