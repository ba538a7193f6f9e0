"""Mended records that were not sent yet, sealed on this machine's disk."""

import os
from pathlib import Path

from schemas.sealing import SealingKey


class Drafts:
    """One file a record, which only its owner can read and only the hub's sealing key opens."""

    def __init__(self, folder: Path, sealing: SealingKey) -> None:
        self._folder, self._sealing = folder, sealing

    def write(self, origin: str, text: str) -> None:
        """Keep what was mended, in place of an earlier draft."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(origin)
        unfinished = path.with_suffix(".new")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(self._sealing.seal(text.encode(), _bound_to(origin)))
        unfinished.replace(path)

    def read(self, origin: str) -> str | None:
        """The draft of a record, None if there is none. Raises ``InvalidInput`` if another key sealed it."""
        try:
            sealed = self._path(origin).read_text("ascii")
        except FileNotFoundError:
            return None
        return self._sealing.open(sealed, _bound_to(origin)).decode()

    def remove(self, origin: str) -> None:
        """Forget the draft of a record, if there is one."""
        self._path(origin).unlink(missing_ok=True)

    def _path(self, origin: str) -> Path:
        return self._folder / f"{origin.replace('/', '-')}.sealed"


def _bound_to(origin: str) -> bytes:
    return f"draft of {origin}".encode()
