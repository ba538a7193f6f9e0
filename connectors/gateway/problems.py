"""What went wrong, as RFC 9457 has it: `application/problem+json`, all faults at once, no value repeated."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.client.event_json import Fault
from schemas.errors import ContractBroken, InvalidInput, JangkauError, Refused, Retryable

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_S = 2

TITLES: Mapping[str, tuple[int, str]] = {
    "not-json": (400, "The body is not JSON"),
    "unauthenticated": (401, "A bearer token is needed"),
    "scope-missing": (403, "The token does not allow this"),
    "batch-of-another-agency": (403, "The batch belongs to another agency"),
    "region-out-of-bounds": (403, "The token does not reach this region"),
    "not-found": (404, "There is nothing of this name here"),
    "method-not-allowed": (405, "This method is not known here"),
    "too-slow": (408, "The request did not arrive in time"),
    "other-content": (409, "The same source and id came before with other content"),
    "too-large": (413, "The request is too large"),
    "url-too-long": (414, "The address is too long"),
    "media-type": (415, "The body is of another media type than is taken here"),
    "faults": (422, "The content cannot be used"),
    "refused": (422, "The command was refused"),
    "too-many-requests": (429, "Too many requests"),
    "headers-too-large": (431, "The headers are too large"),
    "fault-of-ours": (500, "A fault of the gateway"),
    "unavailable": (503, "Not for now"),
    "no-view": (503, "No view in SQL is configured"),
    "no-answer": (504, "No answer in time"),
}
"""Every problem by its name, with its status and title. `type` is `urn:jangkau:problem:<name>`."""


class Problem(Exception):
    """Ends a request. ``detail`` and ``faults`` name places and rules, never what was sent."""

    def __init__(
        self,
        name: str,
        detail: str,
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(name)
        self.name, self.detail, self.faults = name, detail, tuple(faults)
        self.status, self.title = TITLES[name]
        self.headers = dict(headers or {})
        self.more = dict(more or {})

    def body(self, correlation: str) -> bytes:
        """The document; ``correlation`` finds the request in the log."""
        document: dict[str, Any] = {
            "type": f"urn:jangkau:problem:{self.name}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "correlation": correlation,
            **self.more,
        }
        if self.faults:
            document["errors"] = [{"pointer": fault.pointer, "detail": fault.detail} for fault in self.faults]
        return json.dumps(document, ensure_ascii=False).encode("utf-8")


def unavailable(detail: str, retry_after_s: int = RETRY_AFTER_S) -> Problem:
    """For now; the same request may be sent again after ``retry_after_s``."""
    return Problem("unavailable", detail, headers={"Retry-After": str(retry_after_s)})


def problem_of(error: JangkauError) -> Problem:
    """Our errors by the reaction they ask for. Their texts hold nothing personal."""
    said = f"{error}; {error.remedy}" if error.remedy else str(error)
    if isinstance(error, ContractBroken):
        return Problem("faults", error.detail or error.reason)
    if isinstance(error, InvalidInput):
        return Problem("faults", said)
    if isinstance(error, Retryable):
        return unavailable(said)
    if isinstance(error, Refused):
        return Problem("unavailable", f"an operator must look: {said}", headers={"Retry-After": "60"})
    return Problem("fault-of-ours", "see the log of the gateway by the correlation")
