"""Publishing, and what became of it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from connectors.gateway.asked import Who, media_type
from connectors.gateway.bodies import BatchEntry, BatchPage
from connectors.gateway.cloudevents import BATCHED, STRUCTURED
from connectors.gateway.ledger_rows import Receipt
from connectors.gateway.openapi import EVENTS_BODY, problems, with_body
from connectors.gateway.parts import Parts
from connectors.gateway.problems import Problem
from connectors.gateway.reading import BATCH_ID
from connectors.gateway.scopes import Principal
from schemas.names import Agency

_BatchId = Annotated[str, Path(pattern=f"^{BATCH_ID}$")]
_ReceiptId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


def make(parts: Parts) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["events"])

    @router.post(
        "/events",
        status_code=202,
        responses=with_body("batch-of-another-agency", "other-content"),
        openapi_extra={"requestBody": EVENTS_BODY},
        summary="Publish one event or a batch",
    )
    async def publish(request: Request, response: Response, who: Who) -> Receipt:
        """202 when Kafka has acknowledged every event; nothing is sent if one of them has a fault."""
        who.need("events:write")
        batched = media_type(request, STRUCTURED, BATCHED) == BATCHED
        receipt = await parts.publishing.publish(who, await request.body(), batched=batched)
        response.headers["Location"] = f"/receipts/{receipt.receipt}"
        return receipt

    @router.get("/receipts/{receipt}", responses=problems("not-found", "faults"))
    async def receipt_of_request(receipt: _ReceiptId, who: Who) -> Receipt:
        """The receipt of a request, while its events are remembered."""
        who.need("receipts:read")
        found = await parts.publishing.receipt(who.need_agency(), receipt)
        if found is None:
            raise Problem("not-found", "no receipt of this id; they are kept as long as events are known")
        return found

    @router.get("/batches", responses=problems("faults"))
    async def batches(
        who: Who,
        agency: Agency | None = None,
        complete: bool | None = None,
        after: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        newest: Annotated[
            bool, Query(description="The last changed first, in brief; no further page")
        ] = False,
    ) -> BatchPage:
        """Batches of an agency, one's own unless told otherwise, and what became of their records.

        By batch id with all their lines by regency; ``newest`` without these.
        """
        if newest:
            last = parts.batches.newest(_whose(who, agency), complete, limit)
            return BatchPage(items=[BatchEntry(batch=name, receipt=each) for name, each in last], next=None)
        found, more = parts.batches.page(_whose(who, agency), complete, after, limit)
        return BatchPage(items=[BatchEntry(batch=name, receipt=each) for name, each in found], next=more)

    @router.get("/batches/{batch}", responses=problems("not-found", "faults"))
    async def batch(batch: _BatchId, who: Who, agency: Agency | None = None) -> BatchEntry:
        """The receipt of a batch of an agency, one's own unless told otherwise."""
        found = parts.batches.get(_whose(who, agency), batch)
        if found is None:
            raise Problem("not-found", "the hub knows no batch of this id of the agency (yet)")
        return BatchEntry(batch=batch, receipt=found)

    return router


def _whose(who: Principal, agency: Agency | None) -> Agency:
    """Whose batches are asked for; those of others need more than one's own."""
    if agency is not None and (agency != who.agency or who.may("agencies:read")):
        who.need("agencies:read")
        return agency
    who.need("receipts:read")
    return who.need_agency()
