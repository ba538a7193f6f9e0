"""The keys that bearer tokens are signed with: a JWKS file or address, kept, and looked at again when due."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import httpx
import jwt

from schemas.errors import InvalidInput, JangkauError, Retryable

log = logging.getLogger("gateway.jwks")

ALGORITHMS = ("ES256", "RS256")
"""Asymmetric ones only: who can check a token must not be able to make one."""

_MOST_BYTES = 256 * 1024
_MOST_KEYS = 64
_TIMEOUT_S = 5.0
KEPT_S = 3600.0
ASK_AGAIN_S = 30.0
"""An unknown key id makes the set be read again, but not more often: ids can be made up at will."""


class Source(Protocol):
    """Where a key set comes from."""

    async def read(self) -> bytes:
        """The JSON text; raises ``Retryable`` or ``InvalidInput``."""


class FileSource:
    """A file on this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def read(self) -> bytes:
        """Its content."""
        try:
            return self._path.read_bytes()
        except OSError as error:
            raise InvalidInput(
                f"the JWKS file {self._path} cannot be read: {error.strerror}",
                remedy="set JANGKAU_GATEWAY__JWKS to the keys your tokens are signed with",
            ) from None


class UrlSource:
    """An address of the issuer."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def read(self) -> bytes:
        """What it answers, if that is not too long."""
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT_S) as client:
                return await self._read(client)
        except httpx.HTTPError as error:
            raise Retryable(f"the JWKS at {self._url} cannot be read: {type(error).__name__}") from None

    async def _read(self, client: httpx.AsyncClient) -> bytes:
        async with client.stream("GET", self._url) as answer:
            answer.raise_for_status()
            found = bytearray()
            async for chunk in answer.aiter_bytes():
                found += chunk
                if len(found) > _MOST_BYTES:
                    raise Retryable(f"the JWKS at {self._url} is longer than {_MOST_BYTES} bytes")
            return bytes(found)


class Keys:
    """Keys by their id. ``clock`` gives seconds that only rise."""

    def __init__(self, source: Source, clock: Callable[[], float] = time.monotonic) -> None:
        self._source, self._clock = source, clock
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._read_at: float | None = None
        self._tried_at: float | None = None
        self._lock = asyncio.Lock()

    async def load(self) -> None:
        """Read the set now; raises if it cannot be had."""
        self._tried_at = self._clock()
        self._keys = parse(await self._source.read())
        self._read_at = self._clock()

    async def get(self, kid: str) -> jwt.PyJWK | None:
        """The key of an id, ``None`` if there is none. While the source is away the last set stays good."""
        if kid not in self._keys or self._old():
            async with self._lock:
                if self._may_ask() and (kid not in self._keys or self._old()):
                    try:
                        await self.load()
                    except JangkauError as error:
                        log.warning("the key set could not be read again: %s", error)
        return self._keys.get(kid)

    def _old(self) -> bool:
        return self._read_at is None or self._clock() - self._read_at > KEPT_S

    def _may_ask(self) -> bool:
        return self._tried_at is None or self._clock() - self._tried_at >= ASK_AGAIN_S


def parse(text: bytes) -> dict[str, jwt.PyJWK]:
    """The usable keys of a JWKS by id; others are passed over. Raises ``InvalidInput`` if none is left."""
    try:
        found: Any = json.loads(text)
        entries = [each for each in found["keys"] if isinstance(each, dict)][:_MOST_KEYS]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InvalidInput('the key set is not a JWKS: {"keys": [...]}') from None
    keys: dict[str, jwt.PyJWK] = {}
    for entry in entries:
        algorithm = entry.get("alg") or {"EC": "ES256", "RSA": "RS256"}.get(str(entry.get("kty")))
        if algorithm not in ALGORITHMS or entry.get("use", "sig") != "sig" or not entry.get("kid"):
            continue
        try:
            keys[str(entry["kid"])] = jwt.PyJWK.from_dict(entry, algorithm=algorithm)
        except (jwt.PyJWTError, ValueError):
            continue
    if not keys:
        raise InvalidInput("the key set has no key for ES256 or RS256 with a kid")
    return keys
