"""Which inputs of a partition stand still, because too much of what came was rejected."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.events import InputResumed


@dataclass(frozen=True, slots=True)
class RejectLimits:
    """An input stops when, of about its last ``window`` records, at least ``records`` and at least a
    ``share`` of them were rejected.
    """

    window: int = 10_000
    records: int = 1_000
    share: float = 0.5


@dataclass(slots=True)
class RejectCount:
    """Of one input: what was read lately, and how much of it was rejected. ``allowed``: rejects that are let
    pass before any counts.
    """

    read: float = 0.0
    rejected: float = 0.0
    allowed: int = 0

    def add(self, read: int, rejected: int, limits: RejectLimits) -> None:
        """Count one batch; older ones weigh less and less."""
        passed = min(self.allowed, rejected)
        self.allowed -= passed
        self.read, self.rejected = self.read + read, self.rejected + rejected - passed
        while self.read > 2 * limits.window:
            self.read, self.rejected = self.read / 2, self.rejected / 2

    def is_too_much(self, limits: RejectLimits) -> bool:
        """Whether the input must not be read on."""
        return self.rejected >= limits.records and self.rejected >= limits.share * self.read


@dataclass(slots=True)
class Inputs:
    """The inputs of one partition, by topic. ``stopped``: those that stand still, and the place on
    hub.control (next to read) at which each stopped: only a later decision lets it go on.
    """

    stopped: dict[str, int] = field(default_factory=dict)
    counts: dict[str, RejectCount] = field(default_factory=dict)

    def stops(self, topic: str, read: int, rejected: int, limits: RejectLimits, control_offset: int) -> bool:
        """Count a batch; whether the input stops with it."""
        if not rejected and topic not in self.counts:
            return False
        count = self.counts.setdefault(topic, RejectCount())
        count.add(read, rejected, limits)
        if topic in self.stopped or not count.is_too_much(limits):
            return False
        self.stopped[topic] = control_offset
        return True

    def go_on(self, topic: str, rejects: int | None) -> None:
        """It is read again; so many rejects are let pass first."""
        del self.stopped[topic]
        self.counts[topic] = RejectCount(allowed=rejects or 0)


class Resumptions:
    """Fold of InputResumed: the last one about each input, and its place on hub.control."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, int | None], tuple[int, int | None]] = {}

    def resume(self, body: InputResumed, offset: int) -> None:
        """By the event at ``offset``."""
        self._last[body.topic, body.partition] = offset, body.rejects

    def due(self, stopped: Mapping[str, int], partition: int) -> dict[str, int | None]:
        """Of the inputs that stand still those that go on, and how many rejects are let pass."""
        found = {}
        for topic, since in stopped.items():
            said = [each for name in (partition, None) if (each := self._last.get((topic, name)))]
            offset, rejects = max(said, key=lambda each: each[0], default=(-1, None))
            if offset >= since:
                found[topic] = rejects
        return found
