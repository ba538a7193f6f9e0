"""Asking about one person: the right answer among others, asked again after a takeover, given up at last."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from deploy.query.lookup import ask, new_lookup
from schemas.errors import Retryable
from schemas.events import Answer, Lookup
from schemas.ids import PersonToken
from schemas.names import HUB_ANSWERS, HUB_LOOKUPS
from schemas.partitioner import partition_for
from schemas.records import Outgoing, TopicPartition
from tests.fakes.hub_topics import HubTopics, MemoryEnds
from tests.fakes.memory_log import MemoryPlainProducer, MemoryReader

_TOKEN = PersonToken.parse("0f" * 16)
_NOW = datetime(2026, 3, 1, tzinfo=UTC)


class AnsweringProducer(MemoryPlainProducer):
    """Stands for an engine: what ``answers`` yields is answered each time a question is put."""

    def __init__(self, hub: HubTopics, answers: Iterator[list[Answer]]) -> None:
        super().__init__(hub.broker)
        self._hub = hub
        self._answers = answers
        self.asked: list[Outgoing] = []

    def produce(self, records: Outgoing) -> None:
        super().produce(records)
        self.asked.append(records)
        for answer in next(self._answers, []):
            self._hub.put(HUB_ANSWERS, _TOKEN.hex, answer)


def _ticking(step_s: float = 1.0) -> Callable[[], float]:
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += step_s
        return now

    return clock


def _answer(lookup: Lookup, explanation: str = "{}") -> Answer:
    return Answer(lookup.lookup, True, explanation, _NOW)


def _ask(hub: HubTopics, producer: AnsweringProducer, lookup: Lookup) -> Answer:
    reader, ends = MemoryReader(hub.broker), MemoryEnds(hub.broker)
    return ask(reader, ends, producer, hub.codec, _TOKEN, lookup, clock=_ticking())


def test_the_answer_to_this_question_and_no_other() -> None:
    hub, mine, other = HubTopics(), new_lookup("ops", "why", _NOW), new_lookup("ops", "why", _NOW)
    hub.put(HUB_ANSWERS, _TOKEN.hex, _answer(mine, '"from before"'))
    producer = AnsweringProducer(hub, iter([[_answer(other, '"other"'), _answer(mine, '"mine"')]]))
    assert _ask(hub, producer, mine).explanation == '"mine"'


def test_the_question_goes_to_the_persons_partition_with_who_and_why() -> None:
    hub, mine = HubTopics(), new_lookup("ops", "why", _NOW)
    producer = AnsweringProducer(hub, iter([[_answer(mine)]]))
    _ask(hub, producer, mine)
    key = _TOKEN.hex.encode()
    stored = hub.broker.partition(TopicPartition(HUB_LOOKUPS, partition_for(key, 2)))
    assert stored.keys == [key]
    question = Lookup.from_record(hub.codec.decode(HUB_LOOKUPS, stored.values[0] or b""))
    assert (question.by, question.purpose, question.lookup) == ("ops", "why", mine.lookup)


def test_it_is_asked_again_under_the_same_id_until_an_engine_owns_the_partition() -> None:
    hub, mine = HubTopics(), new_lookup("ops", "why", _NOW)
    producer = AnsweringProducer(hub, iter([[], [], [_answer(mine)]]))
    assert _ask(hub, producer, mine).found
    assert len(producer.asked) == 3
    assert len({value for records in producer.asked for value in records.values}) == 1


def test_no_answer_is_said_so() -> None:
    hub, mine = HubTopics(), new_lookup("ops", "why", _NOW)
    with pytest.raises(Retryable, match="no engine answered"):
        _ask(hub, AnsweringProducer(hub, iter([])), mine)
