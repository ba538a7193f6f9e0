"""Records from quarantine made ready to be published again, and checked as an engine would."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from deploy.query.quarantine import Entry, open_original
from deploy.repair.document import read_document, token_of
from deploy.repair.trial import Trial
from schemas.codec import AvroCodec
from schemas.errors import InvalidInput
from schemas.ids import Nik, PersonToken
from schemas.names import AGENCY_FACTS
from schemas.partitioner import partition_for
from schemas.records import TopicPartition
from schemas.sealing import SealingKey
from schemas.tokens import Tokenizer

_MS = 1000


@dataclass(frozen=True, slots=True)
class Ready:
    """A record as it will be published."""

    origin: str
    token: PersonToken
    value: bytes
    version: int
    region: str | None
    mended: bool


@dataclass(slots=True)
class Publication:
    """What goes out on one topic under one batch id."""

    topic: str
    batch: str
    records: list[Ready] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What can be sent, by topic, and why the others cannot, by origin."""

    publications: Sequence[Publication]
    faults: Mapping[str, str]


class Preparing:
    """Makes publications of entries, each with its draft if it was mended. ``tokenizer`` may be asked for:
    only somebody who mends a NIK into a record needs its key.
    """

    def __init__(
        self,
        codec: AvroCodec,
        sealing: SealingKey,
        tokenizer: Callable[[], Tokenizer],
        partitions: int,
    ) -> None:
        self._codec, self._sealing, self._tokenizer = codec, sealing, tokenizer
        self._partitions, self._trial = partitions, Trial(codec, partitions)

    def prepare(self, entries: Sequence[Entry], drafts: Mapping[str, str], now: datetime) -> Prepared:
        """``entries`` with what is sealed in them; ``drafts`` by origin."""
        publications: dict[str, Publication] = {}
        faults: dict[str, str] = {}
        for entry in entries:
            topic = entry.record.topic
            if topic not in publications:
                publications[topic] = Publication(topic, f"repair-{now:%Y%m%d}-{uuid.uuid4().hex[:8]}")
            out = publications[topic]
            try:
                out.records.append(self.ready(entry, drafts.get(entry.origin), out.batch))
            except InvalidInput as error:
                faults[entry.origin] = str(error)
        for out in publications.values():
            rejected = self.rejected(out, now)
            faults |= rejected
            out.records = [record for record in out.records if record.origin not in rejected]
        return Prepared([out for out in publications.values() if out.records], faults)

    def ready(self, entry: Entry, draft: str | None, batch: str) -> Ready:
        """One record as it will be published in ``batch``. Raises ``InvalidInput`` with what is wrong with
        it, naming no value.
        """
        topic = entry.record.topic
        check_topic(topic)
        if draft is not None:
            line = read_document(draft, topic, batch)
            assert isinstance(line.about, Nik | PersonToken)
            token = line.about if isinstance(line.about, PersonToken) else self._tokenizer().token(line.about)
            plain = line.event.to_record()
        else:
            original = open_original(entry.record, self._sealing, self._codec)
            whose = token_of(original.key)
            if original.decoded is None or whose is None:
                what = "its key is no person token" if whose is None else "its value cannot be decoded"
                raise InvalidInput(f"{what}: mend it first")
            token, plain = whose, {**original.decoded, "batch": batch}
        value = self._codec.encode(topic, plain)
        return Ready(entry.origin, token, value, plain["version"], plain.get("region"), draft is not None)

    def rejected(self, out: Publication, now: datetime) -> dict[str, str]:
        """Why an engine would not take some of the records, by origin."""
        by_partition: dict[int, list[Ready]] = {}
        for record in out.records:
            number = partition_for(record.token.hex.encode(), self._partitions)
            by_partition.setdefault(number, []).append(record)
        now_ms = int(now.timestamp() * _MS)
        found: dict[str, str] = {}
        for number, records in by_partition.items():
            keys, values = [r.token.hex.encode() for r in records], [r.value for r in records]
            faults = self._trial.faults(TopicPartition(out.topic, number), keys, values, now_ms)
            found |= {records[i].origin: reason for i, reason in faults.items()}
        return found


def check_topic(topic: str) -> None:
    """Raises ``InvalidInput`` for a topic whose records only their author can mend."""
    if topic not in AGENCY_FACTS:
        raise InvalidInput(
            f"a record of {topic} is not sent again by the hub",
            remedy="ask its author to send it anew, and discard this one",
        )
