"""The outermost layer, around the whole application: who asks, how much, how fast; and one line in the log.

What it does not let in has not been read. Whatever is raised within becomes a problem here, so that no
traceback, and no value, reaches a log.
"""

import logging
import re
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, Protocol

from connectors.gateway.auth import Tokens
from connectors.gateway.limits import Buckets, Limits, Message, Receive, Room, read_body, too_large
from connectors.gateway.problems import PROBLEM_JSON, Problem, problem_of
from monitoring.logs import correlated
from schemas.errors import JangkauError

Scope = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

access = logging.getLogger("gateway.access")
log = logging.getLogger("gateway")

OPEN_PATHS = ("/openapi.json", "/", "/console")
"""What anybody may read, beside what lies below ``OPEN_FOLDER``: how to ask, and the pages that ask."""
OPEN_FOLDER = "/console/"
EVENTS_PATH = "/events"
LIVE_PATH = "/live"
_CORRELATION = re.compile(r"(?=.{8,64}$)[A-Za-z0-9-]*[A-Za-z-][A-Za-z0-9-]*")
_LONG_NUMBER = re.compile(r"[0-9]{13}")
_SECURITY = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
_MS = 1000.0


class Meter(Protocol):
    """Hears of every request; ``monitoring`` counts them."""

    def begun(self) -> None:
        """One more is in flight."""

    def ended(self, route: str, status: int, seconds: float) -> None:
        """It is answered; ``route`` is the template, not the address."""

    def refused(self, problem: str) -> None:
        """Why one was answered with a problem."""


class Gatekeeper:
    """ASGI. ``tokens`` says who asks; the application finds it in ``scope["state"]["principal"]``."""

    def __init__(
        self,
        app: App,
        tokens: Tokens,
        limits: Limits,
        meter: Meter,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app, self._tokens, self._limits, self._meter, self._clock = app, tokens, limits, meter, clock
        self._buckets = Buckets(limits.requests_per_s, limits.burst, clock=clock)
        self._asking, self._open = Room(limits.asking), Room(limits.asking)
        self._rooms = {EVENTS_PATH: Room(limits.publishing), LIVE_PATH: Room(limits.streams)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, _correlation(scope), self._clock)
        with correlated(request=answer.correlation):
            await self._answered(scope, receive, answer)

    async def _answered(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        began = self._clock()
        self._meter.begun()
        try:
            await self._within(scope, receive, answer)
        except ConnectionError:
            answer.status = answer.status or 499
        except Problem as problem:
            await self._say(answer, problem)
        except JangkauError as error:
            log.warning("%s: %s", answer.correlation, error)
            await self._say(answer, problem_of(error))
        except Exception as error:
            log.error("%s: unexpected %s%s", answer.correlation, type(error).__name__, _place(error))
            if not answer.status:
                await self._say(answer, Problem("fault-of-ours", "see the log by the correlation"))
        finally:
            # A stream is answered when it begins; how long somebody listens is no duration of ours.
            done = answer.started if scope["path"] == LIVE_PATH and answer.started else self._clock()
            took, route = done - began, _route(scope)
            self._meter.ended(route, answer.status or 500, took)
            access.info(
                "%s %s %s %.1f ms %s",
                scope["method"],
                route,
                answer.status,
                took * _MS,
                answer.correlation,
                extra={"route": route, "status": answer.status, "milliseconds": round(took * _MS, 1)},
            )

    async def _within(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        headers = self._headers(scope)
        state = scope.setdefault("state", {})
        state["correlation"], state["refused"] = answer.correlation, self._meter.refused
        path = scope["path"]
        if path in OPEN_PATHS or path.startswith(OPEN_FOLDER):
            with self._open.place():
                await self._app(scope, receive, answer.send)
            return
        who = await self._tokens.principal(headers.get(b"authorization", b"").decode("latin-1"))
        self._buckets.take(who.subject)
        state["principal"] = who
        with self._rooms.get(path, self._asking).place():
            body = await self._body(headers, receive)
            await self._app(scope, _replay(body, receive), answer.send)

    def _headers(self, scope: Scope) -> dict[bytes, bytes]:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self._limits.url_bytes:
            raise Problem("url-too-long", f"at most {self._limits.url_bytes} bytes")
        if len(scope["headers"]) > self._limits.headers:
            raise Problem("headers-too-large", f"at most {self._limits.headers} headers")
        return dict(scope["headers"])

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        told = headers.get(b"content-length", b"")
        if told.isdigit() and int(told) > self._limits.body_bytes:
            raise too_large(self._limits.body_bytes)
        return await read_body(receive, self._limits.body_bytes, self._limits.body_s)

    async def _say(self, answer: "_Answer", problem: Problem) -> None:
        self._meter.refused(problem.name)
        if not answer.status:
            await answer.say(problem)


class _Answer:
    """What is sent back; every answer has the correlation and the security headers."""

    def __init__(self, send: Send, correlation: str, clock: Callable[[], float]) -> None:
        self._send, self.correlation, self._clock = send, correlation, clock
        self.status, self.started = 0, 0.0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.started = int(message["status"]), self._clock()
            given = list(message.get("headers", ()))
            names = {name for name, _ in given}
            # The pages of the console have a policy and a freshness of their own.
            own = [(name, value) for name, value in _SECURITY if name not in names]
            message = {**message, "headers": [*given, *own, (b"x-request-id", self.correlation.encode())]}
        await self._send(message)

    async def say(self, problem: Problem) -> None:
        body = problem.body(self.correlation)
        headers = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
        headers += [(b"content-type", PROBLEM_JSON.encode()), (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _correlation(scope: Scope) -> str:
    """The sender's X-Request-Id if it looks like an id, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text: str = value.decode("latin-1")
            if _CORRELATION.fullmatch(text) and not _LONG_NUMBER.search(text):
                return text
    return uuid.uuid4().hex


def _route(scope: Scope) -> str:
    """The template of the address, never the address: that may hold anything."""
    route = scope.get("route")
    return str(getattr(route, "path", "")) or (scope["path"] if scope["path"] in OPEN_PATHS else "none")


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
