"""A memory log with the demo's topics, and a player on it."""

from datetime import UTC, date, datetime
from pathlib import Path

from connectors.client import Publisher, Subscriber
from connectors.client.position_source import PositionSource
from connectors.population.steps import Publish
from deploy.demo.player import Player
from deploy.demo.recorder import Recorder
from schemas.codec import AvroCodec
from schemas.events import DirectiveStatus, Outcome
from schemas.names import (
    AGENCY_MANIFESTS,
    AGENCY_RECEIPTS,
    BPJS_MEMBERSHIPS,
    COVERAGE_DIRECTIVES,
    COVERAGE_PERSONS,
    COVERAGE_REGIONS,
    DTSEN_PERSONS,
    HUB_QUARANTINE,
    KEMNAKER_DIRECTIVES,
    DirectiveState,
    OutcomeResult,
)
from schemas.records import Outgoing, TopicPartition
from tests.connectors.population.conftest import make_year
from tests.fakes.memory_log import MemoryAdmin, MemoryBroker, MemoryPlainProducer, MemoryReader
from tests.fakes.registry import MemoryRegistry

PARTITIONS = 4
NOON = datetime(2026, 4, 10, 5, tzinfo=UTC)


class AnsweringHub:
    """Answers every command with the same result."""

    def __init__(self, result: OutcomeResult = "ACCEPTED", *reasons: str) -> None:
        self.payloads: list[str] = []
        self._outcome = Outcome(result, reasons, (), NOON)

    def ask(self, topic, key, question, answers, kind, is_answer, wait_s):  # type: ignore[no-untyped-def]
        self.payloads.append(question.payload)
        assert is_answer(key, self._outcome)
        return self._outcome


class World:
    """Everything a demo touches, without a broker."""

    def __init__(self, hub: AnsweringHub | None = None) -> None:
        self.broker = MemoryBroker()
        for topic in (DTSEN_PERSONS, BPJS_MEMBERSHIPS, COVERAGE_PERSONS):
            self.broker.create_topic(topic, PARTITIONS)
        for topic in (
            AGENCY_MANIFESTS,
            AGENCY_RECEIPTS,
            COVERAGE_DIRECTIVES,
            COVERAGE_REGIONS,
            HUB_QUARANTINE,
            KEMNAKER_DIRECTIVES,
        ):
            self.broker.create_topic(topic, 1)
        self.codec = AvroCodec(MemoryRegistry())
        self.producer = MemoryPlainProducer(self.broker)
        self.admin = MemoryAdmin(self.broker)
        self.hub = hub or AnsweringHub()
        self.player = Player(
            Publisher(self.producer, self.codec), self.producer, self.codec, self.hub, PARTITIONS
        )

    def play_a_month(self, share: float = 0.0005) -> list[Publish]:
        """Publish everything of the first month, with its broken bytes."""
        found = []
        for step in make_year(months=1, share=share).steps():
            if isinstance(step, Publish):
                self.player.publish(step)
                if step.spoiled:
                    self.player.publish_broken_bytes(step)
                found.append(step)
        return found

    def recorder(self, folder: Path) -> Recorder:
        """A recorder of coverage.persons."""
        reader = MemoryReader(self.broker)
        source = PositionSource(reader, self.admin, COVERAGE_PERSONS, {})
        return Recorder(Subscriber(source, self.codec, check_seq=False), reader, folder)

    def write(self, topic: str, partition: int, key: bytes, record: object) -> None:
        """One record of a hub's topic."""
        value = self.codec.encode(topic, record.to_record())  # type: ignore[attr-defined]
        self.producer.produce(Outgoing(TopicPartition(topic, partition), [key], [value]))


def directive_status(state: DirectiveState, *faults: str) -> DirectiveStatus:
    """Where the demo's directive stands."""
    return DirectiveStatus(
        version=1,
        state=state,
        faults=faults,
        document=None,
        in_force_version=None,
        preview=None,
        bounds=None,
        approved_by=None,
        rollout_paused_at=None,
        notes=(),
        business_date=date(2025, 4, 1),
        by="control",
        legal_basis="Inpres 8/2025",
        updated_at=NOON,
    )
