"""What the engine relies on of a log, as tests that any log can be put through.

A subclass gives the ``log`` fixture: ``tests.fakes.test_memory_log`` the fake,
``tests.broker.test_log_kafka`` a real broker. What holds for one only is a strict xfail there.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from schemas.errors import Fenced, Refused, Retryable, TransactionAborted
from schemas.partitioner import partition_for
from schemas.records import Outgoing, RecordBatch, TopicPartition
from streams.engine.ports import GroupConsumer, LogAdmin, PlainProducer, Reader, TransactionalProducer

# Generous: only a log that never gets there runs into it.
DEADLINE_S = 60.0


class Log(Protocol):
    """One cluster under test. Names are the test's own; the log makes them unique."""

    def create_topic(self, name: str, partitions: int = 2, *, compacted: bool = False) -> str: ...
    def recreate_topic(self, topic: str, partitions: int = 2) -> None: ...
    def group_consumer(self, group: str = "group") -> GroupConsumer: ...
    def reader(self) -> Reader: ...
    def transactional(self, identity: str = "writer") -> TransactionalProducer: ...
    def plain(self) -> PlainProducer: ...
    def admin(self) -> LogAdmin: ...


@dataclass
class Owner:
    """A listener that notes what it was told."""

    owned: set[TopicPartition] = field(default_factory=set)
    revoked: list[TopicPartition] = field(default_factory=list)
    lost: list[TopicPartition] = field(default_factory=list)
    before_release: Callable[[], None] | None = None

    def on_assigned(self, partitions: Sequence[TopicPartition]) -> None:
        self.owned.update(partitions)

    def on_revoked(self, partitions: Sequence[TopicPartition]) -> None:
        if self.before_release is not None:
            self.before_release()
        self.owned.difference_update(partitions)
        self.revoked.extend(partitions)

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        self.owned.difference_update(partitions)
        self.lost.extend(partitions)


def until(condition: Callable[[], bool], step: Callable[[], object]) -> None:
    """Repeat ``step`` until the condition holds."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "the log did not get there"
        step()


def outgoing(topic: str, partition: int, *values: str) -> Outgoing:
    """Records whose key says the value too."""
    texts = [value.encode() for value in values]
    return Outgoing(TopicPartition(topic, partition), [b"key-" + text for text in texts], texts)


def texts(batches: Iterable[RecordBatch]) -> list[str]:
    """The values, as text."""
    return [(value or b"").decode() for batch in batches for value in batch.values]


def read_all(log: Log, at: TopicPartition, offset: int = 0) -> list[str]:
    """What a read_committed reader finds from the offset to the present high watermark."""
    reader, end = log.reader(), log.admin().high_watermark(at)
    reader.assign({at: offset})
    found: list[RecordBatch] = []
    until(lambda: reader.position(at) >= end, lambda: found.extend(reader.consume(100, 0.2)))
    reader.close()
    return texts(found)


def join(log: Log, topics: Sequence[str], listener: Owner, group: str = "group") -> GroupConsumer:
    """A subscribed member, not yet assigned anything."""
    consumer = log.group_consumer(group)
    consumer.subscribe(topics, listener)
    return consumer


def joined(log: Log, topics: Sequence[str], partitions: int = 2) -> tuple[GroupConsumer, Owner]:
    """The only member of a group, owning everything."""
    owner = Owner()
    consumer = join(log, topics, owner)
    until(lambda: len(owner.owned) == partitions * len(topics), lambda: consumer.consume(0, 0.1))
    return consumer, owner


def joined_by_another(log: Log, topic: str, first: GroupConsumer) -> tuple[GroupConsumer, Owner]:
    """A second member, once it owns some of the first one's partitions."""
    owner = Owner()
    second = join(log, [topic], owner)
    until(lambda: bool(owner.owned), lambda: pump([first, second]))
    return second, owner


def take(consumer: GroupConsumer | Reader, count: int) -> list[str]:
    """Consume until so many records have come."""
    found: list[RecordBatch] = []
    until(lambda: sum(map(len, found)) >= count, lambda: found.extend(consumer.consume(100, 0.2)))
    return texts(found)


def write(log: Log, *batches: Outgoing) -> None:
    """Append without a transaction, acknowledged."""
    producer = log.plain()
    for batch in batches:
        producer.produce(batch)
    assert producer.flush(DEADLINE_S) == 0
    producer.close()


