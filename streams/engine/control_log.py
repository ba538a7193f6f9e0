"""hub.control read in order, and the proof that it was read far enough before anything is published."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from schemas.codec import AvroCodec
from schemas.errors import Refused, Retryable
from schemas.events import ControlEvent, PreviewWanted
from schemas.names import HEADER_COMMAND, HUB_CONTROL, HUB_STATE
from schemas.records import Headers, TopicPartition
from streams.control_lines import control_line
from streams.coverage.region_index import RegionIndex
from streams.engine.ports import LogAdmin, Reader
from streams.engine.rules import ControlState, Rules

log = logging.getLogger(__name__)

_LOG = TopicPartition(HUB_CONTROL, 0)
_RECORDS_PER_READ = 1000

OnChange = Callable[[str], None]
"""Called with the cause (CLOCK, DIRECTIVE, RELEASE) of each change of rules."""


@dataclass(slots=True)
class Asked:
    """A preview wanted, the command that asked for it, and the partitions that have answered."""

    preview: PreviewWanted
    command: str | None = None
    answered: set[int] = field(default_factory=set)


class ControlLog:
    """Folds hub.control. Publishing is allowed once it was read to the high watermark seen at start.

    It is not folded past a preview wanted until ``go_on``: all partitions must answer at one position.
    """

    def __init__(self, reader: Reader, admin: LogAdmin, codec: AvroCodec, regions: RegionIndex) -> None:
        if admin.start_offset(_LOG) > 0:
            raise Refused(
                "hub.control does not begin at offset 0: decisions were deleted from it",
                remedy="restore the topic from a backup; it is the hub's memory of decisions",
            )
        self.state = ControlState(regions, admin.partitions(HUB_STATE))
        self.asked: Asked | None = None
        self.last_asked: PreviewWanted | None = None
        """The newest preview gone past: a partition that comes to us now can no longer answer it."""
        self.topic_id = admin.topic_id(HUB_CONTROL)
        self._reader, self._codec = reader, codec
        self._first_target = admin.high_watermark(_LOG)
        self._folded, self._told = 0, False
        self._stuck_at: int | None = None
        reader.assign({_LOG: 0})

    @property
    def position(self) -> int:
        """Next offset to read."""
        return self._reader.position(_LOG)

    @property
    def ready(self) -> bool:
        """Whether everything that was there at the start has been read."""
        return self.position >= self._first_target

    @property
    def stuck(self) -> bool:
        """Whether an event could not be read for want of the registry, and has not been read since."""
        return self._stuck_at is not None and self.position <= self._stuck_at

    def rules(self) -> Rules | None:
        """The rules to publish by; ``None`` while only folding is allowed."""
        return self.state.rules() if self.ready else None

    def drain(self, on_change: OnChange, timeout_s: float = 0.0) -> None:
        """Fold what has come. An event that cannot be read stops the engine: going on would be guessing.

        Raises ``Retryable`` while the registry is asked and not there; what was not folded is read again.
        """
        if self.asked is not None:
            return
        for batch in self._reader.consume(_RECORDS_PER_READ, timeout_s):
            for at, (offset, value) in enumerate(zip(batch.offsets.tolist(), batch.values, strict=True)):
                try:
                    event = ControlEvent.from_record(self._codec.decode(HUB_CONTROL, value or b""))
                except Retryable:
                    self._stuck_at = offset
                    self._reader.assign({_LOG: offset})  # this one and the rest are read again
                    raise
                news = self.state.is_news(event)
                cause = self.state.fold(event, offset, int(batch.timestamps[at]))
                command = _command(batch.headers.get(at, {}))
                if news:
                    self._tell(event, offset, command)
                if cause is not None:
                    on_change(cause)
                if news and isinstance(event.body, PreviewWanted):
                    self.last_asked = event.body
                    # What was asked before we were there is nothing we could answer.
                    if offset >= self._first_target:
                        self.asked = Asked(event.body, command)
                        self._reader.assign({_LOG: offset + 1})
                        return
        self._tell_start()

    def _tell(self, event: ControlEvent, offset: int, command: str | None) -> None:
        """Name a decision that comes while we are there; those before are only counted."""
        self._folded += 1
        if offset >= self._first_target:
            self._tell_start()
            line = control_line(event, command)
            log.info("folded: %s", line.message, extra={**line.fields, "offset": offset})

    def _tell_start(self) -> None:
        if self._told or not self.ready:
            return
        self._told, state = True, self.state
        known = {"events": self._folded, "business_date": state.day, "directives": len(state.in_force)}
        log.info("hub.control is read", extra=known)

    def go_on(self) -> None:
        """Every partition that is ours has answered: fold what comes after the preview."""
        self.asked = None

    def check_against(self, control_offset: int, topic_id: str) -> None:
        """A state that has seen more of hub.control than there is belongs to another log: refuse."""
        if topic_id != self.topic_id or control_offset > max(self.position, self._first_target):
            raise Refused(
                "the state was written under another hub.control than the one on this cluster",
                remedy="point the engine at the cluster the state belongs to, or restore hub.control",
            )


def _command(headers: Headers) -> str | None:
    raw = headers.get(HEADER_COMMAND)
    return None if raw is None else raw.decode("utf-8", "replace")
