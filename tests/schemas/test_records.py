"""Record batches as values."""

import numpy as np

from schemas.records import RecordBatch, TopicPartition


def batch(offsets: list[int]) -> RecordBatch:
    keys = [str(offset).encode() for offset in offsets]
    headers = {at: {"batch": key} for at, key in enumerate(keys) if at % 2}
    numbers = np.array(offsets, np.int64)
    return RecordBatch(TopicPartition("topic", 0), keys, keys, numbers, numbers * 1000, headers)


def test_beyond_a_position_only_what_was_not_read_before() -> None:
    assert batch([5, 7, 8]).beyond(5).offsets.tolist() == [5, 7, 8]
    assert batch([5, 7, 8]).beyond(6).offsets.tolist() == [7, 8]
    assert len(batch([5, 7, 8]).beyond(9)) == 0
    twice = batch([5, 7, 8, 0, 3, 5, 7, 8, 9, 11])
    assert twice.beyond(5).offsets.tolist() == [5, 7, 8, 9, 11]
    assert twice.beyond(8).offsets.tolist() == [8, 9, 11]


def test_what_is_left_keeps_all_it_has() -> None:
    left = batch([5, 7, 8, 0, 8, 9]).beyond(7)
    assert left.keys == left.values == [b"7", b"8", b"9"]
    assert left.timestamps.tolist() == [7000, 8000, 9000]
    assert dict(left.headers) == {0: {"batch": b"7"}, 2: {"batch": b"9"}}
