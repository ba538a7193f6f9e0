"""HTTP as uvicorn speaks it, bounded: how long a request may take to come, how many may be connected."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import Callable, Iterator
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from connectors.gateway.limits import Limits
from connectors.gateway.problems import PROBLEM_JSON, TITLES
from schemas.errors import Refused

_KEEP_ALIVE_S = 30
_HEADER_BYTES = 32 * 1024
_STARTING_S = 0.01
_BACKLOG = 256
GRACE_S = 20
"""How long requests in flight may take to end when the gateway is asked to."""

# Its warnings quote what it could not read.
logging.getLogger("uvicorn").setLevel(logging.CRITICAL)


def bounded_protocol(limits: Limits) -> type[H11Protocol]:
    """uvicorn's protocol with a time for a request's header to be whole, and a most of connections."""

    class Bounded(H11Protocol):
        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if len(self.connections) > limits.connections:
                self._refuse(503, "unavailable", "too many connections")
            else:
                self._await_header()

        def connection_lost(self, exc: Exception | None) -> None:
            self._clear()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if not self.transport.is_closing():
                super().data_received(data)

        def handle_events(self) -> None:
            super().handle_events()
            # The first bytes of another request on the same connection set the time anew.
            if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
                self._await_header()
            elif self.conn.their_state is not h11.IDLE:
                self._clear()

        def send_400_response(self, msg: str) -> None:
            if self.conn.our_state is h11.IDLE:
                self._refuse(400, "not-json", "this is no HTTP request, or its header is too long")
            else:
                self.transport.close()

        def _await_header(self) -> None:
            if self._deadline is None:
                self._deadline = self.loop.call_later(limits.header_s, self._too_slow)

        def _clear(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _too_slow(self) -> None:
            self._deadline = None
            if not self.transport.is_closing():
                self._refuse(408, "too-slow", f"the header was not there after {limits.header_s:g} s")

        def _refuse(self, status: int, name: str, detail: str) -> None:
            """Answer without the application, and hang up."""
            document = {
                "type": f"urn:jangkau:problem:{name}",
                "title": TITLES[name][1] if status != 400 else "This is no HTTP request",
                "status": status,
                "detail": detail,
                "correlation": "none",
            }
            body = json.dumps(document).encode()
            head = (
                f"HTTP/1.1 {status} \r\ncontent-type: {PROBLEM_JSON}\r\ncontent-length: {len(body)}\r\n"
                "retry-after: 2\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
            self.transport.close()

    return Bounded


class Server(uvicorn.Server):
    """Serves until ``should_exit`` is set; signals are the caller's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn would take them, and end the process by them again afterwards."""
        yield


def make_server(app: Any, host: str, port: int, limits: Limits) -> Server:
    """A server for one application; nothing is listened on yet."""
    return Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=bounded_protocol(limits),
            ws="none",
            loop="asyncio",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S,
            h11_max_incomplete_event_size=_HEADER_BYTES,
        )
    )


async def serve(server: Server, ready: Callable[[int], None]) -> None:
    """Serve; ``ready`` is told the port. Raises ``Refused`` if it cannot be listened on."""
    # Bound here: uvicorn would end the process by itself.
    listening = _listen(server.config.host, server.config.port)
    port: int = listening.getsockname()[1]
    running = asyncio.ensure_future(server.serve([listening]))
    while not server.started and not running.done():
        await asyncio.sleep(_STARTING_S)
    if server.started:
        ready(port)
    await running


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, or asyncio leaves Nagle's algorithm on, and every answer waits 40 ms (measured).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
        return listening
    except OSError as error:
        listening.close()
        raise Refused(
            f"the gateway cannot listen on {host}:{port}: {error.strerror}",
            remedy="end the program that uses this port, or set JANGKAU_GATEWAY__PORT",
        ) from None
