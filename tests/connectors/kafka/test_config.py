"""Only security settings are passed through, and secrets are read late and never shown."""

from pathlib import Path

import pytest

from connectors.kafka import KafkaConfig
from schemas.errors import InvalidInput


def test_security_is_passed_through_and_ours_wins(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("hush\n")
    config = KafkaConfig(
        "a:1", {"security.protocol": "SASL_SSL", "client.rack": "jkt"}, {"sasl.password": secret}
    )
    made = config.client({"isolation.level": "read_committed"})
    assert made["security.protocol"] == "SASL_SSL"
    assert made["client.rack"] == "jkt"
    assert made["sasl.password"] == "hush"
    assert made["isolation.level"] == "read_committed"
    assert made["bootstrap.servers"] == "a:1"
    secret.write_text("hush2\n")
    assert config.client({})["sasl.password"] == "hush2"


@pytest.mark.parametrize("name", ["isolation.level", "partitioner", "enable.idempotence", "group.id"])
def test_what_decides_correctness_cannot_be_set(name: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        KafkaConfig("a:1", {name: "x"})


def test_a_secret_is_not_in_the_repr_nor_in_the_error(tmp_path: Path) -> None:
    config = KafkaConfig("a:1", {"sasl.password": "hush"}, {"ssl.key.password": tmp_path / "none"})
    assert "hush" not in repr(config)
    with pytest.raises(InvalidInput, match=r"ssl\.key\.password") as caught:
        config.client({})
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("address", ["", " ", "a:1,,b:1", "http://a:1", "a b:1", "a:1/path"])
def test_an_address_that_is_none_is_refused_at_once(address: str) -> None:
    with pytest.raises(InvalidInput, match="address of Kafka"):
        KafkaConfig(address)


@pytest.mark.parametrize("address", ["a", "a:1, b:1", "[::1]:9092", "SASL_SSL://a:1"])
def test_addresses_the_client_library_understands(address: str) -> None:
    assert KafkaConfig(address).client({})["bootstrap.servers"] == address
