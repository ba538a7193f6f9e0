"""Plays a year's steps onto a hub, as the agencies and an operator would."""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Protocol

from connectors.client import Publisher, Sent
from connectors.population.delivery import Rows
from connectors.population.rows import rename_batch
from connectors.population.spoiled import spoil_bytes
from connectors.population.steps import Publish
from deploy.demo.ledger import SentBatch
from schemas.codec import AvroCodec
from schemas.directive import DirectiveDocument
from schemas.errors import Refused
from schemas.events import BatchManifest, Bounds, Command, DirectiveEvent, Outcome, PreviewResult
from schemas.names import AGENCY_MANIFESTS, HEADER_BATCH, HUB_COMMANDS, HUB_OUTCOMES, NATION, CommandKind
from schemas.records import Outgoing, TopicPartition
from schemas.tokens import hex_keys

_ANSWER_S = 60.0
_FLUSH_S = 30.0
_BY = "demo"


class Producer(Protocol):
    """Sends records as they are."""

    def produce(self, records: Outgoing) -> None:
        """Queue them."""

    def flush(self, timeout_s: float) -> int:
        """Wait; returns how many are outstanding."""


class Asker(Protocol):
    """Writes one record and waits for the answer."""

    def ask(
        self,
        topic: str,
        key: str,
        question: Command,
        answers: str,
        kind: type[Outcome],
        is_answer: Callable[[str, Outcome], bool],
        wait_s: float,
    ) -> Outcome:
        """The answer; raises ``Retryable`` if none comes in time."""


class Player:
    """Publishes and commands; ``batches`` is what was sent so far, ``published`` how many records."""

    def __init__(
        self, publisher: Publisher, producer: Producer, codec: AvroCodec, asker: Asker, partitions: int
    ) -> None:
        self._publisher, self._producer, self._codec, self._asker = publisher, producer, codec, asker
        self._partitions = partitions
        self._samples: dict[str, Rows] = {}
        self.batches: list[SentBatch] = []
        self.published = 0

    def publish(self, step: Publish) -> None:
        """One publication with its manifest."""
        with self._publisher.batch(step.agency, step.scope, batch_id=step.batch) as batch:
            for rows in step.slices:
                batch.send_rows(rows.tokens, rows.rows)
                self.published += len(rows)
                if len(rows) and not step.spoiled:
                    self._samples[step.topic] = Rows(rows.tokens[:1], rows.rows.slice(0, 1))
            sent = batch.sent.count
        self.batches.append(SentBatch(step.batch, step.topic, sent, len(step.spoiled)))

    def publish_broken_bytes(self, step: Publish) -> None:
        """Records that are not even well-formed, in a publication of their own beside ``step``."""
        name = f"{step.agency}-{step.day:%Y-%m-%d}-BYTES"
        good = self._samples[step.topic]
        (value,) = self._codec.encode_batch(step.topic, rename_batch(good.rows, name))
        (key,) = hex_keys(good.tokens)
        broken = spoil_bytes(key, value, self._partitions)
        for each in broken:
            target = TopicPartition(step.topic, each.partition)
            self._producer.produce(
                Outgoing(target, [each.key], [each.value], [{HEADER_BATCH: name.encode()}])
            )
        sent = Sent(len(broken))  # none of them can be read, so that no digest will be compared
        now = datetime.now(UTC)
        manifest = BatchManifest(step.agency, step.topic, "PART", sent.count, sent.digest, None, None, now)
        self._send(AGENCY_MANIFESTS, name, self._codec.encode(AGENCY_MANIFESTS, manifest.to_record()))
        self.published += len(broken)
        self.batches.append(SentBatch(name, step.topic, len(broken), len(broken)))

    def announce(self, document: DirectiveDocument) -> None:
        """The ministry's directive."""
        text, now = document.canonical_json(), datetime.now(UTC)
        event = DirectiveEvent(document.version, "DRAFTED", text, "Kemnaker", document.legal_basis, now)
        self._publisher.directive(document.id, event)

    def preview(self, document: DirectiveDocument) -> PreviewResult:
        """What a submitted version would do. Raises ``Refused`` with the hub's reasons."""
        payload = {"directive": document.id, "version": document.version}
        return self._previewed(self._command("PREVIEW_DIRECTIVE", payload))

    def what_if(self, document: DirectiveDocument) -> PreviewResult:
        """What a document that nobody has submitted would do. Raises ``Refused`` with the hub's reasons."""
        return self._previewed(self._command("PREVIEW_DIRECTIVE", {"document": document.canonical_json()}))

    def approve(self, document: DirectiveDocument, digest: str, bounds: Bounds) -> None:
        """Approve what was seen. Raises ``Refused`` with the hub's reasons."""
        version = {"directive": document.id, "version": document.version}
        payload = version | {"preview": digest, "bounds": bounds.to_record()}
        self._command("APPROVE_DIRECTIVE", payload, by="Menaker")

    def release_holds(self) -> None:
        """Publish what the guard holds, everywhere. Raises ``Refused`` with the hub's reasons."""
        self._command("DECIDE_HOLDS", {"decision": "RELEASED", "region": NATION, "person": None})

    def advance(self, to: date) -> None:
        """The business date, by command. Raises ``Refused`` with the hub's reasons."""
        self._command("ADVANCE_BUSINESS_DATE", {"to": to.isoformat()})

    def _command(self, kind: CommandKind, payload: Mapping[str, object], by: str = _BY) -> Outcome:
        identity = str(uuid.uuid4())
        asked = Command(kind, by, "the demo's calendar", json.dumps(payload), datetime.now(UTC))
        outcome = self._asker.ask(
            HUB_COMMANDS, identity, asked, HUB_OUTCOMES, Outcome, lambda key, _: key == identity, _ANSWER_S
        )
        if outcome.result == "REFUSED":
            raise Refused("; ".join(outcome.reasons))
        return outcome

    @staticmethod
    def _previewed(outcome: Outcome) -> PreviewResult:
        assert outcome.preview is not None, "an accepted preview has a result"
        return outcome.preview

    def _send(self, topic: str, key: str, value: bytes) -> None:
        self._producer.produce(Outgoing(TopicPartition(topic, -1), [key.encode()], [value]))
        if self._producer.flush(_FLUSH_S):
            raise Refused(f"Kafka has not taken what was sent to {topic}")
