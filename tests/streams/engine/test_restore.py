"""State read back from hub.state: whole, whatever lies at its end, and without growing on the way."""

import numpy as np
import pytest

from schemas.names import HUB_STATE
from schemas.records import Outgoing, TopicPartition
from streams.coverage.region_index import RegionIndex
from streams.engine import blocks
from streams.engine.blocks import BLOCK_ROWS, PartitionBlock
from streams.engine.partition import Partition
from streams.engine.restore import Restore
from streams.engine.token_index import TOKEN
from tests.fakes.memory_broker import MemoryBroker
from tests.fakes.memory_log import MemoryAdmin, MemoryReader, MemoryTransactionalProducer

PERSONS = 10_000
STATE = TopicPartition(HUB_STATE, 0)


class State:
    """hub.state of one partition, as engines write it."""

    def __init__(self) -> None:
        self.broker, self.regions = MemoryBroker(), RegionIndex()
        self.broker.create_topic(HUB_STATE, 1)
        self.producer = MemoryTransactionalProducer(self.broker, "engine-0")
        self.producer.init()
        self.partition = Partition(0)
        tokens = np.random.default_rng(5).bytes(16 * PERSONS)
        self.partition.rows_for(np.frombuffer(tokens, TOKEN))
        self.partition.facts.dtsen_version[:PERSONS] = np.arange(PERSONS)

    def write(self, start: int, end: int) -> None:
        """A transaction with these rows, left open."""
        self.producer.begin()
        values = list(blocks.encode_rows(self.partition, np.arange(start, end), self.regions.digits))
        keys = [blocks.ROWS_KEY] * len(values) + [blocks.PARTITION_KEY]
        block = PartitionBlock(0, {}, {}, 0, "c", persons=PERSONS)
        self.producer.produce(Outgoing(STATE, keys, [*values, block.encode()]))

    def restore(self) -> Restore:
        return Restore(0, MemoryReader(self.broker), MemoryAdmin(self.broker), RegionIndex())


@pytest.fixture
def state() -> State:
    """Every person written, a hundred at a time."""
    state = State()
    for start in range(0, PERSONS, 100):
        state.write(start, start + 100)
        state.producer.commit()
    return state


def test_what_was_written_is_read_back_without_growing(state: State) -> None:
    restore = state.restore()
    assert not restore.step(0.0)
    assert restore.progress == 0.0
    made = restore.partition.facts
    while not restore.step(0.0):
        pass
    partition = restore.partition
    assert partition.facts is made
    assert len(partition.situation) == PERSONS + BLOCK_ROWS
    assert len(partition) == restore.rows_read == PERSONS
    assert (partition.index.tokens == state.partition.index.tokens).all()
    assert (partition.facts.dtsen_version[:PERSONS] == np.arange(PERSONS)).all()


def test_an_open_transaction_at_the_end_does_not_keep_it_from_beginning(state: State) -> None:
    state.write(0, 100)
    for _ in range(100):  # more records than it looks at
        state.producer.produce(Outgoing(STATE, [b"partition"], [PartitionBlock(0, {}, {}, 9, "c").encode()]))
    restore = state.restore()
    for _ in range(50):
        assert not restore.step(0.0)
    assert len(restore.partition) == PERSONS
    assert 0 < restore.progress < 1
    state.producer.abort()
    while not restore.step(0.0):
        pass
    assert restore.last is not None
    assert restore.last.control_offset == 0
