"""How a program outside the hub reaches Kafka and the schema registry."""

from collections.abc import Mapping
from pathlib import Path

from connectors.kafka.config import KafkaConfig, read_secret
from schemas.codec import AvroCodec
from schemas.registry import SchemaRegistry

Login = tuple[str, Path]
"""A user, and the file that holds the password."""


def connection(
    client_id: str,
    bootstrap_servers: str,
    registry_url: str,
    registry_login: Login | None,
    security: Mapping[str, str] | None,
    secret_files: Mapping[str, Path] | None,
) -> tuple[KafkaConfig, AvroCodec]:
    """Nothing is asked of either yet. Raises ``InvalidInput`` for what cannot be right."""
    config = KafkaConfig(bootstrap_servers, security or {}, secret_files or {}, client_id)
    auth = None
    if registry_login is not None:
        user, password_file = registry_login
        auth = user, read_secret("the registry's password", password_file)
    return config, AvroCodec(SchemaRegistry(registry_url, auth=auth))
