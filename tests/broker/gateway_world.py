"""A gateway as a process on a real broker, and what a test says to it over HTTP."""

import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from connectors.gateway.cloudevents import BATCHED
from connectors.gateway.scopes import SCOPES
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.reader import KafkaReader
from deploy.cluster import Cluster
from deploy.hub import child_environment
from deploy.process import Child
from deploy.query.processes import ask
from deploy.query.scan import Row, scan
from deploy.signing import make_signing_key, sign_token
from monitoring import runfile
from monitoring.runfile import RunFile
from schemas.tokens import Tokenizer, TokenKey
from tests.deploy.waiting import wait_until

_STOP_S = 30.0


@dataclass
class GatewayWorld:
    """One data folder with the keys of a gateway, and the gateway itself when it is started."""

    cluster: Cluster
    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    process: Child | None = None

    def __post_init__(self) -> None:
        keys = self.home / "keys"
        self.tokenizer = Tokenizer(TokenKey.generate(keys / "token.key"))
        self._signing = keys / "gateway.pem", keys / "gateway.jwks.json"
        make_signing_key(*self._signing)
        self.config = KafkaConfig(self.cluster.bootstrap_servers)
        self.admin = KafkaAdmin(self.config)

    def start(self) -> None:
        """Start it and wait until it is ready; it ends with this test at the latest."""
        argv = [sys.executable, "-m", "jangkau", "gateway"]
        environment = {
            **child_environment(self.home, self.cluster),
            "JANGKAU_GATEWAY__REQUESTS_PER_S": "100000",
            "JANGKAU_GATEWAY__BURST": "100000",
            **self.settings,
        }
        self.process = Child("gateway", argv, self.log, environment)
        self.process.start()
        wait_until(lambda: self.ready() or not self.running(), "the gateway is ready")
        assert self.running(), self.process.log_since_start()

    @property
    def log(self) -> Path:
        return self.home / "logs" / "gateway.log"

    @property
    def url(self) -> str:
        return (self.home / "gateway" / "url").read_text().strip()

    def running(self) -> bool:
        return self.process is not None and self.process.running()

    def run_file(self) -> RunFile | None:
        """Where its window is."""
        found = [one for one in runfile.read_all(runfile.run_dir(self.home)) if one.name == "gateway"]
        pid = self.process.pid if self.process else None
        return next((one for one in found if one.pid == pid), None)

    def ready(self) -> bool:
        run = self.run_file()
        report = ask(run.port) if run else None
        return report is not None and report.ready

    def metrics(self) -> str:
        run = self.run_file()
        assert run is not None
        return httpx.get(f"http://127.0.0.1:{run.port}/metrics", trust_env=False).text

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.stop(_STOP_S)

    def stop(self) -> int | None:
        """Ask it to end; gives its exit code."""
        assert self.process is not None
        self.process.stop(_STOP_S)
        return self.process.exit_code()

    def close(self) -> None:
        if self.process is not None:
            self.process.stop(_STOP_S)

    def token(self, agency: str | None = "BPS", **claims: Any) -> str:
        """A token that may do everything everywhere, unless told otherwise."""
        said = {
            "iss": "jangkau",
            "aud": "jangkau-gateway",
            "sub": "petugas-uji",
            "scope": " ".join(SCOPES),
            "regions": ["ID"],
            **({"agency": agency} if agency else {}),
            **claims,
        }
        return sign_token(*self._signing, said, datetime.now(UTC), timedelta(hours=1))

    def client(self, agency: str | None = "BPS", **claims: Any) -> httpx.Client:
        """A client with such a token."""
        headers = {"Authorization": f"Bearer {self.token(agency, **claims)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)

    def rows(self, topic: str) -> Iterator[Row]:
        """Everything on a topic."""
        reader = KafkaReader(self.config)
        try:
            yield from scan(reader, self.admin, topic)
        finally:
            reader.close()


def post(client: httpx.Client, *events: Any) -> httpx.Response:
    """POST /events, batched."""
    return client.post("/events", content=json.dumps(events), headers={"Content-Type": BATCHED})
