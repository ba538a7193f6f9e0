"""A question about one person, asked on hub.lookups and answered on hub.answers."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from deploy.query.ports import Decoder, Ends
from deploy.query.scan import follow
from schemas.errors import Retryable
from schemas.events import Answer, Lookup
from schemas.ids import PersonToken
from schemas.names import HUB_ANSWERS, HUB_LOOKUPS, LookupKind
from schemas.records import Outgoing, TopicPartition
from streams.engine.ports import PlainProducer, Reader

ANSWER_DEADLINE_S = 45.0
"""A dead engine's session lasts 6 s and its transaction 10 s; restoring its partitions comes on top."""

_ASK_AGAIN_S = 3.0
_FLUSH_S = 10.0
_POLL_S = 0.02
"""A poll lasts this long also when the answer came at once: it is part of every answer's time."""


class Codec(Decoder, Protocol):
    """What asking needs of ``schemas.codec.AvroCodec``."""

    def encode(self, topic: str, record: dict[str, Any]) -> bytes:
        """The framed value."""


def new_lookup(by: str, purpose: str, asked_at: datetime, kind: LookupKind = "EXPLAIN") -> Lookup:
    """A look at a person's data with an id of its own."""
    return Lookup(uuid.uuid4().hex, by, purpose, asked_at, kind)


def ask(
    reader: Reader,
    ends: Ends,
    producer: PlainProducer,
    codec: Codec,
    token: PersonToken,
    lookup: Lookup,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Answer:
    """Ask and wait for the answer. Raises ``Retryable`` if none comes in time.

    The same question is put again every few seconds: an engine that takes the person's partition over
    reads only the last minute of look-ups, and restoring may take longer. Its id stays, so the processing
    trail shows one question.
    """
    answers = [TopicPartition(HUB_ANSWERS, number) for number in range(ends.partitions(HUB_ANSWERS))]
    reader.assign({at: ends.high_watermark(at) for at in answers})
    question = Outgoing(
        TopicPartition(HUB_LOOKUPS, -1),
        [token.hex.encode("ascii")],
        [codec.encode(HUB_LOOKUPS, lookup.to_record())],
    )
    until, again = clock() + ANSWER_DEADLINE_S, clock()
    while (now := clock()) < until:
        if now >= again:
            producer.produce(question)
            producer.flush(_FLUSH_S)
            again = now + _ASK_AGAIN_S
        for row in follow(reader, _POLL_S):
            if row.value is None or row.key != question_key(question):
                continue
            answer = Answer.from_record(codec.decode(HUB_ANSWERS, row.value))
            if answer.lookup == lookup.lookup:
                return answer
    raise Retryable(
        f"no engine answered within {ANSWER_DEADLINE_S:.0f} s", remedy="see `jangkau status`, then ask again"
    )


def question_key(question: Outgoing) -> bytes | None:
    """The key both question and answer carry."""
    return question.keys[0] if question.keys else None
