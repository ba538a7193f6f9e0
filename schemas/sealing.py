"""Sealing what may hold personal data: AES-256-GCM under the hub's own key, bound to where it belongs."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.errors import InvalidInput
from schemas.keyfile import KEY_BYTES, read_key, write_new_key

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class SealingKey:
    """The hub's key. ``key_id`` names it without telling it: the start of the key's SHA-256."""

    _key: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """A new random key."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a key file; raises ``InvalidInput`` when it is missing, malformed or open to others."""
        return cls(read_key(path))

    def write(self, path: Path) -> None:
        """Write the key to a new file that only its owner can read; ``InvalidInput`` if there is one."""
        write_new_key(path, self._key)

    @property
    def key_id(self) -> str:
        """Name of the key, 8 hex characters."""
        return hashlib.sha256(self._key).hexdigest()[:8]

    def seal(self, plain: bytes, bound_to: bytes) -> str:
        """Nonce and ciphertext, base64. It opens only with the same ``bound_to``."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + AESGCM(self._key).encrypt(nonce, plain, bound_to)).decode()

    def open(self, sealed: str, bound_to: bytes) -> bytes:
        """The plain bytes; raises ``InvalidInput`` for another key, another place or a changed seal."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            return AESGCM(self._key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError):
            raise InvalidInput(
                "the seal does not open: another key, another record, or it was changed"
            ) from None
