"""Records of ``coverage.persons`` as columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.errors import ContractBroken
from schemas.ids import TOKEN_BYTES
from schemas.records import TopicPartition

_KEY_CHARACTERS = 2 * TOKEN_BYTES


@dataclass(frozen=True)
class StateBatch:
    """Consecutive records of one partition.

    ``rows`` are the states as Arrow (n rows), ``tokens`` (n, 16) whose they are, ``offsets`` (n) where
    they stand. ``removed`` (m, 16) and ``removed_offsets`` (m) are tombstones: that person is to be
    forgotten. When a person is in both, the higher offset counts.
    """

    source: TopicPartition
    tokens: NDArray[np.uint8]
    rows: pa.RecordBatch
    offsets: NDArray[np.int64]
    removed: NDArray[np.uint8]
    removed_offsets: NDArray[np.int64]
    next_offset: int


def tokens_of(keys: Sequence[bytes | None]) -> NDArray[np.uint8]:
    """Person tokens from Kafka keys, shape (n, 16); raises ``ContractBroken`` INVALID_KEY."""
    joined = b"".join([key or b"" for key in keys])
    if len(joined) != len(keys) * _KEY_CHARACTERS or any(len(key or b"") != _KEY_CHARACTERS for key in keys):
        raise ContractBroken("INVALID_KEY", "a key is not a person token")
    try:
        raw = bytes.fromhex(joined.decode("ascii"))
    except ValueError:
        raise ContractBroken("INVALID_KEY", "a key is not a person token") from None
    return np.frombuffer(raw, np.uint8).reshape(len(keys), TOKEN_BYTES)
