"""How Faust and aiokafka reach the cluster: librdkafka's own names for TLS and SASL, put in their terms."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from faust import SASLCredentials, SSLCredentials
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth
from faust.types.auth import CredentialsT

from schemas.errors import InvalidInput

_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
_UNDERSTOOD = (
    "security.protocol",
    "sasl.mechanism",
    "sasl.mechanisms",
    "sasl.username",
    "sasl.password",
    "ssl.ca.location",
    "ssl.certificate.location",
    "ssl.key.location",
    "ssl.key.password",
    "ssl.endpoint.identification.algorithm",
)


@dataclass(frozen=True, slots=True)
class ClusterAccess:
    """Addresses (``host:port``, comma separated) and librdkafka security properties, not in the repr."""

    bootstrap_servers: str
    security: Mapping[str, str]

    def __repr__(self) -> str:
        return f"ClusterAccess({self.bootstrap_servers})"

    def faust(self) -> dict[str, Any]:
        """Options of a Faust app. Raises ``InvalidInput`` for properties it cannot follow."""
        brokers = [f"kafka://{address.strip()}" for address in self.bootstrap_servers.split(",")]
        credentials = self._credentials()
        return {"broker": brokers} | ({"broker_credentials": credentials} if credentials else {})

    def aiokafka(self) -> dict[str, Any]:
        """Options of any aiokafka client. Raises ``InvalidInput`` for properties it cannot follow."""
        return {
            "bootstrap_servers": self.bootstrap_servers,
            **credentials_to_aiokafka_auth(self._credentials()),
        }

    def _credentials(self) -> CredentialsT | None:
        security = self.security
        unknown = sorted(
            name for name in security if name not in _UNDERSTOOD and name.startswith(("s", "enable.ssl."))
        )
        protocol = security.get("security.protocol", "PLAINTEXT").upper()
        mechanism = security.get("sasl.mechanism", security.get("sasl.mechanisms", "PLAIN")).upper()
        if unknown or protocol not in _PROTOCOLS or mechanism not in _MECHANISMS:
            raise InvalidInput(
                "the control worker cannot use these Kafka security settings"
                + (f": {', '.join(unknown)}" if unknown else ""),
                remedy=f"protocols {', '.join(_PROTOCOLS)}; mechanisms {', '.join(_MECHANISMS)}; "
                f"properties {', '.join(_UNDERSTOOD)}",
            )
        context = _tls(security) if protocol.endswith("SSL") else None
        if protocol.startswith("SASL"):
            user, password = security.get("sasl.username"), security.get("sasl.password")
            return SASLCredentials(username=user, password=password, ssl_context=context, mechanism=mechanism)
        return SSLCredentials(context=context) if context else None


def _tls(security: Mapping[str, str]) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=security.get("ssl.ca.location"))
        if certificate := security.get("ssl.certificate.location"):
            context.load_cert_chain(
                certificate, security.get("ssl.key.location"), security.get("ssl.key.password")
            )
    except OSError as error:
        raise InvalidInput(f"the TLS files for Kafka cannot be used: {error.strerror or error}") from None
    if security.get("ssl.endpoint.identification.algorithm", "https").lower() == "none":
        context.check_hostname = False
    return context
