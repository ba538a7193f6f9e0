"""Taking events in: read, remembered, sent, acknowledged, and only then answered."""

import asyncio
import contextlib
import logging
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.client.event_json import Fault
from connectors.gateway.cloudevents import Envelope, parse
from connectors.gateway.encoding import encode_all
from connectors.gateway.facts import additions_of
from connectors.gateway.group_commit import GroupCommit
from connectors.gateway.ledger import Begun, Busy, Clash, Ledger
from connectors.gateway.ledger_rows import Receipt, keys_of, owners, pending_since, read_receipt, read_sent
from connectors.gateway.ports import Codec, Log
from connectors.gateway.problems import Problem, unavailable
from connectors.gateway.reading import EventReader, Ready
from connectors.gateway.recovery import Found, header_of
from connectors.gateway.scopes import MANIFEST, Principal
from schemas.events import BatchManifest
from schemas.names import HEADER_BATCH, HEADER_RECEIPT, Agency
from schemas.records import Outgoing, TopicPartition
from schemas.tokens import Tokenizer

log = logging.getLogger("gateway")

Look = Callable[[Mapping[str, datetime]], Awaitable[Sequence[Found]]]
"""Looks for the records of requests, given by receipt and when each came."""

_BY_KEY = -1
_STALLED_S = 5.0
"""Kafka that has acknowledged nothing for so long is taken for away: more is not let in."""
_LOOK_S = 0.5
BATCHES_KEPT = timedelta(days=35)
"""As long as the facts themselves are kept."""


@dataclass(frozen=True, slots=True)
class Rules:
    """``window``: how long a source and id are known again, at most ``remembered`` of them."""

    window: timedelta
    remembered: int
    most_events: int


