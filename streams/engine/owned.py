"""A partition this engine owns and may publish for, with what waits for its next transaction."""

from collections.abc import Collection
from dataclasses import dataclass, field

from schemas.names import AGENCY_FACTS
from schemas.records import TopicPartition
from streams.engine.blocks import SweepMark
from streams.engine.intake import Reject
from streams.engine.partition import Partition
from streams.engine.removal import Removed, remove
from streams.engine.sweep import Sweep


@dataclass(slots=True)
class Removals:
    """When blocks of hub.state that tell of somebody erased were written: ``None`` if a sweep has deleted
    them all. Seconds of the engine's clock.
    """

    first_s: float | None = None
    last_s: float = 0.0

    def add(self, now_s: float) -> None:
        """Somebody was erased just now."""
        self.first_s, self.last_s = now_s if self.first_s is None else self.first_s, now_s

    def swept(self, now_s: float, settled_s: float) -> None:
        """A sweep begins. What is younger than ``settled_s`` may share a segment with it, and stay."""
        self.first_s = self.last_s if now_s - self.last_s < settled_s and self.first_s is not None else None


@dataclass(slots=True)
class Owned:
    """``written`` is what the last transaction put on the log; memory beyond it waits for the next one."""

    partition: Partition
    topic_ids: dict[str, str]
    written: dict[str, int]
    """Input positions of the last committed transaction."""
    control_offset: int = -1
    """hub.control position of the last partition block."""
    state_offset: int = 0
    """High watermark of the state partition as last seen; it orders partials, so it only rises."""
    bytes_since_sweep: int = 0
    sweep: Sweep | None = None
    rebuilding: bool = False
    pending: int = 0
    """Records folded since the last transaction."""
    rejects: list[Reject] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    """Who was erased since the last transaction."""
    removals: Removals = field(default_factory=Removals)

    @property
    def number(self) -> int:
        """The partition's number."""
        return self.partition.number

    @property
    def inputs(self) -> list[TopicPartition]:
        """Its partitions of the agency topics."""
        return [TopicPartition(topic, self.number) for topic in AGENCY_FACTS]

    @property
    def readable(self) -> list[TopicPartition]:
        """Those of its inputs that do not stand still."""
        return [source for source in self.inputs if source.topic not in self.partition.inputs.stopped]

    @property
    def has_input(self) -> bool:
        """Whether records were folded that no transaction covers yet."""
        return self.partition.positions != self.written

    def remove(self, tokens: Collection[bytes]) -> None:
        """Forget these persons, those of them who are here."""
        gone = remove(self.partition, tokens)
        self.removed += gone
        self.pending += len(gone)

    def committed(self, mark: SweepMark | None) -> None:
        """Remember that all that waited is on the log."""
        self.written = dict(self.partition.positions)
        self.rejects.clear()
        self.removed.clear()
        self.pending = 0
        if mark is not None:
            self.sweep, self.rebuilding, self.bytes_since_sweep = None, False, 0
