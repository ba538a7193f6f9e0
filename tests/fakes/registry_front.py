"""An HTTP server in front of a schema registry: passes questions on, or answers all of them alike."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@dataclass(frozen=True)
class Nonsense:
    """An answer that is none. ``lacks``: bytes that are promised and never come."""

    status: int
    body: bytes
    lacks: int = 0


class RegistryFront(ThreadingHTTPServer):
    """On a free port of this machine; ``instead`` of the registry it answers so, when it is set."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = behind.rstrip("/")
        self.instead: Nonsense | None = None
        self.nonsense_told = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def pass_on(self, method: str, path: str, kind: str, body: bytes) -> tuple[int, bytes]:
        """What the registry itself answers."""
        answer = httpx.request(
            method, self.behind + path, content=body, headers={"Content-Type": kind}, trust_env=False
        )
        return answer.status_code, answer.content


class _Handler(BaseHTTPRequestHandler):
    server: RegistryFront

    def _answer(self) -> None:
        question = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if (said := self.server.instead) is not None:
            status, body, lacks = said.status, said.body, said.lacks
            self.server.nonsense_told += 1
        else:
            kind = self.headers.get("Content-Type", "application/json")
            (status, body), lacks = self.server.pass_on(self.command, self.path, kind, question), 0
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + lacks))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def registry_front(behind: str) -> Iterator[RegistryFront]:
    """In front of the registry at this address, until the block ends."""
    with RegistryFront(behind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
