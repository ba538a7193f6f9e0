"""How long a preview is waited for, and when it is asked again. Time is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from streams.control.fold import Asked
from streams.control.previews import PreviewBook

PATIENCE_S = 30.0
"""A partition that has not answered by then is away: it says so, or is asked again once it is heard of."""

NOTE_AFTER_S = 5.0
"""From then on the status of a version says for whom its activation waits."""

# An engine that passes every question must not fill hub.control: each attempt waits twice as long.
_LONGEST_PAUSE_S = 30.0


class Next(Enum):
    """What is to be done about a preview that is not complete."""

    WAIT = auto()
    ASK_AGAIN = auto()
    GIVE_UP = auto()


@dataclass(slots=True)
class _Attempt:
    number: int
    since_s: float
    stale: bool = False
    heard: set[int] = field(default_factory=set)


class Patience:
    """The age of each pending preview as this worker has seen it; a new worker begins to wait anew."""

    def __init__(self) -> None:
        self._first: dict[str, float] = {}
        self._attempts: dict[str, _Attempt] = {}

    def age_s(self, asked: Asked, clock_s: float) -> float:
        """Seconds since the question was first seen, whatever the attempt."""
        return clock_s - self._first.get(asked.wanted.preview, clock_s)

    def stale(self, asked: Asked) -> bool:
        """Whether the newest attempt is too old to act on: some of its answers may be of another day."""
        attempt = self._attempts.get(asked.wanted.preview)
        return attempt is not None and attempt.number == asked.wanted.attempt and attempt.stale

    def next(self, asked: Asked, book: PreviewBook, heard: Iterable[int], clock_s: float) -> Next:
        """What is to be done now; ``heard`` are the partitions heard of since the last call."""
        identity, number = asked.wanted.preview, asked.wanted.attempt
        first = self._first.setdefault(identity, clock_s)
        attempt = self._attempts.get(identity)
        if attempt is None or attempt.number != number:
            attempt = self._attempts[identity] = _Attempt(number, clock_s)
        waited = clock_s - attempt.since_s
        if asked.command is not None and clock_s - first >= PATIENCE_S:
            return Next.GIVE_UP
        if book.passed(asked):
            pause = min(_LONGEST_PAUSE_S, 2.0 ** (number - 1))
            return Next.ASK_AGAIN if waited >= pause else Next.WAIT
        if asked.command is None and waited >= PATIENCE_S:
            if attempt.stale:
                attempt.heard.update(heard)
            attempt.stale = True
            # Whoever is away finds the question when it comes back; only then is there a use in asking anew.
            return Next.ASK_AGAIN if attempt.heard.issuperset(book.missing(asked)) else Next.WAIT
        return Next.WAIT

    def forget(self, pending: Iterable[str]) -> None:
        """Keep only these previews."""
        kept = set(pending)
        self._first = {name: since for name, since in self._first.items() if name in kept}
        self._attempts = {name: each for name, each in self._attempts.items() if name in kept}
