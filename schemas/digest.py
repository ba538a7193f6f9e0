"""The digest by which a publisher and the hub know that they speak of the same records of a batch.

For each record one 64-bit word of its person token and its version; the digest is the sum of the words
modulo 2⁶⁴, so that neither the order of the records nor the partitions matter, and a record that is there
twice counts twice. docs/decisions/0009 says why it is not made of the bytes.
"""

import numpy as np
from numpy.typing import NDArray

_MODULUS = 2**64
_FIRST = (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9))
_SECOND = (np.uint64(27), np.uint64(0x94D049BB133111EB))
_LAST = np.uint64(31)

NOTHING = 0
"""The digest of a batch without records."""


def digest_of(tokens: NDArray[np.uint8], versions: NDArray[np.int64]) -> int:
    """The digest of records: ``tokens`` (n, 16), ``versions`` (n,)."""
    return total(record_words(tokens, versions))


def record_words(tokens: NDArray[np.uint8], versions: NDArray[np.int64]) -> NDArray[np.uint64]:
    """One word a record, shape (n,), for ``tokens`` (n, 16) and ``versions`` (n,).

    With the token's halves a and b as big-endian numbers the word is
    mix(a + mix(b + mix(version))), all modulo 2⁶⁴; mix is the finaliser of SplitMix64 (Steele, Lea and
    Flood 2014): x ^= x >> 30; x *= 0xbf58476d1ce4e5b9; x ^= x >> 27; x *= 0x94d049bb133111eb; x ^= x >> 31.
    """
    halves = np.ascontiguousarray(tokens).view(">u8").astype(np.uint64)
    inner = _mix(versions.astype(np.int64).view(np.uint64))
    return _mix(halves[:, 0] + _mix(halves[:, 1] + inner))


def total(words: NDArray[np.uint64]) -> int:
    """The digest of the records with these words."""
    return int(words.sum(dtype=np.uint64))


def plus(first: int, second: int) -> int:
    """The digest of two sets of records together."""
    return (first + second) % _MODULUS


def digest_text(digest: int) -> str:
    """As manifests and receipts write it: 16 hex characters."""
    return f"{digest:016x}"


def _mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A new array; arithmetic of unsigned columns wraps around."""
    mixed = words ^ (words >> _FIRST[0])
    mixed *= _FIRST[1]
    mixed ^= mixed >> _SECOND[0]
    mixed *= _SECOND[1]
    mixed ^= mixed >> _LAST
    return mixed
