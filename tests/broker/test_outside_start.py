"""Kafka away when processes start: each says so and ends, to be started again."""

import sys
from pathlib import Path

import pytest

from deploy.process import Child
from deploy.signing import make_signing_key
from schemas.tokens import TokenKey
from tests.deploy.waiting import wait_until

pytestmark = pytest.mark.broker


@pytest.mark.parametrize("command", ["engine", "control", "gateway"])
def test_without_kafka_at_the_start_it_says_so_and_ends(command: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    TokenKey.generate(keys / "token.key")
    TokenKey.generate(keys / "sealing.key")
    make_signing_key(keys / "gateway.pem", keys / "gateway.jwks.json")
    environment = {
        "JANGKAU_DATA_DIR": str(tmp_path),
        "JANGKAU_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "JANGKAU_REGISTRY__URL": "http://127.0.0.1:1",
    }
    child = Child(command, [sys.executable, "-m", "jangkau", command], tmp_path / "log", environment)
    child.start()
    wait_until(lambda: not child.running(), "it ends")
    assert child.exit_code() == 1, child.log_since_start()
    assert "check that" in child.log_since_start().lower()
