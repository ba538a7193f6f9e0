"""Commands to the control plane, and what it answers."""

import asyncio
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from connectors.client.event_json import Fault
from connectors.gateway.personal import NO_NUMBER, in_id, in_text
from connectors.gateway.ports import Codec, Log
from connectors.gateway.problems import Problem
from connectors.gateway.receipts import Directives
from connectors.gateway.scopes import Principal
from connectors.gateway.waiting import Waiting
from schemas import commanding
from schemas.directive import DirectiveDocument
from schemas.events import Command, DirectiveStatus, Outcome
from schemas.names import ANSWERED_LATER, HUB_COMMANDS, CommandKind
from schemas.records import Outgoing, TopicPartition

log = logging.getLogger("gateway")

ANSWER_S = 30.0
LATER_S = 60.0
"""For those of ``ANSWERED_LATER``."""
_BY_KEY = -1


class Commands:
    """Writes commands and waits for their outcomes; many at once."""

    def __init__(
        self,
        log: Log,
        codec: Codec,
        waiting: Waiting[Outcome],
        directives: Directives,
        clock: Callable[[], datetime],
        *,
        answer_s: float = ANSWER_S,
        later_s: float = LATER_S,
    ) -> None:
        self._log, self._codec, self._waiting, self._directives = log, codec, waiting, directives
        self._clock, self._answer_s, self._later_s = clock, answer_s, later_s

    async def run(
        self, who: Principal, kind: CommandKind, basis: str, payload: Mapping[str, object]
    ) -> tuple[str, Outcome]:
        """Id and outcome of a command that was accepted; a 422 with every reason if it was refused.

        A 504 if no outcome comes: it may then still be carried out.
        """
        text = json.dumps(payload, ensure_ascii=False)
        faults = [] if basis.strip() else [Fault(("basis",), "must not be empty")]
        # A token or a digest may have 16 digits in a row by chance, a free text has none.
        if in_text(basis):
            faults.append(Fault(("basis",), NO_NUMBER))
        if in_id(text):
            faults.append(Fault(("payload",), NO_NUMBER))
        if faults:
            raise Problem("faults", "nothing was sent", faults=faults)
        identity = str(uuid.uuid4())
        command = Command(kind, who.subject, basis.strip(), text, self._clock())
        value = self._codec.encode(HUB_COMMANDS, command.to_record())
        record = Outgoing(TopicPartition(HUB_COMMANDS, _BY_KEY), [identity.encode("ascii")], [value])
        within_s = self._later_s if kind in ANSWERED_LATER else self._answer_s
        log.info("command sent", extra={"command": identity, "kind": kind})
        outcome = await self._ask(identity, record, within_s)
        answered = {"command": identity, "kind": kind, "result": outcome.result}
        log.info("command answered", extra={**answered, "reasons": len(outcome.reasons) or None})
        if outcome.result == "REFUSED":
            raise Problem(
                "refused", "nothing was changed", more={"command": identity, "reasons": list(outcome.reasons)}
            )
        return identity, outcome

    async def approve(
        self,
        who: Principal,
        directive: str,
        version: int,
        digest: str,
        bounds: Mapping[str, int | None],
        basis: str,
    ) -> tuple[str, Outcome]:
        """Approve what was previewed; bounds that are not given are those of the document."""
        status = self._directives.get(directive, version)
        filled = commanding.filled_bounds(_document(status), bounds)
        known = [status.preview.digest] if status is not None and status.preview is not None else []
        faults = [
            Fault(("bounds", name), "needed: the document has none")
            for name in commanding.missing_bounds(filled)
        ]
        found = commanding.beginning_with(known, digest) or ([digest] if len(digest) == 64 else [])
        if not found:
            faults.append(Fault(("preview",), "the digest of no preview of this version; preview it first"))
        if faults:
            raise Problem("faults", "nothing was sent", faults=faults)
        whole = {name: value for name, value in filled.items() if value is not None}
        payload = commanding.approval(directive, version, found[0], whole)
        return await self.run(who, "APPROVE_DIRECTIVE", basis, payload)

    async def _ask(self, identity: str, record: Outgoing, within_s: float) -> Outcome:
        written: list[asyncio.Future[None]] = []

        def put() -> None:
            written.append(asyncio.wrap_future(self._log.append([record])))

        outcome = await self._waiting.answer(identity, put, within_s, float("inf"))
        if outcome is None:
            if written[0].done() and (error := written[0].exception()) is not None:
                raise error
            raise Problem(
                "no-answer",
                "written, not answered: the control worker may still carry it out; see `jangkau status`",
                more={"command": identity},
            )
        return outcome


def _document(status: DirectiveStatus | None) -> DirectiveDocument | None:
    if status is None or not status.document:
        return None
    return DirectiveDocument.from_json(status.document)
