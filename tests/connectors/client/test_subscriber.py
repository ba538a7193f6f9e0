"""Subscribers see committed states once in order, know where they are, and notice what is missing."""

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice

import numpy as np
import pytest

from connectors.client import SequenceBroken, Subscriber
from connectors.client.position_source import PositionSource
from schemas.codec import AvroCodec
from schemas.errors import ContractBroken, InvalidInput
from schemas.events import CoverageState
from schemas.ids import PersonToken
from schemas.names import COVERAGE_PERSONS
from schemas.records import Outgoing, TopicPartition
from tests.connectors.client.samples import state
from tests.fakes.memory_log import MemoryAdmin, MemoryBroker, MemoryReader

FIRST, SECOND = TopicPartition(COVERAGE_PERSONS, 0), TopicPartition(COVERAGE_PERSONS, 1)
ANA, BUDI = PersonToken(b"a" * 16), PersonToken(b"b" * 16)
SHORT_S = 0.05


class Hub:
    """Writes coverage records as the engine would."""

    def __init__(self, broker: MemoryBroker, codec: AvroCodec) -> None:
        self.broker, self.codec = broker, codec

    def write(self, at: TopicPartition, *records: tuple[PersonToken, int | None]) -> None:
        self.put(at, *((token, None if seq is None else state(seq)) for token, seq in records))

    def put(self, at: TopicPartition, *records: tuple[PersonToken, CoverageState | None]) -> None:
        values = [
            None if value is None else self.codec.encode(COVERAGE_PERSONS, value.to_record())
            for _, value in records
        ]
        self.broker.append(Outgoing(at, [token.hex.encode() for token, _ in records], values))

    def subscriber(
        self, positions: Mapping[TopicPartition, int] | None = None, regions: str | list[str] | None = None
    ) -> Subscriber:
        source = PositionSource(
            MemoryReader(self.broker), MemoryAdmin(self.broker), COVERAGE_PERSONS, positions or {}
        )
        return Subscriber(source, self.codec, regions=regions)


@pytest.fixture
def hub(broker: MemoryBroker, codec: AvroCodec) -> Hub:
    broker.clock_ms = int(datetime.now(UTC).timestamp() * 1000)
    return Hub(broker, codec)


def test_typed_states_in_order_and_tombstones(hub: Hub) -> None:
    hub.write(FIRST, (ANA, 1), (BUDI, 1), (ANA, 2), (BUDI, None))
    found = list(hub.subscriber().records(idle_s=SHORT_S))
    assert found == [(ANA, state(1)), (BUDI, state(1)), (ANA, state(2)), (BUDI, None)]


def test_one_goes_on_from_the_positions_one_kept(hub: Hub) -> None:
    hub.write(FIRST, (ANA, 1), (ANA, 2), (ANA, 3))
    hub.write(SECOND, (BUDI, 1))
    reader = hub.subscriber()
    assert len(list(islice(reader.records(idle_s=SHORT_S), 2))) == 2
    # The second record was handed out but the next one not asked for: it comes again.
    assert reader.positions == {FIRST: 1}
    again = [
        (token, value.seq)
        for token, value in hub.subscriber(reader.positions).records(idle_s=SHORT_S)
        if value
    ]
    assert sorted(again, key=str) == sorted([(ANA, 2), (ANA, 3), (BUDI, 1)], key=str)


def test_batches_as_arrow(hub: Hub) -> None:
    hub.write(FIRST, (ANA, 1), (BUDI, 1), (ANA, None), (BUDI, 2))
    reader = hub.subscriber()
    (batch,) = reader.batches(idle_s=SHORT_S)
    assert batch.rows["seq"].to_pylist() == [1, 1, 2]
    assert [token.tobytes() for token in batch.tokens] == [ANA.raw, BUDI.raw, BUDI.raw]
    assert batch.offsets.tolist() == [0, 1, 3]
    assert [token.tobytes() for token in batch.removed] == [ANA.raw]
    assert batch.removed_offsets.tolist() == [2]
    assert batch.tokens.dtype == np.uint8
    assert reader.positions == {FIRST: 4}


@pytest.mark.parametrize("way", ["records", "batches"])
def test_a_missing_record_is_noticed(hub: Hub, way: str) -> None:
    hub.write(FIRST, (ANA, 1), (ANA, 3))
    reader = hub.subscriber()
    with pytest.raises(SequenceBroken, match="offset 1: seq 3 follows seq 1"):
        list(getattr(reader, way)(idle_s=SHORT_S))


