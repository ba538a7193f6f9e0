"""The key that signs bearer tokens for development, and its public half as a JWKS."""

import json
import os
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import ECAlgorithm

from schemas.errors import InvalidInput

ALGORITHM = "ES256"
_ID_BYTES = 8


def make_signing_key(key_file: Path, jwks_file: Path) -> None:
    """Make the pair if there is none; readable by the owner only. Raises ``InvalidInput``."""
    if key_file.exists() and jwks_file.exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    public: dict[str, Any] = json.loads(ECAlgorithm.to_jwk(key.public_key()))
    public |= {"kid": secrets.token_hex(_ID_BYTES), "alg": ALGORITHM, "use": "sig"}
    _write(key_file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _write(jwks_file, (json.dumps({"keys": [public]}, indent=2) + "\n").encode())


def sign_token(
    key_file: Path, jwks_file: Path, claims: dict[str, Any], now: datetime, lifetime: timedelta
) -> str:
    """A signed token with these claims, good from ``now`` on. Raises ``InvalidInput`` without the key."""
    try:
        key = load_pem_private_key(key_file.read_bytes(), None)
        kid = json.loads(jwks_file.read_text("utf-8"))["keys"][0]["kid"]
    except (OSError, ValueError, KeyError, IndexError):
        raise InvalidInput(
            f"there is no signing key in {key_file.parent}",
            remedy="`jangkau up` makes one on the embedded stack; elsewhere tokens come from your issuer",
        ) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise InvalidInput(f"{key_file} holds a key of another kind", remedy="move it away and start anew")
    times = {"iat": now, "nbf": now, "exp": now + lifetime}
    return jwt.encode({**claims, **times}, key, algorithm=ALGORITHM, headers={"kid": kid})


def scope_claim(scopes: Sequence[str]) -> str:
    """Scopes as a token carries them (RFC 9068): one text, separated by spaces."""
    return " ".join(scopes)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(draft, path)
    except OSError as error:
        raise InvalidInput(f"key file {path} cannot be written: {error.strerror}") from None
