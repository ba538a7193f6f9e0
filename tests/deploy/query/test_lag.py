"""Looking what waits first, and leaving nothing behind."""

import pytest

from deploy.query.lag import first_waiting
from schemas.errors import Retryable
from schemas.names import BPJS_MEMBERSHIPS
from schemas.records import TopicPartition
from tests.fakes.hub_topics import HubTopics
from tests.fakes.memory_log import MemoryReader

PLACE = TopicPartition(BPJS_MEMBERSHIPS, 1)


def waiting(records: int) -> MemoryReader:
    hub = HubTopics()
    for _ in range(records):
        hub.put_raw(*PLACE, b"k", b"v")
    return MemoryReader(hub.broker)


def test_after_a_look_the_reader_fetches_nothing_more() -> None:
    """Kafka's client fetches for whatever it is assigned, whether anybody asks for it or not."""
    reader = waiting(5)
    found = first_waiting(reader, {PLACE: 1}, {PLACE: 5})
    assert list(found.oldest_ms) == [PLACE]
    assert not reader.consume(10, 0.0)


def test_nor_after_a_look_that_failed() -> None:
    reader = waiting(5)
    reader.faults.plan("before_consume", Retryable("planted"))
    with pytest.raises(Retryable):
        first_waiting(reader, {PLACE: 1}, {PLACE: 5})
    assert not reader.consume(10, 0.0)
