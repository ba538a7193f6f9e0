"""What a worker reads before it decides anything: what its topics say, and the last counts."""

import asyncio
import logging
import time
from collections.abc import Callable

from schemas.errors import ContractBroken
from schemas.events import BatchManifest, BatchReceipt, DirectiveStatus, RegionTotals
from schemas.names import (
    AGENCY_MANIFESTS,
    AGENCY_RECEIPTS,
    COVERAGE_DIRECTIVES,
    COVERAGE_REGIONS,
    HUB_OUTCOMES,
    HUB_PARTIALS,
)
from streams.control.desk import Desk
from streams.control.tail import ClientOptions, read_to_end
from streams.control.wire import Raw, Wire

log = logging.getLogger(__name__)

# Engines repeat all their counts every minute and on start; this far back there is a full round of each,
# and the answers to every preview that is still waited for.
_PARTIALS_SINCE_S = 300

Remember = Callable[[Raw], None]


async def remember_said(desk: Desk, wire: Wire, client: ClientOptions) -> None:
    """Give the desk what is on the topics it writes, as of now."""
    remembered: dict[str, Remember] = {
        COVERAGE_DIRECTIVES: lambda raw: desk.statuses.remember(
            wire.key(raw), wire.read(DirectiveStatus, raw)
        ),
        COVERAGE_REGIONS: lambda raw: desk.totals.remember(wire.key(raw), wire.read(RegionTotals, raw)),
        AGENCY_RECEIPTS: lambda raw: desk.receipts.remember(wire.key(raw), wire.read(BatchReceipt, raw)),
        AGENCY_MANIFESTS: lambda raw: desk.on_manifest(
            wire.key(raw), wire.read(BatchManifest, raw), raw.offset
        ),
    }
    await asyncio.gather(*(read_to_end(client, topic, _careful(take)) for topic, take in remembered.items()))


async def remember_answers(desk: Desk, wire: Wire, client: ClientOptions) -> None:
    """Give the desk the newest counts and answers of the engines, and which commands are answered.

    The outcomes are read last: of what another worker has answered until then nothing is left to answer.
    """
    since_ms = int((time.time() - _PARTIALS_SINCE_S) * 1000)
    partials = _careful(lambda raw: desk.remember_partial(*wire.read_partial(raw)))
    await read_to_end(client, HUB_PARTIALS, partials, since_ms)
    outcomes = _careful(lambda raw: desk.remember_answer(wire.key(raw)))
    await read_to_end(client, HUB_OUTCOMES, outcomes)


def _careful(remember: Remember) -> Remember:
    def careful(raw: Raw) -> None:
        try:
            remember(raw)
        except ContractBroken as broken:
            at = {"topic": raw.topic, "partition": raw.partition, "offset": raw.offset}
            log.warning("record passed over", extra={**at, "reason": broken.reason})

    return careful
