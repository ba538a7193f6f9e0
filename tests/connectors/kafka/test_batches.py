"""Messages as they come from the client library, cut into batches of one partition each."""

from confluent_kafka import Message
from hypothesis import given
from hypothesis import strategies as st

from connectors.kafka.batches import by_partition
from schemas.records import TopicPartition


def message(topic: str, partition: int, offset: int) -> Message:
    value = f"{topic}/{partition}/{offset}".encode()
    return Message(
        topic=topic, partition=partition, offset=offset, key=b"k", value=value, timestamp=(1, offset)
    )


def test_a_record_that_fits_into_a_gap_of_another_partition_stays_its_own() -> None:
    """Offsets 100 and 102 of one partition, with a transaction marker at 101, and one record between them."""
    batches = by_partition([message("t", 0, 100), message("t", 3, 50), message("t", 0, 102)])
    assert {batch.source.partition: batch.offsets.tolist() for batch in batches} == {0: [100, 102], 3: [50]}
    assert {batch.source.partition: batch.values for batch in batches} == {
        0: [b"t/0/100", b"t/0/102"],
        3: [b"t/3/50"],
    }


def test_where_a_partition_may_begin_again_every_offset_is_asked_for() -> None:
    """The first and the last say 7, 8, 9."""
    (batch,) = by_partition([message("t", 0, 7), message("t", 0, 4), message("t", 0, 9)], rising=False)
    assert batch.offsets.tolist() == [7, 4, 9]


def test_nothing_gives_no_batch() -> None:
    assert by_partition([]) == []


RUNS = st.tuples(st.sampled_from("ab"), st.integers(0, 2), st.integers(1, 3), st.integers(1, 4))
"""Topic, partition, step over a gap, length."""


@given(st.lists(RUNS, max_size=12))
def test_every_message_is_in_its_batch_in_order(runs: list[tuple[str, int, int, int]]) -> None:
    offsets: dict[TopicPartition, int] = {}
    expected: dict[TopicPartition, list[int]] = {}
    messages = []
    for topic, partition, gap, length in runs:
        source = TopicPartition(topic, partition)
        for step in range(length):
            offsets[source] = offsets.get(source, 0) + (gap if step == 0 else 1)
            expected.setdefault(source, []).append(offsets[source])
            messages.append(message(topic, partition, offsets[source]))
    batches = by_partition(messages)
    assert {batch.source: batch.offsets.tolist() for batch in batches} == expected
    for batch in batches:
        name = f"{batch.source.topic}/{batch.source.partition}"
        assert batch.values == [f"{name}/{offset}".encode() for offset in batch.offsets]
        assert batch.timestamps.tolist() == batch.offsets.tolist()
