"""What changes, while somebody looks: server-sent events that say what to ask again, never what it is."""

import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from connectors.console.changes import KINDS, Changed, Changes
from connectors.gateway.asked import Who
from connectors.gateway.openapi import problems

_TYPE = "text/event-stream"
_SCHEMA = {
    "type": "object",
    "description": "One event",
    "properties": {
        "event": {"enum": ["hello", *KINDS]},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "`as_of`, and for totals the `regions` that changed",
        },
    },
}
_DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {"description": "What has changed, as it does", "content": {_TYPE: {"schema": _SCHEMA}}}
}


@dataclass(frozen=True, slots=True)
class LiveRules:
    """A comment keeps the line open every ``quiet_s``; a stream ends after ``longest_s`` at the latest."""

    quiet_s: float = 15.0
    longest_s: float = 3600.0


def make(changes: Changes, rules: LiveRules, clock: Callable[[], float] = time.time) -> APIRouter:
    """The route; ``clock`` gives seconds since 1970."""
    router = APIRouter(tags=["console"])

    @router.get("/live", responses={**problems("faults"), **_DOCUMENTED}, response_class=StreamingResponse)
    async def live(who: Who) -> StreamingResponse:
        """Events until the token expires: what has changed, at most once a second for each kind."""
        who.need("hub:read")
        left_s = min(who.expires_at - clock(), rules.longest_s)
        headers = {"X-Accel-Buffering": "no"}  # a proxy that gathers an answer would keep it for an hour
        return StreamingResponse(_events(changes, rules, left_s, clock), media_type=_TYPE, headers=headers)

    return router


async def _events(
    changes: Changes, rules: LiveRules, left_s: float, clock: Callable[[], float]
) -> AsyncIterator[str]:
    end = clock() + left_s
    with changes.listening() as listener:
        yield _event("hello", clock())
        while (left := end - clock()) > 0:
            found = await listener.next(min(left, rules.quiet_s))
            if found is None:
                return
            yield "".join(_lines(found, clock())) or ": quiet\n\n"


def _lines(changed: Changed, now: float) -> list[str]:
    return [_event(kind, now, sorted(changed[kind])) for kind in KINDS if kind in changed]


def _event(kind: str, now: float, regions: list[str] | None = None) -> str:
    data: dict[str, Any] = {"as_of": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")}
    if kind == "totals":
        data["regions"] = regions
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"
