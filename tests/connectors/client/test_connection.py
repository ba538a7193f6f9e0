"""Reaching a registry that asks who one is, and what is said when that cannot be right."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from connectors.client import Publisher, Receipts, Subscriber, Totals
from connectors.client.connection import connection
from schemas.errors import InvalidInput, Refused
from schemas.names import DTSEN_PERSONS
from tests.connectors.client.samples import ranked

PASSWORD = "hush"


class Registry(BaseHTTPRequestHandler):
    """Registers for one user, and refuses everybody else."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        login = base64.b64encode(f"bps:{PASSWORD}".encode()).decode()
        known = self.headers["Authorization"] == f"Basic {login}"
        body = json.dumps({"id": 7} if known else {"message": "who are you?"}).encode()
        self.send_response(200 if known else 401)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as the class it extends
        """Say nothing."""


@pytest.fixture
def registry() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Registry) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n")
    return path


def test_a_registry_with_a_login(registry: str, password_file: Path) -> None:
    _, codec = connection("test", "localhost:1", registry, ("bps", password_file), None, None)
    assert codec.encode(DTSEN_PERSONS, ranked("b").to_record())[:5] == bytes([0, 0, 0, 0, 7])


def test_a_login_that_is_wrong(registry: str, password_file: Path) -> None:
    for login in (None, ("kemnaker", password_file)):
        _, codec = connection("test", "localhost:1", registry, login, None, None)
        with pytest.raises(Refused, match="refuses us") as caught:
            codec.encode(DTSEN_PERSONS, ranked("b").to_record())
        assert PASSWORD not in f"{caught.value} {caught.value.remedy}"


@pytest.mark.parametrize("kind", [Publisher, Subscriber, Totals, Receipts])
def test_what_cannot_be_right_is_said_before_anybody_is_asked(
    kind: type[Publisher | Subscriber | Totals | Receipts], tmp_path: Path
) -> None:
    url = "http://127.0.0.1:1"
    with pytest.raises(InvalidInput, match="address of Kafka"):
        kind.connect("http://kafka", url)
    with pytest.raises(InvalidInput, match="registry is no URL"):
        kind.connect("kafka:9092", "registry:8081")
    with pytest.raises(InvalidInput, match="registry's password cannot be read"):
        kind.connect("kafka:9092", url, registry_login=("bps", tmp_path / "nothing"))
    with pytest.raises(InvalidInput, match=r"cannot be set: group\.id"):
        kind.connect("kafka:9092", url, security={"group.id": "x"})
    with pytest.raises(InvalidInput, match="does not take these settings"):
        kind.connect("kafka:9092", url, security={"security.protocol": "SECURE"})
