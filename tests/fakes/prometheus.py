"""A Prometheus on a port of loopback that answers what it was given."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = Callable[[str, dict[str, str]], Any]


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """Its address; ``answer`` is given the end of the path and the parameters, and gives ``data``.

    A ``ValueError`` becomes what Prometheus says to a query it cannot parse.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            parameters = {name: values[0] for name, values in parse_qs(asked.query).items()}
            try:
                data = answer(asked.path.removeprefix("/api/v1/"), parameters)
                status, body = 200, {"status": "success", "data": data}
            except ValueError as error:
                status, body = 400, {"status": "error", "errorType": "bad_data", "error": str(error)}
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
