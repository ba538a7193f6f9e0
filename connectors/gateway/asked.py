"""Who asks, as the routes get it."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from connectors.gateway.problems import Problem
from connectors.gateway.scopes import Principal

_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="ES256 or RS256, see docs/gateway.md")


async def _principal(
    request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Principal:
    """The gatekeeper has checked the token already; here it is only documented."""
    _refuse_unknown(request)
    found = request.scope["state"]["principal"]
    assert isinstance(found, Principal)
    return found


def _refuse_unknown(request: Request) -> None:
    """A misspelt filter must not be passed over: the answer would look like the one that was wanted."""
    known = {parameter.alias for parameter in request.scope["route"].dependant.query_params}
    if not known.issuperset(request.query_params.keys()):
        raise Problem("faults", f"there is a parameter that is not known; known: {', '.join(sorted(known))}")


def media_type(request: Request, *taken: str) -> str:
    """The media type of the body, one of ``taken``; the 415 for others, and for text that is not UTF-8."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if (found := kind.strip().lower()) not in taken:
        raise Problem("media-type", f"send {' or '.join(taken)}")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in ("utf-8", "utf8"):
            raise Problem("media-type", "JSON is UTF-8; another charset is not read")
    return found


async def _json(request: Request) -> None:
    media_type(request, "application/json")


JSON_BODY = Depends(_json)
Who = Annotated[Principal, Depends(_principal)]
