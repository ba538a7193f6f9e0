"""State of another release: what can be read of an older one is read, or made anew unasked; of a newer one a
person decides.
"""

import json
from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pytest

from schemas.errors import Retryable
from schemas.events import CoverageState
from schemas.names import HUB_STATE
from schemas.records import TopicPartition
from streams.engine.blocks import LAYOUT, PARTITION_KEY, READABLE, ROWS_KEY
from streams.engine.limits import EngineLimits
from streams.engine.needs_rebuild import NeedsRebuild, OtherLayout
from streams.engine.sweep import SweepLimits
from tests.fakes.faults import Faults, ProcessKilled
from tests.fakes.faulty import FaultyAdmin
from tests.fakes.memory_log import MemoryAdmin
from tests.oracle.examples import ANA, BUDI
from tests.streams.engine import laws
from tests.streams.engine.beginnings import hub_that_published
from tests.streams.engine.world import World

FORMER = min(READABLE) - 1
LATER = date(2026, 5, 16)
ONE_AT_A_TIME = EngineLimits(sweep=SweepLimits(slice_rows=1))


@pytest.fixture
def world() -> World:
    """A hub that has published and stands still."""
    world = hub_that_published()
    world.kill_all()
    return world


def states(world: World) -> Iterator[TopicPartition]:
    return (TopicPartition(HUB_STATE, number) for number in range(world.partitions))


def written_in(world: World, layout: int) -> None:
    """All blocks as a release of that layout would have left them, as far as a reader may look at them."""
    for at in states(world):
        log = world.broker.partition(at)
        log.values = [
            _rows_in(value or b"", layout) if key == ROWS_KEY else _json_in(value or b"", layout)
            for key, value in zip(log.keys, log.values, strict=True)
        ]


def _rows_in(value: bytes, layout: int, *, of_old: bool = False) -> bytes:
    block = pa.ipc.open_stream(value).read_next_batch()
    told = {**block.schema.metadata, b"layout": str(layout).encode()}
    if not of_old:  # columns of a kind this version has never heard of
        block = pa.RecordBatch.from_pydict({"what_it_held": pa.array([1])})
    block, sink = block.replace_schema_metadata(told), pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, block.schema) as writer:
        writer.write_batch(block)
    encoded: bytes = sink.getvalue().to_pybytes()
    return encoded


def _json_in(value: bytes, layout: int) -> bytes:
    data = json.loads(value)
    return json.dumps({"layout": layout, "generation": data["generation"], "what_it_held": 1}).encode()


def goes_on_as_before(world: World, before: dict[str, list[CoverageState]]) -> None:
    """Nothing has changed for subscribers, and what comes next is right, also after a restart."""
    assert world.published() == before
    world.kill_all()
    world.start()
    world.set_date(LATER)
    world.settle()
    published = world.published()
    assert {token: [state.seq for state in found] for token, found in published.items()} == {
        ANA: [1, 2],
        BUDI: [1, 2],
    }
    laws.published_equals_desired(world.oracle, published)
    laws.counted_without_gap(published)


def test_a_former_layout_that_is_not_read_is_made_anew_unasked(world: World) -> None:
    before = world.published()
    written_in(world, FORMER)
    world.start()
    world.settle()
    goes_on_as_before(world, before)


def test_the_former_layout_that_is_read_stays(world: World) -> None:
    before = world.published()
    for at in states(world):
        log = world.broker.partition(at)
        told = b'"layout":%d' % LAYOUT, b'"layout":%d' % min(READABLE)
        log.values = [
            (value or b"").replace(*told)
            if key == PARTITION_KEY
            else _rows_in(value or b"", min(READABLE), of_old=True)
            for key, value in zip(log.keys, log.values, strict=True)
        ]
    world.start()
    world.settle()
    assert [world.broker.partition(at).start for at in states(world)] == [0] * world.partitions, (
        "not made anew"
    )
    goes_on_as_before(world, before)


def test_a_newer_layout_is_refused_until_a_person_decides(world: World) -> None:
    before = world.published()
    written_in(world, LAYOUT + 1)
    world.start()
    with pytest.raises(OtherLayout, match="this version reads layouts") as refused:
        world.settle()
    assert "run the version that wrote it" in (refused.value.remedy or "")
    assert not refused.value.former
    world.kill_all()
    world.start(allow_rebuild=True)
    world.settle()
    goes_on_as_before(world, before)


@pytest.mark.parametrize("passed", [0, 1])
def test_an_engine_that_dies_while_it_makes_it_anew(world: World, passed: int) -> None:
    """The next one begins again, however far the first has come."""
    before = world.published()
    written_in(world, FORMER)
    member = world.start(limits=ONE_AT_A_TIME)
    member.producer.faults.plan("after_commit", ProcessKilled(), skip=passed)
    with pytest.raises(ProcessKilled):
        world.settle()
    world.kill_all()
    world.start()
    world.settle()
    goes_on_as_before(world, before)


@pytest.mark.parametrize("layout", [FORMER, LAYOUT + 1])
def test_what_could_not_be_deleted_does_not_hold_it_up_again(world: World, layout: int) -> None:
    """A broker that fails to delete leaves the old blocks before the new ones: those count."""
    before = world.published()
    written_in(world, layout)
    faults = Faults()
    for _ in states(world):
        faults.plan("before_delete", Retryable("planted"))
    world.admin = FaultyAdmin(MemoryAdmin(world.broker), faults)
    world.start(allow_rebuild=True)
    world.settle()
    world.kill_all()
    assert [world.broker.partition(at).start for at in states(world)] == [0] * world.partitions
    goes_on_as_before(world, before)


@pytest.mark.parametrize("key", [ROWS_KEY, PARTITION_KEY, b"of a kind nobody knows"])
def test_a_record_that_is_no_block_is_refused_and_made_anew_when_asked(world: World, key: bytes) -> None:
    before = world.published()
    for at in states(world):
        log = world.broker.partition(at)
        log.keys[-1], log.values[-1] = key, b"\x00 no block at all"
    world.start()
    with pytest.raises(NeedsRebuild, match=r"is damaged: the record at offset \d+ is no block of a state"):
        world.settle()
    world.kill_all()
    world.start(allow_rebuild=True)
    world.settle()
    goes_on_as_before(world, before)