def begun(log: Log, identity: str = "writer") -> TransactionalProducer:
    """A producer with an open transaction."""
    producer = log.transactional(identity)
    producer.init()
    producer.begin()
    return producer


class RecordSuite:
    """Records and logs, without transactions."""

    def test_records_come_back_as_they_went(self, log: Log) -> None:
        topic = log.create_topic("records")
        at = TopicPartition(topic, 1)
        headers = [None, {"batch": b"b-1", "trace": b"t"}, None]
        write(log, Outgoing(at, [b"a", b"b", b"c"], [b"1", None, b""], headers))
        reader = log.reader()
        reader.assign({at: 0})
        found: list[RecordBatch] = []
        until(lambda: sum(map(len, found)) == 3, lambda: found.extend(reader.consume(10, 0.2)))
        assert {batch.source for batch in found} == {at}
        assert [key for batch in found for key in batch.keys] == [b"a", b"b", b"c"]
        assert [value for batch in found for value in batch.values] == [b"1", None, b""]
        assert [offset for batch in found for offset in batch.offsets.tolist()] == [0, 1, 2]
        assert all(stamp > 1_700_000_000_000 for batch in found for stamp in batch.timestamps.tolist())
        seen = [batch.headers.get(row) for batch in found for row in range(len(batch))]
        assert [dict(one) if one else None for one in seen] == [None, {"batch": b"b-1", "trace": b"t"}, None]

    def test_keyless_records(self, log: Log) -> None:
        topic = log.create_topic("keyless", 1)
        write(log, Outgoing(TopicPartition(topic, 0), None, [b"x", b"y"]))
        assert read_all(log, TopicPartition(topic, 0)) == ["x", "y"]

    def test_a_key_finds_its_partition_by_murmur2(self, log: Log) -> None:
        topic = log.create_topic("keyed", 4)
        keys = [b"%032x" % number for number in range(40)]
        write(log, Outgoing(TopicPartition(topic, -1), keys, keys))
        for number in range(4):
            wanted = [key.decode() for key in keys if partition_for(key, 4) == number]
            assert read_all(log, TopicPartition(topic, number)) == wanted

    def test_consume_gives_at_most_what_was_asked(self, log: Log) -> None:
        topic = log.create_topic("most", 1)
        at = TopicPartition(topic, 0)
        write(log, outgoing(topic, 0, *[str(number) for number in range(10)]))
        reader = log.reader()
        reader.assign({at: 0})
        found: list[RecordBatch] = []
        until(lambda: bool(found), lambda: found.extend(reader.consume(4, 0.5)))
        assert sum(map(len, found)) <= 4
        assert reader.position(at) == found[-1].next_offset

    def test_admin_knows_the_ends_of_a_log(self, log: Log) -> None:
        topic = log.create_topic("ends", 1)
        at, admin = TopicPartition(topic, 0), log.admin()
        write(log, outgoing(topic, 0, "a", "b", "c"))
        assert (admin.start_offset(at), admin.high_watermark(at)) == (0, 3)
        admin.delete_before(at, 2)
        assert (admin.start_offset(at), admin.high_watermark(at)) == (2, 3)
        assert read_all(log, at, 2) == ["c"]

    def test_admin_finds_an_offset_by_the_time_the_broker_took_it(self, log: Log) -> None:
        topic = log.create_topic("times", partitions=1)
        at, admin, reader = TopicPartition(topic, 0), log.admin(), log.reader()
        assert admin.offset_at(at, 0) == 0
        for text in ("a", "b", "c"):
            write(log, outgoing(topic, 0, text))
            time.sleep(0.01)  # two of them in one millisecond would have one time
        found: list[RecordBatch] = []
        reader.assign({at: 0})
        until(lambda: sum(map(len, found)) == 3, lambda: found.extend(reader.consume(100, 0.2)))
        reader.close()
        times = [moment for batch in found for moment in batch.timestamps.tolist()]
        assert [admin.offset_at(at, moment) for moment in times] == [times.index(each) for each in times]
        assert admin.offset_at(at, times[-1] + 1) == 3

    def test_a_compacted_log_does_not_let_records_be_deleted(self, log: Log) -> None:
        topic = log.create_topic("compacted", 1, compacted=True)
        write(log, outgoing(topic, 0, "a", "b"))
        with pytest.raises(Refused):
            log.admin().delete_before(TopicPartition(topic, 0), 1)

    def test_a_topic_made_again_has_another_id(self, log: Log) -> None:
        topic = log.create_topic("again")
        admin = log.admin()
        before = admin.topic_id(topic)
        assert admin.topic_id(topic) == before
        log.recreate_topic(topic)
        assert admin.topic_id(topic) != before

    def test_a_topic_that_is_not_there_is_refused(self, log: Log) -> None:
        topic = log.create_topic("there", 3)
        assert log.admin().partitions(topic) == 3
        with pytest.raises(Refused):
            log.admin().partitions(topic + "-not")
        with pytest.raises(Refused):
            log.admin().topic_id(topic + "-not")

    def test_reading_from_before_the_start_of_a_log_is_refused(self, log: Log) -> None:
        topic = log.create_topic("trimmed", 1)
        at = TopicPartition(topic, 0)
        write(log, outgoing(topic, 0, "a", "b", "c"))
        log.admin().delete_before(at, 2)
        reader = log.reader()
        reader.assign({at: 0})
        with pytest.raises(Refused):
            until(lambda: False, lambda: reader.consume(10, 0.2))


