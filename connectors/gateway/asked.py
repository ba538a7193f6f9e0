"""Who asks, as the routes get it."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from connectors.gateway.scopes import Principal

_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="ES256 or RS256, see docs/gateway.md")


def _principal(
    request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Principal:
    """The gatekeeper has checked the token already; here it is only documented."""
    found = request.scope["state"]["principal"]
    assert isinstance(found, Principal)
    return found


Who = Annotated[Principal, Depends(_principal)]
