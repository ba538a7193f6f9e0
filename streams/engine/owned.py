"""A partition this engine owns and may publish for, with what waits for its next transaction."""

from dataclasses import dataclass, field

from schemas.names import AGENCY_FACTS
from schemas.records import TopicPartition
from streams.engine.blocks import SweepMark
from streams.engine.intake import Reject
from streams.engine.partition import Partition
from streams.engine.sweep import Sweep


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

    @property
    def number(self) -> int:
        """The partition's number."""
        return self.partition.number

    @property
    def inputs(self) -> list[TopicPartition]:
        """Its partitions of the agency topics."""
        return [TopicPartition(topic, self.number) for topic in AGENCY_FACTS]

    @property
    def has_input(self) -> bool:
        """Whether records were folded that no transaction covers yet."""
        return self.partition.positions != self.written

    def committed(self, mark: SweepMark | None) -> None:
        """Remember that all that waited is on the log."""
        self.written = dict(self.partition.positions)
        self.rejects.clear()
        self.pending = 0
        if mark is not None:
            self.sweep, self.rebuilding, self.bytes_since_sweep = None, False, 0
