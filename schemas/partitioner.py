"""Kafka's murmur2 partitioner, as Java clients and librdkafka's ``murmur2_random`` compute it.

Every person topic uses it, so that partition p of each holds the same persons.
"""

import numpy as np
from numpy.typing import NDArray

_SEED = 0x9747B28C
_M = 0x5BD1E995
_MASK = 0xFFFFFFFF
_POSITIVE = 0x7FFFFFFF

KEY_BYTES = 32
"""A person token on the wire: 32 lower-case hex characters."""


def murmur2(key: bytes) -> int:
    """Hash of any key, as an unsigned 32-bit number (Java shows the same bits signed)."""
    length = len(key)
    h = _SEED ^ length
    whole = length - length % 4
    for start in range(0, whole, 4):
        k = int.from_bytes(key[start : start + 4], "little") * _M & _MASK
        k = (k ^ k >> 24) * _M & _MASK
        h = (h * _M & _MASK) ^ k
    if whole < length:
        h = (h ^ int.from_bytes(key[whole:], "little")) * _M & _MASK
    h = (h ^ h >> 13) * _M & _MASK
    return h ^ h >> 15


def partition_for(key: bytes, partitions: int) -> int:
    """The partition a key belongs to."""
    return (murmur2(key) & _POSITIVE) % partitions


def partitions_for(keys: NDArray[np.uint8], partitions: int) -> NDArray[np.int32]:
    """The partitions of ``keys``, a (n, 32) array of token characters as they stand on the wire."""
    words = np.ascontiguousarray(keys).view("<u4")
    if words.ndim != 2 or words.shape[1] != KEY_BYTES // 4:
        raise ValueError(f"keys must have the shape (n, {KEY_BYTES})")
    m = np.uint32(_M)
    h = np.full(len(words), _SEED ^ KEY_BYTES, np.uint32)
    for column in range(words.shape[1]):
        k = words[:, column] * m
        k ^= k >> np.uint32(24)
        k *= m
        h *= m
        h ^= k
    h ^= h >> np.uint32(13)
    h *= m
    h ^= h >> np.uint32(15)
    h &= np.uint32(_POSITIVE)
    return (h % np.uint32(partitions)).astype(np.int32)
