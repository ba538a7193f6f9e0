"""hub.control read in order, and the proof that it was read far enough before anything is published."""

from collections.abc import Callable

from schemas.codec import AvroCodec
from schemas.errors import Refused, Retryable
from schemas.events import ControlEvent
from schemas.names import HUB_CONTROL
from schemas.records import TopicPartition
from streams.coverage.region_index import RegionIndex
from streams.engine.ports import LogAdmin, Reader
from streams.engine.rules import ControlState, Rules

_LOG = TopicPartition(HUB_CONTROL, 0)
_RECORDS_PER_READ = 1000

OnChange = Callable[[str], None]
"""Called with the cause (CLOCK, DIRECTIVE) of each change of rules."""


class ControlLog:
    """Folds hub.control. Publishing is allowed once it was read to the high watermark seen at start."""

    def __init__(self, reader: Reader, admin: LogAdmin, codec: AvroCodec, regions: RegionIndex) -> None:
        if admin.start_offset(_LOG) > 0:
            raise Refused(
                "hub.control does not begin at offset 0: decisions were deleted from it",
                remedy="restore the topic from a backup; it is the hub's memory of decisions",
            )
        self.state = ControlState(regions)
        self.topic_id = admin.topic_id(HUB_CONTROL)
        self._reader, self._codec = reader, codec
        self._first_target = admin.high_watermark(_LOG)
        reader.assign({_LOG: 0})

    @property
    def position(self) -> int:
        """Next offset to read."""
        return self._reader.position(_LOG)

    @property
    def ready(self) -> bool:
        """Whether everything that was there at the start has been read."""
        return self.position >= self._first_target

    def rules(self) -> Rules | None:
        """The rules to publish by; ``None`` while only folding is allowed."""
        return self.state.rules() if self.ready else None

    def drain(self, on_change: OnChange, timeout_s: float = 0.0) -> None:
        """Fold what has come. An event that cannot be read stops the engine: going on would be guessing.

        Raises ``Retryable`` while the registry is asked and not there; what was not folded is read again.
        """
        for batch in self._reader.consume(_RECORDS_PER_READ, timeout_s):
            for offset, value in zip(batch.offsets.tolist(), batch.values, strict=True):
                try:
                    event = ControlEvent.from_record(self._codec.decode(HUB_CONTROL, value or b""))
                except Retryable:
                    self._reader.assign({_LOG: offset})  # this one and the rest are read again
                    raise
                cause = self.state.fold(event)
                if cause is not None:
                    on_change(cause)

    def check_against(self, control_offset: int, topic_id: str) -> None:
        """A state that has seen more of hub.control than there is belongs to another log: refuse."""
        if topic_id != self.topic_id or control_offset > max(self.position, self._first_target):
            raise Refused(
                "the state was written under another hub.control than the one on this cluster",
                remedy="point the engine at the cluster the state belongs to, or restore hub.control",
            )
