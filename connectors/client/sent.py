"""What a batch has sent so far: count and digest, as its manifest will say."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

_WORD_BYTES = 8
_MODULUS = 2**64


@dataclass(frozen=True, slots=True)
class Sent:
    """Count and order-free digest: the sum modulo 2⁶⁴ of the first 8 bytes of SHA-256(key, value)."""

    count: int = 0
    total: int = 0

    def plus(self, keys: Sequence[bytes], values: Sequence[bytes]) -> Self:
        """With these records added."""
        sha256 = hashlib.sha256
        words = b"".join(
            [sha256(key + value).digest()[:_WORD_BYTES] for key, value in zip(keys, values, strict=True)]
        )
        total = int(np.frombuffer(words, ">u8").sum(dtype=np.uint64)) if words else 0
        return type(self)(self.count + len(keys), (self.total + total) % _MODULUS)

    @property
    def digest(self) -> str:
        """The digest as the manifest writes it: 16 hex characters."""
        return f"{self.total:016x}"
