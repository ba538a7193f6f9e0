"""The 64-bit content hash that decides between two facts of the same version (docs/rules.md, section 2)."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

U64 = NDArray[np.uint64]

PERSON_SEED = 1
ENROLMENT_SEED = 2
MEMBERSHIP_SEED = 3

NULL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
"""Stands for null in every field: no field reaches it otherwise."""

_GOLDEN = np.uint64(0x9E37_79B9_7F4A_7C15)
_M1 = np.uint64(0xBF58_476D_1CE4_E5B9)
_M2 = np.uint64(0x94D0_49BB_1331_11EB)


def mix(x: U64) -> U64:
    """The finaliser of splitmix64, element-wise, modulo 2^64. Returns a new array."""
    x = x ^ (x >> np.uint64(30))
    x *= _M1
    x ^= x >> np.uint64(27)
    x *= _M2
    x ^= x >> np.uint64(31)
    return x


def fold(seed: int, fields: Sequence[U64]) -> U64:
    """Hash of each row over equally long uint64 ``fields``, in this order."""
    h = np.full(len(fields[0]), seed, np.uint64)
    for values in fields:
        h += _GOLDEN
        h ^= values
        h = mix(h)
    return h


def text_hash(text: str) -> int:
    """First 8 bytes of SHA-256 of the UTF-8 text, big-endian."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
