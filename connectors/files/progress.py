"""How far a load has got, in a small file beside the data, so that an interrupted one can go on."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from schemas.errors import InvalidInput


@dataclass(frozen=True)
class Identity:
    """Which file goes where, read how: a load goes on only as the same one."""

    size: int
    changed_ns: int
    topic: str
    batch: str
    mapping: str

    @classmethod
    def of(cls, path: Path, topic: str, batch: str, mapping: str = "") -> "Identity":
        """That of a file as it is now; ``mapping`` is the digest of how it is read."""
        stat = path.stat()
        return cls(stat.st_size, stat.st_mtime_ns, topic, batch, mapping)


@dataclass(frozen=True)
class Progress:
    """Every row up to line ``through`` is acknowledged by Kafka or in the reject file.

    ``starts`` are the ends of the topic's partitions before the first record was sent: whatever was sent
    lies behind them.
    """

    identity: Identity
    starts: dict[int, int] = field(default_factory=dict)
    through: int = 0
    rows_rejected: int = 0


class ProgressFile:
    """Keeps ``Progress`` across a crash: each save replaces the file in one step."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, identity: Identity, *, resume: bool) -> Progress | None:
        """What there is to go on from; ``None`` for a fresh start. Raises ``InvalidInput``."""
        if not self._path.exists():
            if resume:
                raise InvalidInput(f"nothing to resume: {self._path} does not exist")
            return None
        if not resume:
            raise InvalidInput(
                "an earlier load of this file was interrupted",
                remedy=f"go on with --resume, or delete {self._path} and choose another batch id",
            )
        found = self._parsed()
        if found.identity != identity:
            raise InvalidInput(
                f"{_differing(found.identity, identity)} differs from the load that was interrupted",
                remedy=f"go on as it was begun, or delete {self._path} to start over under another batch id",
            )
        return found

    def save(self, progress: Progress) -> None:
        """Keep it."""
        new = self._path.with_name(self._path.name + ".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(asdict(progress), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)

    def remove(self) -> None:
        """The load is complete."""
        self._path.unlink(missing_ok=True)

    def _parsed(self) -> Progress:
        try:
            fields = json.loads(self._path.read_text("utf-8"))
            starts = {int(partition): offset for partition, offset in fields.pop("starts").items()}
            return Progress(Identity(**fields.pop("identity")), starts, **fields)
        except (ValueError, TypeError, KeyError):
            raise InvalidInput(f"{self._path} is damaged", remedy="Delete it and start over.") from None


def _differing(before: Identity, now: Identity) -> str:
    parts = [
        ("the file", (before.size, before.changed_ns) != (now.size, now.changed_ns)),
        ("the topic", before.topic != now.topic),
        ("the batch id", before.batch != now.batch),
        ("the mapping (or --regions)", before.mapping != now.mapping),
    ]
    return ", ".join(name for name, differs in parts if differs)
