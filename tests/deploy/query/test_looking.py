"""Looks at the topics, one after the other: lag in records and seconds, open transactions, newest facts."""

from collections.abc import Sequence

from deploy.query.looking import Look, Looker
from monitoring.health import PartitionLag
from schemas.names import BPJS_MEMBERSHIPS, COVERAGE_PERSONS, DTSEN_PERSONS, HUB_STATE, KEMNAKER_DIRECTIVES
from schemas.records import Outgoing, RecordBatch, TopicPartition
from tests.fakes.hub_topics import HubTopics, MemoryEnds, MemoryPositions
from tests.fakes.memory_broker import MemoryBroker
from tests.fakes.memory_log import MemoryReader, MemoryTransactionalProducer

PLACE = TopicPartition(DTSEN_PERSONS, 1)


class CountingReader(MemoryReader):
    """Knows how often it was told to read somewhere."""

    def __init__(self, broker: MemoryBroker) -> None:
        super().__init__(broker)
        self.reads = 0

    def consume(self, most: int, timeout_s: float) -> Sequence[RecordBatch]:
        self.reads += 1
        return super().consume(most, timeout_s)


class Looking:
    """A hub in memory and one who looks at it."""

    def __init__(self) -> None:
        self.hub = HubTopics()
        broker = self.hub.broker
        self.reader = CountingReader(broker)
        self.looker = Looker(self.reader, MemoryEnds(broker), MemoryPositions(broker))

    def put(self, topic: str = DTSEN_PERSONS, partition: int = 1, count: int = 1) -> None:
        for _ in range(count):
            self.hub.put_raw(topic, partition, b"k", b"v")

    def later(self, seconds: int) -> None:
        self.hub.broker.clock_ms += seconds * 1000

    @property
    def now(self) -> float:
        return self.hub.broker.clock_ms / 1000

    def look(self) -> Look:
        return self.looker.look(self.now)

    def lag(self, place: TopicPartition = PLACE) -> PartitionLag:
        (found,) = [part for part in self.look().lag if (part.topic, part.partition) == place]
        return found


def test_a_stopped_engine_falls_behind_in_records_and_seconds() -> None:
    world = Looking()
    world.put(count=10)
    world.hub.commit(*PLACE, 10)
    world.later(60)
    assert world.lag().records == 0
    world.put(count=5)
    world.later(30)
    behind = world.lag()
    assert (behind.agency, behind.records, behind.readable, behind.seconds) == ("BPS", 5, 5, 30.0)
    world.later(30)
    assert world.lag().seconds == 60.0
    world.hub.commit(*PLACE, 15)
    assert (world.lag().records, world.lag().seconds) == (0, 0.0)


def test_while_engines_stand_still_nothing_is_read_again() -> None:
    world = Looking()
    world.put(count=5)
    assert world.lag().seconds == 0.0
    read = world.reader.reads
    assert read > 0
    for _ in range(3):
        world.later(2)
        world.put()
        world.look()
    assert world.reader.reads == read
    assert world.lag().seconds == 6.0
    world.hub.commit(*PLACE, 6)
    assert world.lag().seconds == 2.0
    assert world.reader.reads == read, "the look before has seen it come"


def test_where_engines_move_nothing_is_read_and_looks_tell_how_long_it_waited() -> None:
    world = Looking()
    world.put(count=10)
    world.look()
    read = world.reader.reads
    assert read > 0
    for _ in range(10):
        world.later(2)
        world.put(count=10)
        world.hub.commit(*PLACE, world.hub.broker.partition(PLACE).end - 15)
        assert 2.0 <= world.lag().seconds <= 4.0  # type: ignore[operator]
    assert world.reader.reads == read
    world.later(2)
    assert world.lag().seconds == 4.0
    assert world.reader.reads > read, "they stand still: what waits is read"


def test_a_long_queue_does_not_take_all_of_a_look() -> None:
    world = Looking()
    long = TopicPartition(DTSEN_PERSONS, 0)
    world.put(partition=0, count=3000)
    world.put(count=3)
    world.later(9)
    first = {(part.topic, part.partition): part.seconds for part in world.look().lag}
    assert (first[PLACE], first[long]) == (9.0, 0.0)
    assert world.lag(long).seconds == 9.0, "the next look has come to it"


def test_records_cut_off_by_retention_are_not_waiting() -> None:
    world = Looking()
    world.put(count=8)
    world.hub.broker.partition(PLACE).delete_before(6)
    assert world.lag().records == 2


def test_an_open_transaction_ages_while_the_stable_offset_stands_still() -> None:
    world = Looking()
    writer = MemoryTransactionalProducer(world.hub.broker, "t")
    writer.init()
    writer.begin()
    writer.produce(Outgoing(PLACE, [b"k"], [b"v"]))
    held = world.lag()
    assert (held.records, held.readable, held.seconds, held.open_transaction_s) == (1, 0, None, 0.0)
    world.later(40)
    world.put()
    assert (world.lag().records, world.lag().open_transaction_s) == (2, 40.0)
    assert world.look().open_transactions[TopicPartition(DTSEN_PERSONS, 0)] == 0.0
    writer.abort()
    over = world.lag()
    assert (over.open_transaction_s, over.readable) == (0.0, over.records)


def test_what_was_aborted_and_the_markers_are_not_waiting() -> None:
    world = Looking()
    world.put(count=3)
    world.hub.commit(*PLACE, 3)
    writer = MemoryTransactionalProducer(world.hub.broker, "t")
    writer.init()
    writer.begin()
    writer.produce(Outgoing(PLACE, [b"k"], [b"v"]))
    writer.abort()
    assert world.hub.broker.partition(PLACE).end == 5
    assert (world.lag().records, world.lag().readable, world.lag().seconds) == (0, 0, 0.0)
    read = world.reader.reads
    world.look()
    assert world.reader.reads == read
    world.put()
    world.later(7)
    assert (world.lag().records, world.lag().seconds) == (1, 7.0)


def test_one_transaction_after_the_other_is_no_old_one() -> None:
    world = Looking()
    writer = MemoryTransactionalProducer(world.hub.broker, "t")
    writer.init()
    for _ in range(5):
        writer.begin()
        writer.produce(Outgoing(TopicPartition(COVERAGE_PERSONS, 0), [b"k"], [b"v"]))
        assert world.look().open_transactions[TopicPartition(COVERAGE_PERSONS, 0)] == 0.0
        world.later(40)
        writer.abort()


def test_the_newest_fact_of_an_agency_is_the_newest_of_all_its_partitions() -> None:
    world = Looking()
    assert world.look().newest_facts == {}
    world.later(100)
    world.put(DTSEN_PERSONS, 0)
    world.later(100)
    world.put(DTSEN_PERSONS, 1)
    bps = world.now
    world.later(50)
    world.put(KEMNAKER_DIRECTIVES, 0)
    assert world.look().newest_facts == {"BPS": bps, "KEMNAKER": world.now}


def test_the_last_commit_is_that_of_the_state() -> None:
    world = Looking()
    assert world.look().last_commit_age_s is None
    world.put(HUB_STATE, 0)
    world.later(12)
    assert world.look().last_commit_age_s == 12.0


def test_both_topics_of_facts_are_looked_at_on_all_partitions() -> None:
    world = Looking()
    look = world.look()
    assert look.person_partitions == 2
    seen = {(part.topic, part.partition) for part in look.lag}
    assert seen == {(topic, number) for topic in (DTSEN_PERSONS, BPJS_MEMBERSHIPS) for number in range(2)}
    assert set(look.open_transactions.values()) == {0.0}
