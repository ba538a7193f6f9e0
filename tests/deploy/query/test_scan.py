"""Reading topics from outside: to the end, the tail, the newest per key, and silence."""

import pytest

from deploy.query.scan import PATIENCE_S, follow, newest, scan
from schemas.errors import Retryable
from schemas.names import COVERAGE_REGIONS, DTSEN_PERSONS
from schemas.records import Outgoing, RecordBatch, TopicPartition
from tests.fakes.hub_topics import HubTopics, MemoryEnds
from tests.fakes.memory_log import MemoryReader, MemoryTransactionalProducer


def test_everything_is_read_and_then_what_comes_later() -> None:
    hub = HubTopics()
    for partition in (0, 1):
        for number in range(3):
            hub.put_raw(DTSEN_PERSONS, partition, b"k", f"{partition}{number}".encode())
    read = hub.sources()
    rows = list(scan(read.reader, read.ends, DTSEN_PERSONS))
    assert sorted(row.value or b"" for row in rows) == [b"00", b"01", b"02", b"10", b"11", b"12"]
    assert [row.offset for row in rows if row.source.partition == 1] == [0, 1, 2]
    hub.put_raw(DTSEN_PERSONS, 1, b"k", b"later")
    assert [row.value for row in follow(read.reader, 0.0)] == [b"later"]


def test_the_tail_only() -> None:
    hub = HubTopics()
    for number in range(5):
        hub.put_raw(COVERAGE_REGIONS, 0, b"k", str(number).encode())
    read = hub.sources()
    rows = scan(read.reader, read.ends, COVERAGE_REGIONS, last=2)
    assert [row.value for row in rows] == [b"3", b"4"]
    assert len(list(scan(read.reader, read.ends, COVERAGE_REGIONS, last=99))) == 5


def test_a_tail_of_markers_and_aborted_records_ends_too() -> None:
    hub = HubTopics()
    writer = MemoryTransactionalProducer(hub.broker, "t")
    writer.init()
    for finish in (writer.commit, writer.abort):
        writer.begin()
        writer.produce(Outgoing(TopicPartition(COVERAGE_REGIONS, 0), [b"k"], [b"v"]))
        finish()
    read = hub.sources()
    assert [row.value for row in scan(read.reader, read.ends, COVERAGE_REGIONS)] == [b"v"]


def test_an_open_transaction_does_not_keep_anyone_waiting() -> None:
    hub = HubTopics()
    hub.put_raw(COVERAGE_REGIONS, 0, b"k", b"before")
    writer = MemoryTransactionalProducer(hub.broker, "t")
    writer.init()
    writer.begin()
    writer.produce(Outgoing(TopicPartition(COVERAGE_REGIONS, 0), [b"k"], [b"open"]))
    read = hub.sources()
    assert [row.value for row in scan(read.reader, read.ends, COVERAGE_REGIONS)] == [b"before"]


def test_the_newest_of_each_key_without_those_taken_back() -> None:
    hub = HubTopics()
    for key, value in ((b"a", b"1"), (b"b", b"1"), (b"a", b"2"), (b"b", None)):
        hub.put_raw(COVERAGE_REGIONS, 0, key, value)
    read = hub.sources()
    assert newest(read.reader, read.ends, COVERAGE_REGIONS) == {b"a": b"2"}


class _Deaf(MemoryReader):
    def consume(self, max_records: int, timeout_s: float) -> list[RecordBatch]:
        return []


def test_a_broker_that_falls_silent_is_given_up() -> None:
    hub = HubTopics()
    hub.put_raw(COVERAGE_REGIONS, 0, b"k", b"v")
    ticks = iter(range(0, 1000, 5))
    with pytest.raises(Retryable):
        list(
            scan(
                _Deaf(hub.broker), MemoryEnds(hub.broker), COVERAGE_REGIONS, clock=lambda: float(next(ticks))
            )
        )
    assert next(ticks) > PATIENCE_S
