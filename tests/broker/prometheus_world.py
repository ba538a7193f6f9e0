"""A real Prometheus that watches a hub of a test, with the folder that `jangkau monitoring write` writes."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from deploy.ports import remembered_ports
from deploy.process import Child
from deploy.prometheus.asking import Prometheus
from deploy.prometheus.folder import CONFIG, Plan, write_folder
from monitoring import runfile
from schemas.errors import Retryable
from tests.deploy.waiting import wait_until
from tests.monitoring.promtool import tool

INTERVAL_S = 1
_STOP_S = 20.0


class Watching:
    """The server and what it says. It looks every second; alerts wait one second, not minutes.

    An event is late after two seconds, not after sixty.
    """

    def __init__(self, folder: Path, data_dir: Path) -> None:
        self.folder = folder
        write_folder(folder, Plan(runfile.run_dir(data_dir), INTERVAL_S))
        rules = folder / "rules" / "jangkau.yaml"
        text = rules.read_text().replace("expr: vector(60)", "expr: vector(2)")
        rules.write_text(re.sub(r"^( +for: )\d+[mh]$", r"\g<1>1s", text, flags=re.MULTILINE))
        port = remembered_ports(folder / "ports.json", ["prometheus"], {})["prometheus"]
        self.url = f"http://127.0.0.1:{port}"
        self.asked = Prometheus(self.url)
        argv = [
            tool("prometheus"),
            f"--config.file={folder / CONFIG}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        self._server = Child("prometheus", argv, folder / "prometheus.log")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._server.start()
        wait_until(lambda: self._answers() or not self._server.running(), "Prometheus answers")
        assert self._server.running(), self._server.log_since_start(4000)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/-/ready", trust_env=False, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        self._server.stop(_STOP_S)

    def firing(self) -> set[tuple[str, str]]:
        """Name of each alert that fires, and what it is about: the first of these labels that it has."""
        about = ("instance", "agency", "directive", "topic")
        return {
            (alert["alertname"], next((alert[label] for label in about if label in alert), ""))
            for alert in self.asked.firing()
        }

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait until it says so."""

        def so() -> bool:
            try:
                return true()
            except Retryable:
                return False

        wait_until(so, what)


@contextmanager
def watching(folder: Path, data_dir: Path) -> Iterator[Watching]:
    """A Prometheus that sees the hub, until the block ends."""
    made = Watching(folder, data_dir)
    try:
        made.start()
        yield made
    finally:
        made.close()
