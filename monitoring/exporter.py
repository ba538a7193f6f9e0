"""The HTTP window of a process, on loopback: /metrics, /healthz and /readyz."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from monitoring import runfile, targets
from monitoring.liveness import Health, HealthView
from monitoring.runfile import RunFile
from schemas.errors import Refused

_HOST = "127.0.0.1"
_CLIENT_TIMEOUT_S = 10.0


class Exporter:
    """Serves one process's metrics and health from threads of its own, and keeps its run file and target.

    ``name`` is the process's name, as ``engine-0``; ``started`` seconds since 1970; ``port`` 0 takes
    any free one. The run file is ``<run_dir>/<name>.json`` from ``start`` to ``stop``, and so is the file
    by which Prometheus finds it (``monitoring.targets``).
    """

    def __init__(
        self,
        name: str,
        registry: CollectorRegistry,
        health: Health,
        *,
        run_dir: Path,
        started: float,
        port: int = 0,
    ) -> None:
        self._name = name
        self._window = _Window(name, registry, health)
        self._run_dir = run_dir
        self._started = started
        self._port = port
        self._server: _Server | None = None
        self._run: RunFile | None = None

    def start(self) -> int:
        """Listen, write the run file, return the port. Raises ``Refused`` if the port is taken."""
        try:
            self._server = _Server((_HOST, self._port), self._window)
        except OSError as error:
            raise Refused(
                f"the metrics of {self._name} cannot be served on {_HOST}:{self._port}: {error.strerror}",
                remedy="let another port be chosen with port 0, or end the program that uses this one",
            ) from error
        threading.Thread(target=self._server.serve_forever, name="exporter", daemon=True).start()
        port = int(self._server.server_address[1])
        self._run = RunFile(self._name, os.getpid(), port, self._started)
        runfile.write(self._run_dir, self._run)
        targets.write(self._run_dir, self._name, port)
        return port

    def stop(self) -> None:
        """Stop listening and remove the run file; a second call does nothing."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        if self._run is not None:
            targets.remove(self._run_dir, self._name, self._run.port)
            runfile.remove(self._run_dir, self._run)
            self._run = None


class _Window:
    """What is served, apart from HTTP."""

    def __init__(self, name: str, registry: CollectorRegistry, health: Health) -> None:
        self._name = name
        self._registry = registry
        self._health = health

    def respond(self, path: str, accept: str) -> tuple[int, str, bytes]:
        """Status, content type and body for a path."""
        if path == "/metrics":
            encode, content_type = choose_encoder(accept)
            return 200, content_type, encode(self._registry)
        view = self._health.view()
        if path == "/healthz":
            return self._json(view.alive, view)
        if path == "/readyz":
            return self._json(view.ready, view)
        return 404, "text/plain; charset=utf-8", b"/metrics /healthz /readyz\n"

    def _json(self, well: bool, view: HealthView) -> tuple[int, str, bytes]:
        body: dict[str, Any] = {
            "name": self._name,
            "pid": os.getpid(),
            "alive": view.alive,
            "ready": view.ready,
            "reasons": list(view.reasons),
            "notes": list(view.notes),
            "beat_age_seconds": round(view.beat_age_s, 3),
        }
        return 200 if well else 503, "application/json", json.dumps(body).encode() + b"\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], window: _Window) -> None:
        self.window = window
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    timeout = _CLIENT_TIMEOUT_S
    server: _Server

    def do_GET(self) -> None:
        status, content_type, body = self.server.window.respond(
            urlsplit(self.path).path, self.headers.get("Accept", "")
        )
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Scrapes are not news."""