class TransactionSuite:
    """Transactions, from the writer's side and the reader's."""

    def test_an_aborted_transaction_is_never_seen(self, log: Log) -> None:
        topic = log.create_topic("aborted", 1)
        at = TopicPartition(topic, 0)
        producer = begun(log)
        producer.produce(outgoing(topic, 0, "no-1", "no-2"))
        producer.send_offsets({}, None)  # acknowledged: an abort drops what was not sent yet
        producer.abort()
        producer.begin()
        producer.produce(outgoing(topic, 0, "yes"))
        producer.commit()
        producer.close()
        assert read_all(log, at) == ["yes"]
        # two records, a marker, one record, a marker (which may come a moment after the commit returns)
        until(lambda: log.admin().high_watermark(at) == 5, lambda: time.sleep(0.05))

    def test_all_partitions_of_a_transaction_appear_together(self, log: Log) -> None:
        topic = log.create_topic("together")
        producer = begun(log)
        for partition in (0, 1):
            producer.produce(outgoing(topic, partition, f"p{partition}"))
        reader = log.reader()
        reader.assign({TopicPartition(topic, 0): 0, TopicPartition(topic, 1): 0})
        assert texts(reader.consume(10, 0.5)) == []
        producer.commit()
        assert sorted(take(reader, 2)) == ["p0", "p1"]

    def test_an_open_transaction_holds_back_what_comes_after_it(self, log: Log) -> None:
        topic = log.create_topic("open", 1)
        at = TopicPartition(topic, 0)
        write(log, outgoing(topic, 0, "before"))
        producer = begun(log)
        producer.produce(outgoing(topic, 0, "inside"))
        producer.send_offsets({}, None)  # no positions: only the wait for every acknowledgement
        write(log, outgoing(topic, 0, "after"))
        reader = log.reader()
        reader.assign({at: 0})
        assert take(reader, 1) == ["before"]
        assert texts(reader.consume(10, 0.5)) == []
        # The last stable offset is 1; the high watermark sees the open transaction and beyond.
        assert log.admin().high_watermark(at) == 3
        producer.abort()
        assert take(reader, 1) == ["after"]

    def test_position_goes_past_markers_at_the_end(self, log: Log) -> None:
        topic = log.create_topic("markers", 1)
        at = TopicPartition(topic, 0)
        producer = begun(log)
        producer.produce(outgoing(topic, 0, "a"))
        producer.commit()
        producer.begin()
        producer.produce(outgoing(topic, 0, "never"))
        producer.send_offsets({}, None)
        producer.abort()
        until(lambda: log.admin().high_watermark(at) == 4, lambda: time.sleep(0.05))
        reader = log.reader()
        reader.assign({at: 0})
        until(lambda: reader.position(at) == 4, lambda: reader.consume(10, 0.2))

    def test_an_older_holder_of_the_transactional_id_is_fenced(self, log: Log) -> None:
        topic = log.create_topic("zombie", 1)
        old = begun(log)
        old.produce(outgoing(topic, 0, "old"))
        new = begun(log)
        new.produce(outgoing(topic, 0, "new"))
        with pytest.raises(Fenced):
            old.commit()
        new.commit()
        assert read_all(log, TopicPartition(topic, 0)) == ["new"]

    def test_committed_positions_are_those_of_the_transaction(self, log: Log) -> None:
        topic = log.create_topic("positions")
        consumer, _ = joined(log, [topic])
        both = [TopicPartition(topic, 0), TopicPartition(topic, 1)]
        assert dict(consumer.committed(both)) == {both[0]: None, both[1]: None}
        producer = begun(log)
        producer.produce(outgoing(topic, 1, "x"))
        producer.send_offsets({both[0]: 7}, consumer.group_metadata())
        producer.commit()
        until(lambda: committed(consumer, both) == {both[0]: 7, both[1]: None}, lambda: time.sleep(0.05))
        producer.begin()
        producer.send_offsets({both[0]: 9}, consumer.group_metadata())
        producer.abort()
        until(lambda: committed(consumer, both) == {both[0]: 7, both[1]: None}, lambda: time.sleep(0.05))
        consumer.close()

    def test_committed_waits_for_a_pending_transaction(self, log: Log) -> None:
        topic = log.create_topic("pending", 1)
        consumer, _ = joined(log, [topic], 1)
        at = TopicPartition(topic, 0)
        producer = begun(log)
        producer.send_offsets({at: 3}, consumer.group_metadata())
        with pytest.raises(Retryable):
            consumer.committed([at])
        producer.commit()
        until(lambda: committed(consumer, [at]) == {at: 3}, lambda: time.sleep(0.05))
        consumer.close()


