from pathlib import Path

import pytest

from deploy.settings import ENV_PREFIX, Settings, load_settings, setting_names
from deploy.settings_doc import DOCUMENT, settings_table
from schemas.errors import InvalidInput


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, _ in setting_names():
        monkeypatch.delenv(name, raising=False)


def test_every_setting_is_described_and_the_document_is_current() -> None:
    assert all(field.description for _, field in setting_names())
    assert DOCUMENT.read_text() == settings_table(), "run `make docs`"


def test_nested_names_are_joined_by_two_underscores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", "a:1,b:2")
    monkeypatch.setenv("JANGKAU_REGISTRY__URL", "http://r/apis/")
    monkeypatch.setenv("JANGKAU_KAFKA__SECURITY", '{"security.protocol": "SSL"}')
    settings = load_settings()
    assert settings.kafka.bootstrap_servers == "a:1,b:2"
    assert settings.registry.url == "http://r/apis"
    assert settings.kafka.client_security() == {"security.protocol": "SSL"}


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", "")
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("JANGKAU_ENGINE__TRANSACTION_MIN_MS", "19", "JANGKAU_ENGINE__TRANSACTION_MIN_MS"),
        ("JANGKAU_ENGINE__TRANSACTION_MAX_MS", "1001", "JANGKAU_ENGINE__TRANSACTION_MAX_MS"),
        ("JANGKAU_TOPICS__PARTITIONS", "none", "JANGKAU_TOPICS__PARTITIONS"),
        ("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", "a:1", "set both"),
        ("JANGKAU_ENGIN__GROUP", "x", "no such setting: JANGKAU_ENGIN__GROUP"),
    ],
)
def test_a_wrong_setting_is_named_with_where_to_look(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInput, match=said) as caught:
        load_settings()
    assert "docs/settings.md" in (caught.value.remedy or "")


def test_a_wrong_value_is_never_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANGKAU_KAFKA__SECURITY", '{"sasl.password": ["s3cret"]}')
    with pytest.raises(InvalidInput) as caught:
        load_settings()
    assert "s3cret" not in str(caught.value)
    assert "JANGKAU_KAFKA__SECURITY" in str(caught.value)


def test_secrets_come_from_a_file_only_its_owner_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = tmp_path / "kafka.properties"
    secrets.write_text("# for the broker\nsasl.username = hub\nsasl.password=a=b\n")
    secrets.chmod(0o600)
    monkeypatch.setenv("JANGKAU_KAFKA__SECURITY", '{"sasl.username": "other", "sasl.mechanism": "PLAIN"}')
    monkeypatch.setenv("JANGKAU_KAFKA__SECURITY_FILE", str(secrets))
    assert load_settings().kafka.client_security() == {
        "sasl.mechanism": "PLAIN",
        "sasl.username": "hub",
        "sasl.password": "a=b",
    }
    secrets.chmod(0o644)
    with pytest.raises(InvalidInput, match="can be read by others"):
        load_settings().kafka.client_security()


def test_keys_lie_in_the_data_folder_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))
    assert load_settings().token_key_file == tmp_path / "keys" / "token.key"
    monkeypatch.setenv("JANGKAU_KEYS__TOKEN_FILE", "/elsewhere/token.key")
    assert load_settings().token_key_file == Path("/elsewhere/token.key")
    assert all(name.startswith(ENV_PREFIX) for name, _ in setting_names())
