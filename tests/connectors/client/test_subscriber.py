"""Subscribers see committed states once in order, know where they are, and notice what is missing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice

import numpy as np
import pytest

from connectors.client import SequenceBroken, Subscriber
from connectors.client.position_source import PositionSource
from schemas.codec import AvroCodec
from schemas.errors import ContractBroken
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
        values = [
            None if seq is None else self.codec.encode(COVERAGE_PERSONS, state(seq).to_record())
            for _, seq in records
        ]
        self.broker.append(Outgoing(at, [token.hex.encode() for token, _ in records], values))

    def subscriber(self, positions: Mapping[TopicPartition, int] | None = None) -> Subscriber:
        source = PositionSource(
            MemoryReader(self.broker), MemoryAdmin(self.broker), COVERAGE_PERSONS, positions or {}
        )
        return Subscriber(source, self.codec)


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
