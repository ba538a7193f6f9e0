"""The control plane on real Kafka: the worker is a real process, the test writes and reads its topics."""

import os
import signal
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.producer import KafkaPlainProducer
from connectors.kafka.reader import KafkaReader
from deploy.cluster import Cluster
from deploy.hub import child_environment
from deploy.process import Child
from deploy.query.scan import Row, scan
from schemas.codec import AvroCodec
from schemas.errors import Refused, Retryable
from schemas.events import Command, ControlEvent, Outcome, WireRecord
from schemas.names import HUB_COMMANDS, HUB_CONTROL, HUB_OUTCOMES, HUB_PARTIALS
from schemas.records import Outgoing, TopicPartition
from schemas.registry import SchemaRegistry
from schemas.sealing import SealingKey
from streams.control.decisions import Decision
from streams.control.fold import ControlView
from tests.broker.kafka_world import fresh_topics
from tests.fakes.answering import AnsweringEngines, moves
from tests.streams.control.builders import NAME, approve, preview

T = TypeVar("T")
R = TypeVar("R", bound=WireRecord)

PARTITIONS = 4
"""Of the person topics."""

_STOP_S = 30.0


@dataclass
class ControlWorld:
    """One control worker, on empty topics unless they have just been made."""

    cluster: Cluster
    home: Path
    on_empty_topics: bool = True
    worker: Child | None = None
    engines: AnsweringEngines = field(
        default_factory=lambda: AnsweringEngines([moves(entering=3) for _ in range(PARTITIONS)])
    )
    app_id: str = field(default_factory=lambda: f"control-{uuid.uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        if self.on_empty_topics:
            fresh_topics(self.cluster)
        config = KafkaConfig(self.cluster.bootstrap_servers)
        self.codec = AvroCodec(SchemaRegistry(self.cluster.registry_url))
        self.sealing = SealingKey.generate()
        self.sealing.write(self.home / "keys" / "sealing.key")
        self._admin, self._config = KafkaAdmin(config), config
        self._producer = KafkaPlainProducer(config)

    def start(self) -> None:
        """Start the worker; it ends with this test at the latest."""
        environment = {
            **child_environment(self.home, self.cluster),
            "JANGKAU_CONTROL__APP_ID": self.app_id,
            "JANGKAU_CONTROL__AUTOMATIC_DATE": "false",
        }
        argv = [sys.executable, "-m", "jangkau", "control"]
        self.worker = Child("control", argv, self.home / "control.log", environment)
        self.worker.start()

    def kill(self) -> None:
        """kill -9."""
        assert self.worker is not None
        assert self.worker.pid is not None
        os.kill(self.worker.pid, signal.SIGKILL)
        self.worker.stop(_STOP_S)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int | None:
        """Ask the worker to end; gives its exit code, negative if it had to be killed."""
        assert self.worker is not None
        assert self.worker.pid is not None
        os.kill(self.worker.pid, number)
        end = time.monotonic() + _STOP_S
        while self.worker.running() and time.monotonic() < end:
            time.sleep(0.05)
        self.worker.stop(0)
        return self.worker.exit_code()

    def close(self) -> None:
        """End what still runs, however."""
        if self.worker is not None:
            self.worker.stop(_STOP_S)
        self._producer.close()

    def send(self, topic: str, key: str, value: WireRecord) -> None:
        """Write one record."""
        self.send_raw(topic, key.encode(), self.codec.encode(topic, value.to_record()))

    def send_raw(self, topic: str, key: bytes, value: bytes | None) -> None:
        """Write one record as it is."""
        self._producer.produce(Outgoing(TopicPartition(topic, 0), [key], [value]))
        assert self._producer.flush(30) == 0

    def rows(self, topic: str) -> list[Row]:
        """Everything on a topic."""
        reader = KafkaReader(self._config)
        try:
            return list(scan(reader, self._admin, topic))
        finally:
            reader.close()

    def records(self, kind: type[R], topic: str) -> list[tuple[str, R]]:
        """Key and value of every record that can be read."""
        return [
            ((row.key or b"").decode(), kind.from_record(self.codec.decode(topic, row.value)))
            for row in self.rows(topic)
            if row.value is not None and row.value[:1] == b"\0"
        ]

    def answer(self) -> None:
        """The engines answer every question that lies on hub.control by now."""
        for partial in self.engines.answers([Decision(event) for event in self.control()]):
            self.send(HUB_PARTIALS, str(partial.partition), partial)

    def ask(self, identity: str, command: Command, within_s: float = 60.0) -> Outcome:
        """A command; the engines answer whatever is asked until it is answered."""
        self.send(HUB_COMMANDS, identity, command)

        def outcome() -> Outcome | None:
            self.answer()
            found = self.outcomes().get(identity)
            return found[0] if found else None

        return self.until(outcome, within_s)

    def approve(self, version: int = 1, name: str = NAME) -> Outcome:
        """Previewed and approved as seen."""
        seen = self.ask(f"preview {uuid.uuid4()}", preview(version, name))
        assert seen.preview is not None, seen.reasons
        return self.ask(f"approve {uuid.uuid4()}", approve(seen.preview.figures.digest, version, name=name))

    def control(self) -> list[ControlEvent]:
        """hub.control."""
        return [event for _, event in self.records(ControlEvent, HUB_CONTROL)]

    def view(self) -> ControlView:
        """hub.control folded."""
        view = ControlView()
        for event in self.control():
            view.fold(event)
        return view

    def outcomes(self) -> dict[str, list[Outcome]]:
        """hub.outcomes by command."""
        found: dict[str, list[Outcome]] = {}
        for key, outcome in self.records(Outcome, HUB_OUTCOMES):
            found.setdefault(key, []).append(outcome)
        return found

    def until(self, look: Callable[[], T | None], within_s: float = 60.0) -> T:
        """Look again and again until there is something; the worker's own words if there never is."""
        assert self.worker is not None
        end = time.monotonic() + within_s
        trouble: Exception | None = None
        while True:
            try:
                if found := look():
                    return found
            except (Retryable, Refused) as error:
                trouble = error  # topics just made anew are unknown, or have no leader, for a moment
            words = self.worker.log_since_start(4000)
            nothing = f"nothing within {within_s:.0f} s ({trouble}); the worker said:\n{words}"
            assert time.monotonic() < end, nothing
            time.sleep(0.1)