class Publishing:
    """All requests of one gateway; called from its event loop.

    ``batch_owner`` tells the agency that agency.receipts names for a batch; ``count`` is told how many events
    of which types were accepted.
    """

    def __init__(
        self,
        store: GroupCommit,
        log: Log,
        codec: Codec,
        tokenizer: Tokenizer,
        rules: Rules,
        *,
        batch_owner: Callable[[str], Agency | None],
        clock: Callable[[], datetime],
        count: Callable[[str, int], None] = lambda kind, n: None,
    ) -> None:
        self._store, self._log, self._codec, self._tokenizer = store, log, codec, tokenizer
        self._rules, self._batch_owner, self._clock, self._count = rules, batch_owner, clock, count
        self._ledger = Ledger()
        self._live: dict[int, asyncio.Event] = {}

    async def publish(self, who: Principal, body: bytes, *, batched: bool) -> Receipt:
        """The receipt, when Kafka has acknowledged every event of the request. Raises ``Problem``."""
        try:
            return await self._published(who, body, batched=batched)
        except Problem as problem:
            if not batched:
                # The request is the event: its pointers do not begin with a number.
                problem.faults = tuple(
                    Fault(fault.path[1:], fault.detail) if fault.path else fault for fault in problem.faults
                )
            raise

    async def _published(self, who: Principal, body: bytes, *, batched: bool) -> Receipt:
        envelopes, faults = parse(body, batched=batched, most=self._rules.most_events)
        if faults:
            raise Problem("faults", "nothing was sent; mend what is listed", faults=faults)
        sent = await self._sent(envelopes)
        ready = EventReader(self._tokenizer, who, self._clock()).read(envelopes, sent)
        await self._check_owners(who.need_agency(), ready)
        return await self._take(who.need_agency(), ready)

    async def receipt(self, agency: Agency, receipt: str) -> Receipt | None:
        """A receipt of this agency, as long as it is remembered."""
        found = await self._do(lambda db: read_receipt(db, receipt))
        return found if found is not None and found.agency == agency else None

    async def tidy(self) -> None:
        """Forget what is older than the window; a little at a time."""
        now = self._clock()
        before, batches_before = now - self._rules.window, now - BATCHES_KEPT
        while await self._do(
            lambda db: self._ledger.forget(db, before, self._rules.remembered, batches_before)
        ):
            await asyncio.sleep(0)

    async def recover(self, look: Look) -> None:
        """Before anything is taken in: what a kill left PENDING and ``look`` finds is accepted."""
        pending = await self._do(pending_since)
        if not pending:
            return
        found: dict[str, dict[bytes, Found]] = {receipt: {} for receipt in pending}
        for each in await look(pending):
            found[each.receipt][each.key] = each
        for receipt, events in found.items():
            await self._recover(receipt, events)
        count = sum(map(len, found.values()))
        log.info("requests that were being sent are settled", extra={"count": len(pending), "found": count})

    async def _recover(self, receipt: str, events: Mapping[bytes, Found]) -> None:
        noted = await self._do(lambda db: keys_of(db, receipt))
        there = {key: found for key, found in events.items() if key in noted}
        additions = additions_of(found.fact for found in there.values())
        await self._do(lambda db: self._ledger.recover(db, receipt, set(there), additions, self._clock()))

    async def _sent(self, envelopes: Sequence[Envelope]) -> Mapping[str, Mapping[str, Any]]:
        """What manifests are filled up with."""
        batches = {each.subject for each in envelopes if each.type == MANIFEST and "digest" not in each.data}
        if batches and len(batches) < len(envelopes):
            raise Problem(
                "faults",
                "a manifest without a digest comes in a request of its own, after those of its events",
            )
        found: dict[str, Mapping[str, Any]] = {}
        for batch in sorted(batches):
            sent = await self._do(lambda db, name=batch: read_sent(db, name))
            if sent is not None:
                regencies = [
                    {"region": name, "count": count} for name, count in sorted(sent.regencies.items())
                ]
                found[batch] = {"count": sent.count, "digest": sent.digest, "regencies": regencies}
        return found

    async def _check_owners(self, agency: Agency, ready: Sequence[Ready]) -> None:
        named = sorted({each.batch for each in ready if each.batch is not None})
        if not named:
            return
        here = await self._do(lambda db: owners(db, named))
        foreign = {
            batch for batch in named if (here.get(batch) or self._batch_owner(batch) or agency) != agency
        }
        if foreign:
            faults = [
                Fault((number, *each.batch_path), "another agency's")
                for number, each in enumerate(ready)
                if each.batch in foreign
            ]
            raise Problem(
                "batch-of-another-agency", "nothing was sent; choose an id of your own", faults=faults
            )

    async def _take(self, agency: Agency, ready: Sequence[Ready]) -> Receipt:
        values = encode_all(self._codec, ready)
        entries, receipt = [each.entry for each in ready], uuid.uuid4().hex
        while True:
            self._check_kafka("nothing was sent")
            begun = await self._do(lambda db: self._ledger.begin(db, agency, receipt, entries, self._clock()))
            if not isinstance(begun, Busy):
                break
            for number in begun.numbers:
                if number in self._live:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._live[number].wait(), _LOOK_S)
        if isinstance(begun, Clash):
            faults = [Fault((at, "id"), "came before with other content") for at in begun.positions]
            raise Problem("other-content", "nothing was sent; a new event has a new id", faults=faults)
        if isinstance(begun, Receipt):
            return begun
        self._live[begun.number] = asyncio.Event()
        return await self._acknowledged(asyncio.ensure_future(self._send(agency, begun, ready, values)))

    async def _acknowledged(self, sending: "asyncio.Future[Receipt]") -> Receipt:
        """The receipt of what is being sent; a 503 when Kafka does not acknowledge.

        It is carried out to its end also then, and if the sender hangs up: what arrives later is noted as
        sent, and its repeat gets the receipt. That a leader changes takes longer than a sender should wait.
        """
        sending.add_done_callback(_hear)
        while not sending.done():
            await asyncio.wait([sending], timeout=_LOOK_S)
            if not sending.done():
                self._check_kafka("what was sent may still arrive, and its repeat will know")
        return sending.result()

    def _check_kafka(self, sent: str) -> None:
        if self._log.stalled_s() > _STALLED_S:
            raise unavailable(f"Kafka does not acknowledge anything for now; {sent}", 5)

    async def _send(
        self, agency: Agency, begun: Begun, ready: Sequence[Ready], values: Sequence[bytes]
    ) -> Receipt:
        fresh = [(ready[at], values[at]) for at in begun.fresh]
        try:
            records = [_outgoing(begun.receipt, each, value) for each, value in fresh]
            await asyncio.wrap_future(self._log.append(records))
            additions = additions_of(each.fact for each, _ in fresh)
            receipt = await self._do(
                lambda db: self._ledger.finish(db, begun.number, agency, additions, self._clock())
            )
        finally:
            self._ledger.live.discard(begun.number)
            self._live.pop(begun.number).set()
        for kind, n in Counter(each.type for each, _ in fresh).items():
            self._count(kind, n)
        for each, _ in fresh:
            if isinstance(each.event, BatchManifest):
                _tell_manifest(each.event, each.batch, begun.receipt)
        return receipt  # type: ignore[no-any-return]

    async def _do(self, work: Callable[..., Any]) -> Any:
        return await asyncio.wrap_future(self._store.submit(work))


def _hear(sending: "asyncio.Future[Receipt]") -> None:
    """What fails when nobody waits for it any more is no fault of ours: its repeat sends it again."""
    if not sending.cancelled():
        sending.exception()


def _tell_manifest(manifest: BatchManifest, batch: str | None, receipt: str) -> None:
    whose = {"batch": batch, "agency": manifest.agency, "topic": manifest.topic}
    log.info("manifest accepted", extra={**whose, "sent": manifest.count, "receipt": receipt})


def _outgoing(receipt: str, ready: Ready, value: bytes) -> Outgoing:
    headers = {HEADER_RECEIPT: header_of(receipt, ready.entry)}
    if ready.fact is not None:
        headers[HEADER_BATCH] = ready.fact.batch.encode()
    return Outgoing(TopicPartition(ready.topic, _BY_KEY), [ready.key], [value], [headers])
