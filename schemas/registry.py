"""A client of a schema registry that speaks the Confluent API (Confluent, Apicurio, Karapace, Redpanda)."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from schemas.errors import ContractBroken, InvalidInput, Refused, Retryable

_TIMEOUT_S = 10.0
_CONTENT_TYPE = "application/vnd.schemaregistry.v1+json"
_TRANSIENT = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
_UNAUTHORISED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class SchemaRegistry:
    """Blocking calls; ids and their schemas never change and are kept for the life of the client.

    Every method raises ``Retryable`` while the registry is away and ``Refused`` when it says no for good;
    an address that cannot be one raises ``InvalidInput`` at once.
    """

    def __init__(
        self,
        url: str,
        *,
        auth: tuple[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(
            base_url=_address(url),
            auth=auth,
            timeout=_TIMEOUT_S,
            transport=transport,
            headers={"Content-Type": _CONTENT_TYPE, "Accept": f"{_CONTENT_TYPE}, application/json"},
        )
        self._schemas: dict[int, str] = {}
        self._ids: dict[tuple[str, str], int] = {}

    def register(self, subject: str, schema: str) -> int:
        """The id of this schema under this subject; registers it if new. Refused if it is incompatible."""
        if (subject, schema) not in self._ids:
            answer = self._call(
                "POST",
                f"subjects/{quote(subject, safe='')}/versions",
                {"schema": schema, "schemaType": "AVRO"},
            )
            self._ids[subject, schema] = _number(answer, "id")
        return self._ids[subject, schema]

    def schema(self, schema_id: int) -> str:
        """The schema of an id; raises ``ContractBroken`` UNKNOWN_SCHEMA if the registry has none."""
        if schema_id not in self._schemas:
            try:
                answer = self._call("GET", f"schemas/ids/{schema_id}")
            except _NotFound:
                raise ContractBroken(
                    "UNKNOWN_SCHEMA", f"the registry knows no schema with the id {schema_id}"
                ) from None
            self._schemas[schema_id] = _text(answer, "schema")
        return self._schemas[schema_id]

    def latest(self, subject: str) -> str | None:
        """The newest schema of a subject, ``None`` before there is one."""
        try:
            return _text(self._call("GET", f"subjects/{quote(subject, safe='')}/versions/latest"), "schema")
        except _NotFound:
            return None

    def compatible(self, subject: str, schema: str) -> bool:
        """Whether the registry would take this schema as the next version of the subject."""
        try:
            answer = self._call(
                "POST",
                f"compatibility/subjects/{quote(subject, safe='')}/versions",
                {"schema": schema, "schemaType": "AVRO"},
            )
        except _NotFound:
            return True
        return bool(_field(answer, "is_compatible", bool))

    def set_compatibility(self, subject: str, level: str) -> None:
        """Set the rule for new versions of a subject, as FULL_TRANSITIVE."""
        self._call("PUT", f"config/{quote(subject, safe='')}", {"compatibility": level})

    def close(self) -> None:
        """Release the connections."""
        self._http.close()

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            response = self._http.request(method, path, json=body)
        except httpx.RequestError as error:
            raise Retryable(
                f"the schema registry does not answer ({type(error).__name__})",
                remedy="Check that it runs and that the address in the settings is right.",
            ) from None
        status = response.status_code
        if response.is_success:
            return _json(response)
        if status == HTTPStatus.NOT_FOUND:
            _number(_json(response), "error_code")  # a proxy's own page says nothing about schemas
            raise _NotFound(f"the schema registry knows no {path}")
        if status in _TRANSIENT or response.is_server_error:
            raise Retryable(f"the schema registry answers {status}")
        if status in _UNAUTHORISED:
            raise Refused("the schema registry refuses us", remedy="Check the registry's credentials.")
        if status == HTTPStatus.CONFLICT:
            raise Refused(
                f"the schema for {path} is not compatible with the versions before it",
                remedy="Is this program of the hub's version? Authors of schemas add or remove only fields "
                "with a default; see `jangkau schemas check`.",
            )
        raise Refused(f"the schema registry answers {status} to {method} {path}: {_message(response)}")


class _NotFound(Refused):
    pass


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url.rstrip("/") + "/")
    except httpx.InvalidURL:
        address = httpx.URL()
    if address.scheme not in ("http", "https") or not address.host:
        raise InvalidInput(
            "the address of the schema registry is no URL",
            remedy="It looks like http://registry.example:8081, or with a path behind it.",
        )
    return address


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise _no_registry()
    return answer


def _text(answer: dict[str, Any], name: str) -> str:
    return str(_field(answer, name, str))


def _number(answer: dict[str, Any], name: str) -> int:
    return int(_field(answer, name, int))


def _field(answer: dict[str, Any], name: str, kind: type) -> Any:
    found = answer.get(name)
    if not isinstance(found, kind):
        raise _no_registry()
    return found


def _no_registry() -> Retryable:
    return Retryable("what answers is no schema registry", remedy="Check the registry's address.")


def _message(response: httpx.Response) -> str:
    try:
        return str(response.json()["message"])
    except (ValueError, KeyError, TypeError):
        return "no reason given"
