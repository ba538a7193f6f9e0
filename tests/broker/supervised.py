"""A whole hub as `jangkau up` keeps it, and what agencies and the ministry want of it meanwhile."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.cluster import Cluster
from deploy.hub import make_missing_keys
from deploy.query.ready import await_ready
from deploy.settings import Settings
from schemas.errors import JangkauError
from tests.broker.control_world import ControlWorld
from tests.broker.kafka_world import KafkaWorld
from tests.chaos.check import laws_hold
from tests.chaos.traffic import Agencies, Ministry

_ENGINES = 2
_READY_WITHIN_S = 120.0
_AGREED_WITHIN_S = 150.0
"""A full round of counts comes once a minute."""

_OUTSIDE = ("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", "JANGKAU_REGISTRY__URL")


@dataclass
class SupervisedHub:
    """Two engines, control, gateway and sink under their supervisor, in ``data_dir``."""

    data_dir: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def jangkau(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run the command line."""
        inherited = {name: value for name, value in os.environ.items() if name not in _OUTSIDE}
        environment = {
            **inherited,
            "JANGKAU_DATA_DIR": str(self.data_dir),
            "JANGKAU_CONTROL__AUTOMATIC_DATE": "false",
            **self.settings,
        }
        argv = [sys.executable, "-m", "jangkau", *arguments]
        return subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)

    def up(self) -> None:
        """Until all are ready."""
        make_missing_keys(Settings(data_dir=self.data_dir))
        done = self.jangkau("up", "--engines", str(_ENGINES), "--sink")
        assert done.returncode == 0, done.stdout + done.stderr
        self.await_ready()

    def await_ready(self) -> None:
        """Until all are ready, however often they are started again."""
        assert await_ready(self.data_dir, _READY_WITHIN_S) == ()

    def status(self) -> Mapping[str, Any]:
        """What `jangkau status` says."""
        found: Mapping[str, Any] = json.loads(self.jangkau("status", "--json").stdout)
        return found

    def log(self, process: str) -> str:
        """What a process has written, of all its lives."""
        return (self.data_dir / "logs" / f"{process}.log").read_text(errors="replace")


@dataclass
class Traffic:
    """Facts, commands and drafts of directives without end, each insisted upon until it is taken."""

    cluster: Cluster
    agencies: Agencies
    ministry: Ministry

    def begin(self) -> None:
        """With a date and a directive in force."""
        self.ministry.first()
        for worker in (self.agencies, self.ministry):
            worker.start()

    def batches(self) -> int:
        """How many have been published whole."""
        return len(self.agencies.batches)

    def end(self) -> None:
        """Let those who write end what they are at: all of it must go through."""
        for worker in (self.agencies, self.ministry):
            worker.stopping.set()
        for worker in (self.agencies, self.ministry):
            worker.finish()

    def laws_hold(self, home: Path) -> None:
        """All laws, when all is read; seen with clients that know nothing of what was."""
        data = KafkaWorld(self.cluster, home, on_empty_topics=False)
        try:
            data.await_drained()
            _insist(data, self.agencies.batches)
        finally:
            data.close()


def _insist(data: KafkaWorld, batches: list[tuple[str, str]]) -> None:
    end = time.monotonic() + _AGREED_WITHIN_S
    while True:
        try:
            return laws_hold(data, batches)
        except (AssertionError, KeyError, JangkauError):
            if time.monotonic() > end:
                raise
        time.sleep(2.0)


@contextmanager
def traffic(cluster: Cluster, home: Path, seed: int) -> Iterator[Traffic]:
    """On topics that are there; nobody writes any more when the block has ended."""
    seeds = random.Random(seed)
    people = [seeds.randbytes(16).hex() for _ in range(200)]
    control = ControlWorld(cluster, home, on_empty_topics=False)
    agencies = Agencies(cluster, people, seeds.randrange(2**32), pause_s=0.5)
    ministry = Ministry(control, people, seeds.randrange(2**32), pause_s=2.0)
    try:
        yield Traffic(cluster, agencies, ministry)
    finally:
        agencies.stopping.set()
        ministry.stopping.set()
        control.close()