@pytest.mark.parametrize("way", ["records", "batches"])
@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [(b"no token", None, "INVALID_KEY"), (ANA.hex.encode(), b"\x00\x00\x00\x00\x63?", "UNKNOWN_SCHEMA")],
)
def test_what_cannot_be_read_stops_the_subscriber(
    hub: Hub, way: str, key: bytes, value: bytes | None, reason: str
) -> None:
    hub.broker.append(Outgoing(FIRST, [key], [value]))
    with pytest.raises(ContractBroken) as caught:
        list(getattr(hub.subscriber(), way)(idle_s=SHORT_S))
    assert caught.value.reason == reason


KOLAKA = PersonToken(b"k" * 16)
MOVES = (
    (ANA, state(1, "74.71.01")),
    (BUDI, state(1, "31.71")),
    (KOLAKA, state(1, "74.710")),  # no region below 74.71, though it begins alike
    (ANA, state(2, "31.71", previous_region="74.71.01")),
    (ANA, state(3, "31.71")),
    (BUDI, state(2, "74.71", previous_region="31.71")),
    (KOLAKA, None),
)
"""What the subscriber of 74.71 gets: Ana there, Ana leaving, Budi coming, and the tombstone."""


def seen(subscriber: Subscriber, way: str) -> Iterator[tuple[PersonToken, int | None]]:
    if way == "records":
        for token, value in subscriber.records(idle_s=SHORT_S):
            yield token, None if value is None else value.seq
        return
    for batch in subscriber.batches(idle_s=SHORT_S):
        found = [
            (int(offset), PersonToken(token.tobytes()), seq)
            for token, seq, offset in zip(
                batch.tokens, batch.rows["seq"].to_pylist(), batch.offsets, strict=True
            )
        ]
        gone = zip(batch.removed, batch.removed_offsets, strict=True)
        found += [(int(offset), PersonToken(token.tobytes()), None) for token, offset in gone]
        yield from ((token, seq) for _, token, seq in sorted(found, key=lambda row: row[0]))


@pytest.mark.parametrize("way", ["records", "batches"])
def test_a_region_is_followed_with_those_who_leave_it(hub: Hub, way: str) -> None:
    hub.put(FIRST, *MOVES)
    reader = hub.subscriber(regions="74.71")
    assert list(seen(reader, way)) == [(ANA, 1), (ANA, 2), (BUDI, 2), (KOLAKA, None)]
    assert reader.positions == {FIRST: len(MOVES)}


@pytest.mark.parametrize("way", ["records", "batches"])
def test_who_left_a_region_and_comes_back_is_no_gap_in_the_count(hub: Hub, way: str) -> None:
    hub.put(FIRST, *MOVES, (ANA, state(4, "74.71", previous_region="31.71")), (ANA, state(5)))
    assert list(seen(hub.subscriber(regions=["74.71", "12"]), way))[-2:] == [(ANA, 4), (ANA, 5)]
    hub.put(FIRST, (ANA, state(7)))
    with pytest.raises(SequenceBroken, match="seq 7 follows seq 5"):
        list(seen(hub.subscriber(regions="74"), way))


@pytest.mark.parametrize("regions", ["Kendari", "", [], ["74", "7471"], [74]])
def test_what_is_no_region_is_refused(hub: Hub, regions: str | list[str]) -> None:
    with pytest.raises(InvalidInput, match="region"):
        hub.subscriber(regions=regions)


@pytest.mark.parametrize("way", ["records", "batches"])
def test_it_stops_when_told_and_what_was_in_hand_is_done(hub: Hub, way: str) -> None:
    hub.write(FIRST, (ANA, 1), (ANA, 2))
    hub.write(SECOND, (BUDI, 1))
    reader = hub.subscriber()
    handed = 0
    for _ in getattr(reader, way)():  # without an end of its own
        handed += 1
        reader.stop()
    assert handed == 1
    assert list(reader.records()) == []
    (done,) = reader.positions.values()
    assert done == (1 if way == "records" else len(hub.broker.partition(next(iter(reader.positions))).keys))


def test_another_thread_stops_it(hub: Hub) -> None:
    reader = hub.subscriber()
    threading.Timer(0.05, reader.stop).start()
    assert list(reader.batches()) == []


def test_group_and_positions_exclude_each_other() -> None:
    with pytest.raises(InvalidInput, match="exclude"):
        Subscriber.connect("localhost:9092", "http://localhost:8081", group="g", positions={})


def test_it_shows_what_it_reads(hub: Hub) -> None:
    assert repr(hub.subscriber()) == "Subscriber(coverage.persons, all regions, 0 partitions read)"
    assert "regions 74, 75.01" in repr(hub.subscriber(regions=["75.01", "74"]))
