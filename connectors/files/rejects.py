"""The reject file: one line a row that was not published, for whoever mends the source."""

import csv
from collections.abc import Sequence
from pathlib import Path

from connectors.files.chunks import Reject
from schemas.errors import InvalidInput

_HEADER = ("line", "reason", "detail")


class RejectFile:
    """Appends to ``path``; made with the first reject, so that a clean load leaves no file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, through: int) -> None:
        """Forget what is there of rows behind line ``through``: they are read again."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        if rows[:1] != [list(_HEADER)]:
            raise InvalidInput(
                f"{self.path} is not a reject file of this loader", remedy="Choose another with --rejects."
            )
        kept = [row for row in rows[1:] if int(row[0]) <= through]
        self.path.unlink()
        self._write(kept)

    def add(self, rejects: Sequence[Reject]) -> None:
        """Append these."""
        self._write([[str(reject.line), reject.reason, reject.detail] for reject in rejects])

    def _write(self, rows: Sequence[Sequence[str]]) -> None:
        if not rows:
            return
        new = not self.path.exists()
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            if new:
                writer.writerow(_HEADER)
            writer.writerows(rows)