def committed(
    consumer: GroupConsumer, partitions: Sequence[TopicPartition]
) -> Mapping[TopicPartition, int | None] | None:
    """The committed offsets, ``None`` while a transaction is still pending."""
    try:
        return dict(consumer.committed(partitions))
    except Retryable:
        return None


class GroupSuite:
    """Several members of one group, and what a transaction of a former owner may do."""

    def test_gained_partitions_are_paused_until_moved_and_resumed(self, log: Log) -> None:
        topic = log.create_topic("paused", 1)
        at = TopicPartition(topic, 0)
        write(log, outgoing(topic, 0, "a", "b", "c"))
        consumer, _ = joined(log, [topic], 1)
        assert texts(consumer.consume(10, 1.0)) == []
        consumer.seek(at, 1)
        consumer.resume([at])
        assert take(consumer, 2) == ["b", "c"]
        consumer.close()

    def test_seek_after_an_abort_reads_again(self, log: Log) -> None:
        topic = log.create_topic("seek", 1)
        at = TopicPartition(topic, 0)
        write(log, outgoing(topic, 0, "a", "b", "c", "d"))
        consumer, _ = joined(log, [topic], 1)
        consumer.resume([at])
        assert take(consumer, 4) == ["a", "b", "c", "d"]
        consumer.seek(at, 2)
        assert take(consumer, 2) == ["c", "d"]
        consumer.close()

    def test_serving_the_group_alone_loses_no_record(self, log: Log) -> None:
        topic = log.create_topic("serve")
        consumer, owner = joined(log, [topic])
        consumer.resume(sorted(owner.owned))
        write(log, outgoing(topic, 0, "a", "b"), outgoing(topic, 1, "c"))
        for _ in range(5):
            assert texts(consumer.consume(0, 0.2)) == []
        consumer.pause([TopicPartition(topic, 1)])
        assert sorted(take(consumer, 2)) == ["a", "b"]
        consumer.seek(TopicPartition(topic, 0), 1)
        for _ in range(3):
            consumer.consume(0, 0.2)
        consumer.resume([TopicPartition(topic, 1)])
        assert sorted(take(consumer, 2)) == ["b", "c"]
        consumer.close()

    def test_a_paused_partition_keeps_its_place(self, log: Log) -> None:
        topic = log.create_topic("place")
        first, second = TopicPartition(topic, 0), TopicPartition(topic, 1)
        consumer, _ = joined(log, [topic])
        consumer.resume([first, second])
        consumer.pause([first])
        write(log, outgoing(topic, 0, "a"), outgoing(topic, 1, "b"))
        assert take(consumer, 1) == ["b"]
        consumer.resume([first])
        assert take(consumer, 1) == ["a"]
        consumer.close()

    def test_one_member_owns_a_partition_number_of_every_topic(self, log: Log) -> None:
        topics = [log.create_topic("left", 4), log.create_topic("right", 4)]
        owners = [Owner(), Owner()]
        members = [join(log, topics, owner) for owner in owners]
        until(lambda: [len(owner.owned) for owner in owners] == [4, 4], lambda: pump(members))
        for owner in owners:
            by_topic = [{at.partition for at in owner.owned if at.topic == topic} for topic in topics]
            assert by_topic[0] == by_topic[1]
        assert not owners[0].owned & owners[1].owned
        for member in members:
            member.close()

    def test_only_what_moves_is_revoked(self, log: Log) -> None:
        topics = [log.create_topic("left", 4), log.create_topic("right", 4)]
        first, owner = joined(log, topics, 4)
        other = Owner()
        second = join(log, topics, other)
        until(lambda: len(other.owned) == 4, lambda: pump([first, second]))
        assert set(owner.revoked) == other.owned
        assert not owner.lost
        assert len(owner.revoked) == 4
        second.close()
        until(lambda: len(owner.owned) == 8, lambda: first.consume(0, 0.1))
        assert len(owner.revoked) == 4
        first.close()

    def test_the_revoke_callback_may_still_commit(self, log: Log) -> None:
        topic = log.create_topic("last-commit")
        first, owner = joined(log, [topic])
        producer = begun(log)
        metadata = first.group_metadata()
        errors: list[Exception] = []

        def commit() -> None:
            try:
                producer.send_offsets(dict.fromkeys(sorted(owner.owned), 5), metadata)
                producer.commit()
            except Exception as error:
                errors.append(error)

        owner.before_release = commit
        second, other = joined_by_another(log, topic, first)
        assert errors == []
        at = next(iter(other.owned))
        until(lambda: committed(second, [at]) == {at: 5}, lambda: time.sleep(0.05))
        owner.before_release = None
        second.close()
        first.close()

    def test_old_group_metadata_cannot_commit_a_lost_partition(self, log: Log) -> None:
        topic = log.create_topic("lost")
        first, owner = joined(log, [topic])
        producer = begun(log)
        old = first.group_metadata()
        second, _ = joined_by_another(log, topic, first)
        moved = next(iter(owner.revoked))
        producer.produce(outgoing(topic, moved.partition, "stolen"))
        with pytest.raises(TransactionAborted):
            producer.send_offsets({moved: 1}, old)
        producer.abort()
        assert read_all(log, moved) == []
        second.close()
        first.close()

    def test_fresh_group_metadata_lets_a_former_owner_commit(self, log: Log) -> None:
        """The trap: the broker checks member and epoch, not ownership. Hence metadata is taken at begin."""
        topic = log.create_topic("former")
        first, owner = joined(log, [topic])
        producer = begun(log)
        second, _ = joined_by_another(log, topic, first)
        moved = next(iter(owner.revoked))
        producer.send_offsets({moved: 1}, first.group_metadata())
        producer.commit()
        until(lambda: committed(second, [moved]) == {moved: 1}, lambda: time.sleep(0.05))
        second.close()
        first.close()

    def test_what_a_stayer_kept_over_a_join_is_committed_or_refused(self, log: Log) -> None:
        """Brokers from Kafka 4.3 on take it, older ones refuse it; the engine goes by what it is told."""
        topic = log.create_topic("stayer")
        first, owner = joined(log, [topic])
        producer = begun(log)
        old = first.group_metadata()
        second, _ = joined_by_another(log, topic, first)
        kept = next(iter(owner.owned))
        taken: int | None = 4
        try:
            producer.send_offsets({kept: 4}, old)
            producer.commit()
        except TransactionAborted:
            producer.abort()
            taken = None
        until(lambda: committed(first, [kept]) == {kept: taken}, lambda: time.sleep(0.05))
        second.close()
        first.close()


def pump(members: Iterable[GroupConsumer]) -> None:
    """Let each member serve its group once."""
    for member in members:
        member.consume(0, 0.05)


class LogSuite(RecordSuite, TransactionSuite, GroupSuite):
    """Everything the engine relies on."""
