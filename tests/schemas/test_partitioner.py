"""The partitioner must be Kafka's own: a wrong one sends persons to partitions no engine looks in."""

import numpy as np
import pytest
from aiokafka.partitioner import murmur2 as aiokafka_murmur2  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from schemas.partitioner import murmur2, partition_for, partitions_for

JAVA_VECTORS = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


@pytest.mark.parametrize("key", JAVA_VECTORS)
def test_hash_is_that_of_the_java_client(key: bytes) -> None:
    assert murmur2(key) == JAVA_VECTORS[key] & 0xFFFFFFFF


@given(st.binary(max_size=80))
def test_hash_is_that_of_aiokafka(key: bytes) -> None:
    assert murmur2(key) == aiokafka_murmur2(key) & 0xFFFFFFFF


@given(st.lists(st.binary(min_size=16, max_size=16), max_size=50), st.integers(1, 1000))
def test_columns_agree_with_one_at_a_time(tokens: list[bytes], partitions: int) -> None:
    keys = [token.hex().encode() for token in tokens]
    array = np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), 32)
    assert partitions_for(array, partitions).tolist() == [partition_for(key, partitions) for key in keys]


def test_wrong_width_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        partitions_for(np.zeros((3, 16), np.uint8), 4)


def test_a_view_into_a_wider_array_is_read_right() -> None:
    wide = np.frombuffer(b"x" * 40 + b"y" * 40, np.uint8).reshape(2, 40)
    assert partitions_for(wide[:, :32], 7).tolist() == [
        partition_for(b"x" * 32, 7),
        partition_for(b"y" * 32, 7),
    ]
