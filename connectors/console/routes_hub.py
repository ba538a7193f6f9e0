"""Whether data arrived, who is held, and how the hub is."""

from fastapi import APIRouter

from connectors.console.answers_hub import agency_line, holds_answer, hub_answer, moment_of
from connectors.console.bodies import AgenciesAnswer, HoldsAnswer, HubAnswer
from connectors.console.hub import Watch
from connectors.console.prometheus import AlertSource
from connectors.console.state import HubState
from connectors.gateway.asked import Who
from connectors.gateway.openapi import problems
from connectors.gateway.scopes import Principal
from schemas.names import AGENCIES, Agency
from schemas.regions import Regions


def make(state: HubState, watch: Watch, alerts: AlertSource) -> APIRouter:
    """The routes."""
    router, regions = APIRouter(tags=["console"]), Regions.load()

    @router.get("/agencies", responses=problems("faults"))
    async def agencies(who: Who) -> AgenciesAnswer:
        """All agencies with `agencies:read`, else one's own with `receipts:read`."""
        agencies, seen = _seen_by(who), watch.last()
        state.need()
        lines = [agency_line(each, state, seen) for each in agencies]
        return AgenciesAnswer(as_of=moment_of(state.seen_at), agencies=lines)

    @router.get("/holds", responses=problems("faults"))
    async def holds(who: Who) -> HoldsAnswer:
        """Persons whose leaving is kept back, by regency and cause, in numbers."""
        who.need("hub:read")
        state.need()
        return holds_answer(state, regions)

    @router.get("/hub", responses=problems("faults"))
    async def hub(who: Who) -> HubAnswer:
        """Processes, lag, disk and alerts, as seen from outside every few seconds."""
        who.need("hub:read")
        return hub_answer(state, watch.last(), await alerts.get())

    return router


def _seen_by(who: Principal) -> tuple[Agency, ...]:
    if who.may("agencies:read"):
        return AGENCIES
    who.need("receipts:read")
    return (who.need_agency(),)
