"""How often the engine of a slot was fenced. It ends each time, so the count is kept in a file."""

import contextlib
import os
from pathlib import Path


class FenceCount:
    """A number in a file, of one engine at a time (its lock on the slot sees to that)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> int:
        """The number so far; 0 where none was kept or it cannot be read."""
        try:
            return max(0, int(self._path.read_text("utf-8")))
        except (OSError, ValueError):
            return 0

    def add(self) -> None:
        """One more. A full disk must not keep a fenced engine from ending: then it is not counted."""
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_suffix(".tmp")
            draft.write_text(f"{self.read() + 1}\n", "utf-8")
            os.replace(draft, self._path)
