"""State read back from hub.state: whole, whatever lies at its end, and without growing on the way."""

import numpy as np
import pytest

from schemas.names import HUB_STATE
from schemas.records import Outgoing, TopicPartition
from streams.coverage.region_index import RegionIndex
from streams.engine import blocks
from streams.engine.blocks import BLOCK_ROWS, PartitionBlock
from streams.engine.needs_rebuild import NeedsRebuild
from streams.engine.partition import Partition
from streams.engine.restore import Restore
from streams.engine.token_index import TOKEN
from tests.fakes.memory_broker import MemoryBroker
from tests.fakes.memory_log import MemoryAdmin, MemoryReader, MemoryTransactionalProducer

PERSONS = 10_000
EVERY = 5
"""Bytes: so far apart are those that are damaged in turn."""
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


@pytest.mark.parametrize("kind", [blocks.ROWS_KEY, blocks.REMOVED_KEY, blocks.PARTITION_KEY])
@pytest.mark.parametrize("harm", ["another byte", "cut short"])
def test_whatever_is_wrong_with_a_block_it_is_read_or_refused(kind: bytes, harm: str) -> None:
    """A wrong byte among the values of a column is not seen here, but by the digest of the next sweep, or by
    Kafka's own checksum; nothing else may come of it than a refusal that says what to do.
    """
    state = State()
    state.write(0, 10)
    removed = blocks.encode_removed(
        0, [token.tobytes().hex().encode() for token in state.partition.index.tokens[:2]]
    )
    state.producer.produce(Outgoing(STATE, [blocks.REMOVED_KEY], [removed]))
    state.producer.commit()
    log = state.broker.partition(STATE)
    at = log.keys.index(kind)
    whole, refused = log.values[at] or b"", 0
    for place in range(0, len(whole), EVERY):
        wrong = bytes([whole[place] ^ 0x55]) + whole[place + 1 :] if harm == "another byte" else b""
        log.values[at] = whole[:place] + wrong
        refused += refuses(state.restore())
    assert refused > 10


def refuses(restore: Restore) -> bool:
    """Whether it refuses with what to do; any other error goes through."""
    try:
        while not restore.step(0.0):
            pass
    except NeedsRebuild as error:
        return error.remedy is not None
    return False
