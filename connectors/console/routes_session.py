"""Who one is, as the gateway sees it: what the pages offer depends on it."""

from datetime import UTC, datetime

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from connectors.gateway.asked import Who
from connectors.gateway.openapi import problems
from connectors.gateway.scopes import Role
from schemas.names import Agency


class Session(BaseModel):
    """What the token says; ``scopes`` with those of the role."""

    subject: str
    role: Role | None
    agency: Agency | None
    regions: list[str]
    scopes: list[str]
    expires_at: AwareDatetime
    as_of: AwareDatetime


def make() -> APIRouter:
    """The route."""
    router = APIRouter(tags=["console"])

    @router.get("/session", responses=problems("faults"))
    async def session(who: Who) -> Session:
        """What one's own token says, and until when; any token may ask."""
        return Session(
            subject=who.subject,
            role=who.role,
            agency=who.agency,
            regions=list(who.regions),
            scopes=sorted(who.scopes),
            expires_at=datetime.fromtimestamp(who.expires_at, UTC),
            as_of=datetime.now(UTC),
        )

    return router
