"""Single persons, and the persons of a region."""

import dataclasses
from typing import Annotated

from fastapi import APIRouter, Query

from connectors.gateway.asked import JSON_BODY, Who
from connectors.gateway.bodies import (
    CoverageAnswer,
    Explained,
    LookupBody,
    ResolveBody,
    ResolvedPerson,
    ResolvedPersons,
    StatusFilter,
)
from connectors.gateway.openapi import problems, with_body
from connectors.gateway.parts import Parts
from connectors.gateway.problems import Problem
from connectors.gateway.reading import DIRECTIVE_ID
from schemas.names import GapReason

_REGION = r"^[1-9][0-9](\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$"
_Region = Annotated[str, Query(pattern=_REGION, description="Kemendagri code, with all below it")]


def make(parts: Parts) -> APIRouter:
    """The routes."""
    router = APIRouter()

    @router.post(
        "/persons/lookup",
        tags=["persons"],
        responses=with_body("not-found", "no-answer"),
        dependencies=[JSON_BODY],
    )
    async def lookup(body: LookupBody, who: Who) -> Explained:
        """Why one person's coverage is what it is. The look is recorded before it is answered."""
        who.need("persons:explain")
        return Explained.model_validate(await parts.people.explain(who, body.person, body.purpose))

    @router.post(
        "/persons/resolve", tags=["persons"], responses=with_body("no-answer"), dependencies=[JSON_BODY]
    )
    async def resolve(body: ResolveBody, who: Who) -> ResolvedPersons:
        """The NIKs of persons who live in one's own regions now; each is recorded before it is answered."""
        who.need("persons:resolve")
        found = await parts.people.resolve(who, list(dict.fromkeys(body.tokens)), body.purpose)
        persons = [ResolvedPerson(token=token, nik=nik) for token, nik in found.persons]
        return ResolvedPersons(persons=persons, refused=list(found.refused))

    @router.get(
        "/coverage", tags=["coverage"], responses=problems("region-out-of-bounds", "faults", "no-view")
    )
    async def coverage(
        who: Who,
        region: _Region,
        status: StatusFilter | None = None,
        reason: GapReason | None = None,
        directive: Annotated[str | None, Query(pattern=f"^{DIRECTIVE_ID}$")] = None,
        after: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> CoverageAnswer:
        """Persons of a region by token, in pages."""
        who.need("coverage:read")
        if not who.reaches(region):
            raise Problem(
                "region-out-of-bounds", "ask for a region of the token", more={"regions": who.regions}
            )
        view = await parts.view.get()
        if view is None:
            raise Problem(
                "no-view",
                "run `jangkau sink` and set JANGKAU_SQL__URL for the gateway",
                headers={"Retry-After": "3600"},
            )
        page = await view.page(region, status, reason, directive, after, limit)
        items = [dataclasses.asdict(each) for each in page.items]
        return CoverageAnswer(items=items, next=page.next, as_of=page.as_of)

    return router
