"""How many are eligible, covered and not reached, by region and day by day."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query

from connectors.console.answers_totals import places, totals_answer, trend_answer
from connectors.console.bodies import TotalsAnswer, TrendAnswer
from connectors.console.state import HubState
from connectors.gateway.asked import Who
from connectors.gateway.openapi import problems
from connectors.gateway.problems import Problem
from connectors.gateway.reading import DIRECTIVE_ID
from schemas.regions import Regions

_Region = Annotated[
    str,
    Path(pattern=r"^(ID|[1-9][0-9](\.[0-9]{2})?)$", description="ID, or the code of a province or regency"),
]
_Directive = Annotated[str, Query(pattern=f"^{DIRECTIVE_ID}$")]


def make(state: HubState) -> APIRouter:
    """The routes."""
    router, regions = APIRouter(tags=["console"]), Regions.load()
    there = places(regions)

    def named(region: str) -> str:
        if region not in there:
            raise Problem("not-found", "no such province or regency in the Kemendagri list of 2025")
        return region

    @router.get("/totals/{region}", responses=problems("not-found", "faults"))
    async def totals(region: _Region, who: Who) -> TotalsAnswer:
        """Totals of a region, and of those one level below it; no persons, so for every region."""
        who.need("hub:read")
        state.need()
        return totals_answer(named(region), state.totals.all(), state.documents, regions)

    @router.get("/totals/{region}/trend", responses=problems("not-found", "faults"))
    async def trend(region: _Region, directive: _Directive, who: Who) -> TrendAnswer:
        """One directive in a region by business date, up to two years back."""
        who.need("hub:read")
        state.need()
        points = await asyncio.wrap_future(state.trend.points(named(region), directive))
        return trend_answer(region, directive, points, state.totals.all(), state.documents)

    return router
