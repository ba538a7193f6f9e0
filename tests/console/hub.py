"""A whole hub as processes on one data folder: control, one engine, the gateway and the view in SQLite."""

import contextlib
import os
import signal
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.client import Publisher, Receipts, Totals
from deploy.cluster import Cluster
from deploy.compose.asking import Asker, asker
from deploy.demo.player import Player
from deploy.hub import apply_topics, child_environment, make_missing_keys, workers
from deploy.process import Child, stop_all
from deploy.query.access import codec, plain_producer
from deploy.query.processes import ask
from deploy.settings import KafkaSettings, RegistrySettings, Settings
from deploy.signing import sign_token
from monitoring import runfile
from schemas.events import BatchReceipt, DirectiveStatus, RegionTotals
from schemas.ids import DirectiveId
from tests.broker.kafka_world import PARTITIONS, fresh_topics
from tests.console.people import FIRST_DAY, Someone
from tests.deploy.waiting import wait_until

_STOP_S = 30.0
_RECEIPT_S = 60.0


class ConsoleHub:
    """A running hub: what is published and commanded on it, and what its topics say."""

    def __init__(self, cluster: Cluster, home: Path) -> None:
        fresh_topics(cluster)
        self.cluster, self.home = cluster, home
        self.settings = Settings(
            data_dir=home,
            kafka=KafkaSettings(bootstrap_servers=cluster.bootstrap_servers),
            registry=RegistrySettings(url=cluster.registry_url),
        )
        make_missing_keys(self.settings)
        self.environment = {
            **child_environment(home, cluster),
            "JANGKAU_CONTROL__APP_ID": f"control-{uuid.uuid4().hex[:8]}",
            "JANGKAU_CONTROL__AUTOMATIC_DATE": "false",
            "JANGKAU_CONTROL__INITIAL_DATE": FIRST_DAY.isoformat(),
        }
        apply_topics(self.environment)
        every = workers(home, cluster, 1, gateway=True, sink=True)
        self._children = {each.name: replace(each, env=self.environment) for each in every}
        self._open = ExitStack()

    def start(self) -> None:
        """Start every process and wait until each says that it is ready."""
        for child in self._children.values():
            child.start()
        wait_until(lambda: bool(self._ended()) or all(map(self.ready, self._children)), "all are ready")
        assert not self._ended(), "\n".join(each.log_since_start(4000) for each in self._ended())
        self._connect()

    def _connect(self) -> None:
        servers, registry = self.cluster.bootstrap_servers, self.cluster.registry_url
        enter = self._open.enter_context
        self.publisher = enter(Publisher.connect(servers, registry, token_key=self.settings.token_key_file))
        self.asker: Asker = enter(asker(self.settings))
        producer = enter(plain_producer(self.settings, self.cluster))
        self.player = Player(self.publisher, producer, codec(self.cluster), self.asker, PARTITIONS)
        self._totals = enter(Totals.connect(servers, registry))
        self._receipts = enter(Receipts.connect(servers, registry))

    def close(self) -> None:
        """End what still runs, however."""
        self._open.close()
        stop_all(list(self._children.values()), _STOP_S)

    def ready(self, name: str) -> bool:
        """Whether a process says so itself."""
        pid = self._children[name].pid
        run = next((r for r in runfile.read_all(runfile.run_dir(self.home)) if r.pid == pid), None)
        report = ask(run.port) if run else None
        return report is not None and report.ready

    def _ended(self) -> list[Child]:
        return [child for child in self._children.values() if child.pid and not child.running()]

    @property
    def url(self) -> str:
        """Where the gateway is; the same after a restart."""
        return self.settings.gateway_url_file.read_text("utf-8").strip()

    def kill(self, name: str) -> None:
        """kill -9 of a process."""
        process = self._children[name]
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.stop(_STOP_S)

    def start_again(self, name: str) -> None:
        """Start it again, and wait until it is ready."""
        self._children[name].start()
        wait_until(lambda: self.ready(name), f"{name} is ready again")

    def token(
        self,
        role: str = "programme",
        *,
        lifetime: timedelta = timedelta(hours=1),
        claims: Mapping[str, object] | None = None,
    ) -> str:
        """A bearer token of a role, signed as `jangkau token` does."""
        said: dict[str, object] = {
            "iss": "jangkau",
            "aud": "jangkau-gateway",
            "sub": f"petugas-{role}",
            "role": role,
            "scope": "",
            "regions": ["ID"],
            **(claims or {}),
        }
        key, public = self.settings.gateway_key_file, self.settings.gateway_jwks_file
        return sign_token(key, public, said, datetime.now(UTC), lifetime)

    def token_of(self, person: Someone) -> str:
        """A person's token, 32 hex characters."""
        return self.publisher.token(person.parsed).hex

    def totals(self, region: str) -> RegionTotals:
        """What coverage.regions says of a region now."""
        self._totals.read()
        return self._totals.regions[region]

    def directive(self, name: str) -> DirectiveStatus | None:
        """What coverage.directives says of a directive now."""
        self._totals.read()
        return self._totals.directives.get(DirectiveId(name))

    def directive_state(self, name: str) -> str | None:
        """Where it stands now."""
        found = self.directive(name)
        return found.state if found else None

    def receipt(self, batch: str) -> BatchReceipt:
        """The receipt of a batch once it is complete."""
        found = self._receipts.wait(batch, timeout_s=_RECEIPT_S)
        assert found is not None, f"the hub has seen nothing of {batch}"
        assert found.complete, found
        return found

    def receipt_now(self, batch: str) -> BatchReceipt | None:
        """The receipt of a batch as it is."""
        return self._receipts.of(batch)

    def await_totals(self, true: Callable[[RegionTotals], bool], what: str, region: str = "ID") -> None:
        """Wait until the totals of a region are complete and as wanted."""

        def there() -> bool:
            with contextlib.suppress(KeyError):
                found = self.totals(region)
                return found.partitions_reported == found.partitions and true(found)
            return False

        wait_until(there, what)

    def gaps_in_view(self, region: str) -> int:
        """How many persons with a gap the view in SQL has of a regency."""
        with contextlib.closing(sqlite3.connect(self.home / "view.sqlite")) as tables:
            asked = "SELECT count(*) FROM coverage_person WHERE status = 'GAP' AND region LIKE ? || '%'"
            return int(tables.execute(asked, (region,)).fetchone()[0])


@contextmanager
def running(cluster: Cluster, home: Path) -> Iterator[ConsoleHub]:
    """A hub without facts, until the block ends."""
    hub = ConsoleHub(cluster, home)
    try:
        hub.start()
        yield hub
    finally:
        hub.close()
