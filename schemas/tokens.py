"""From a NIK to its pseudonym and back: AES-256 of the 16 digits as one block.

Deterministic and free of collisions, so agencies that hold the key agree without talking; reversible
only with the key. docs/tokens.md has the algorithm and test vectors for publishers in other languages.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from numpy.typing import NDArray

from schemas.errors import ContractBroken, InvalidInput
from schemas.ids import TOKEN_BYTES, Nik, PersonToken
from schemas.keyfile import KEY_BYTES, read_key, write_new_key

_NIK_DIGITS = 16
_DIGITS = np.frombuffer(b"0123456789", np.uint8)


@dataclass(frozen=True, slots=True)
class TokenKey:
    """The key all token holders share."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise InvalidInput(f"a token key has {KEY_BYTES} bytes")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a key file; raises ``InvalidInput`` when it is missing, malformed or open to others."""
        return cls(read_key(path))

    @classmethod
    def generate(cls, path: Path) -> Self:
        """Make a new key file; raises ``InvalidInput`` if one is there."""
        key = cls(secrets.token_bytes(KEY_BYTES))
        write_new_key(path, key.raw)
        return key


class Tokenizer:
    """Turns NIKs into tokens and back. Safe to share between threads."""

    def __init__(self, key: TokenKey) -> None:
        # One block and no chaining is what makes the token deterministic; ECB's usual weakness, equal
        # blocks showing, is exactly what is wanted of a pseudonym.
        self._cipher = Cipher(AES(key.raw), ECB())

    def __repr__(self) -> str:
        return "Tokenizer(key=****)"

    def token(self, nik: Nik) -> PersonToken:
        """The token of one person."""
        return PersonToken(self._encrypt(nik.reveal().encode("ascii")))

    def nik(self, token: PersonToken) -> Nik:
        """The person behind a token; raises ``ContractBroken`` if it was not made with this key."""
        decryptor = self._cipher.decryptor()
        digits = decryptor.update(token.raw) + decryptor.finalize()
        if not digits.isdigit():
            raise ContractBroken("INVALID_KEY", "the token was not made with this key")
        return Nik.parse(digits.decode("ascii"))

    def tokens(self, niks: Sequence[str] | pa.StringArray) -> NDArray[np.uint8]:
        """The tokens of many persons, shape (n, 16), in one pass of the cipher.

        Raises ``ContractBroken`` INVALID_NIK naming the first position that is no NIK, never its text, and
        ``InvalidInput`` for numbers.
        """
        digits = _column_digits(niks) if isinstance(niks, pa.Array) else _joined_digits(niks)
        sealed = np.frombuffer(self._encrypt(digits), np.uint8)
        return sealed.reshape(len(niks), TOKEN_BYTES)

    def niks(self, tokens: NDArray[np.uint8]) -> pa.StringArray:
        """The digits behind many tokens, shape (n, 16); null for one that was not made with this key.

        Call only where NIKs are asked for, with a purpose.
        """
        decryptor = self._cipher.decryptor()
        raw = decryptor.update(np.ascontiguousarray(tokens).tobytes()) + decryptor.finalize()
        digits = np.frombuffer(raw, np.uint8).reshape(-1, _NIK_DIGITS)
        good: NDArray[np.bool_] = np.asarray(np.isin(digits, _DIGITS).all(axis=1))
        text = np.where(np.repeat(good, _NIK_DIGITS).reshape(digits.shape), digits, _DIGITS[0]).tobytes()
        ends = np.arange(len(digits) + 1, dtype=np.int32) * _NIK_DIGITS
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(text)]
        whole = pa.Array.from_buffers(pa.string(), len(digits), buffers)
        return pc.if_else(pa.array(good), whole, pa.scalar(None, pa.string()))

    def _encrypt(self, blocks: bytes) -> bytes:
        encryptor = self._cipher.encryptor()
        return encryptor.update(blocks) + encryptor.finalize()


def hex_keys(tokens: NDArray[np.uint8]) -> list[bytes]:
    """Tokens of shape (n, 16) as Kafka keys."""
    text = np.ascontiguousarray(tokens).tobytes().hex().encode("ascii")
    width = 2 * TOKEN_BYTES
    return [text[start : start + width] for start in range(0, len(text), width)]


def _joined_digits(niks: Sequence[str]) -> bytes:
    try:
        joined = "".join(niks)
    except TypeError:  # numbers among them
        return _first_fault(niks)
    if joined.isascii():
        raw = joined.encode("ascii")
        if raw.isdigit() and all(len(nik) == _NIK_DIGITS for nik in niks):
            return raw
    elif not niks:
        return b""
    return _first_fault(niks)


def _column_digits(niks: pa.Array) -> bytes:
    if niks.null_count == 0 and pa.types.is_string(niks.type):
        offsets = np.frombuffer(niks.buffers()[1], np.int32)[niks.offset : niks.offset + len(niks) + 1]
        if (np.diff(offsets) == _NIK_DIGITS).all():
            data = niks.buffers()[2]
            raw = data[int(offsets[0]) : int(offsets[-1])].to_pybytes() if len(niks) else b""
            if not len(niks) or raw.isdigit():
                return cast(bytes, raw)
    return _first_fault(niks.to_pylist())


def _first_fault(niks: Sequence[str | None]) -> bytes:
    for position, nik in enumerate(niks):
        try:
            Nik.parse("" if nik is None else nik)
        except ContractBroken as broken:
            raise ContractBroken(broken.reason, f"at position {position}: {broken.detail}") from None
        except InvalidInput as wrong:
            raise InvalidInput(f"at position {position}: {wrong}", remedy=wrong.remedy) from None
    return "".join(nik or "" for nik in niks).encode("ascii")
