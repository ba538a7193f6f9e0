"""Files that hold one secret key: 64 hex characters, readable by their owner only."""

import os
from pathlib import Path

from schemas.errors import InvalidInput

KEY_BYTES = 32


def read_key(path: Path) -> bytes:
    """The 32 bytes of a key file (64 hex characters); raises ``InvalidInput`` if it cannot be trusted."""
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii").strip()
    except OSError as error:
        raise InvalidInput(
            f"key file {path} cannot be read: {error.strerror}", remedy="Check the path and its owner."
        ) from None
    except UnicodeDecodeError:
        raise _no_key(path) from None
    if mode & 0o077:
        raise InvalidInput(f"key file {path} can be read by others", remedy=f"Run: chmod 600 {path}")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        raise _no_key(path) from None
    if len(key) != KEY_BYTES:
        raise _no_key(path)
    return key


def _no_key(path: Path) -> InvalidInput:
    return InvalidInput(
        f"key file {path} is not a key", remedy=f"It must hold {2 * KEY_BYTES} hex characters and no more."
    )


def write_new_key(path: Path, key: bytes) -> None:
    """Make a key file readable by its owner only, and its folder if need be.

    An existing file is never replaced: ``InvalidInput``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InvalidInput(
            f"key file {path} exists already",
            remedy="Use it, or move it away: what was sealed with it needs it.",
        ) from None
    except OSError as error:
        raise InvalidInput(f"key file {path} cannot be written: {error.strerror}") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
