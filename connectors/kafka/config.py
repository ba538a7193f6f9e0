"""How to reach a cluster: addresses, and TLS and SASL settings passed through to librdkafka."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.errors import InvalidInput

_PASSED_THROUGH = (
    "security.",
    "sasl.",
    "ssl.",
    "enable.ssl.",
    "https.",
    "socket.",
    "broker.address.",
    "client.",
)
"""Prefixes a user may set. Everything else decides correctness or speed and is set in the code."""

_ADDRESS = re.compile(r"(?:[A-Z_]+://)?[^\s/:][^\s/]*")

_log = logging.getLogger("connectors.kafka.librdkafka")
# A program that sets up no logging should not find the client's retries among its own output.
_log.addHandler(logging.NullHandler())


@dataclass(frozen=True)
class KafkaConfig:
    """A cluster and how to log in to it.

    ``security`` are librdkafka properties; ``secret_files`` maps a property to a file whose content
    (without the line end) is its value, read each time a client is made. Neither is in the repr.
    """

    bootstrap_servers: str
    security: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_files: Mapping[str, Path] = field(default_factory=dict, repr=False)
    client_id: str = "jangkau"

    def __post_init__(self) -> None:
        # librdkafka only logs an address it cannot use, and then waits for ever.
        if not all(_ADDRESS.fullmatch(part.strip()) for part in self.bootstrap_servers.split(",")):
            raise InvalidInput(
                "the address of Kafka is not one",
                remedy="It looks like kafka.example:9092; commas join several.",
            )
        unknown = sorted(
            name for name in (*self.security, *self.secret_files) if not name.startswith(_PASSED_THROUGH)
        )
        if unknown:
            raise InvalidInput(
                f"these Kafka properties cannot be set: {', '.join(unknown)}",
                remedy=f"only properties beginning with {', '.join(_PASSED_THROUGH)} are passed through",
            )

    def client(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        """The librdkafka configuration of one client. Raises ``InvalidInput`` for an unreadable secret."""
        secrets = {name: read_secret(name, path) for name, path in self.secret_files.items()}
        return {
            "client.id": self.client_id,
            **self.security,
            **secrets,
            "bootstrap.servers": self.bootstrap_servers,
            # A broker that restarts should be found again at once, not after ten seconds.
            "reconnect.backoff.max.ms": 1000,
            "logger": _log,
            **properties,
        }


def read_secret(name: str, path: Path) -> str:
    """The content of a file without the line end; raises ``InvalidInput`` if it cannot be read."""
    try:
        return path.read_text().rstrip("\r\n")
    except OSError as error:
        raise InvalidInput(f"the file for {name} cannot be read: {path} ({error.strerror})") from error
