"""The faults, and when each comes: all kinds in turn, in an order and at moments that the seed decides."""

import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.chaos.hub import ChaosHub, Kept
from tests.chaos.traffic import Recorder

LONGER_THAN_THE_SESSION_S = 9.0
"""The embedded broker gives a silent member up after six seconds."""

_AWAY_S = 6.0
_GUEST_S = 20.0
"""It takes some seconds to start and to be given partitions."""


MOVING = ("engine_killed", "engine_frozen", "engine_left_and_came_back", "engine_joined")
"""Partitions go to another engine."""

EVERY_KIND = (
    *MOVING,
    *("control_killed", "control_frozen", "control_left_and_came_back"),
    *("broker_restarted", "broker_killed", "registry_away", "subscriber_slow"),
)


@dataclass
class Injected:
    """One fault. ``over_s``: when all was put right that does not right itself; ``caught_up_s``: seconds from
    its beginning until the engines had committed all that was on the agency topics when it was over.
    """

    kind: str
    what: str
    began_s: float
    over_s: float | None = None
    caught_up_s: float | None = None


@dataclass
class Schedule:
    """Strikes every few seconds. Call ``turn`` often, from the thread that owns the processes."""

    hub: ChaosHub
    recorder: Recorder
    random: random.Random
    say: Callable[[str], None]
    kinds: Sequence[str] = EVERY_KIND
    clock: Callable[[], float] = time.monotonic
    injected: list[Injected] = field(default_factory=list)
    _due: list[tuple[float, Injected, Callable[[], None]]] = field(default_factory=list)
    _next_s: float = 0.0
    _coming: Iterator[str] | None = None

    def turn(self) -> None:
        """Put right what is due, then strike if it is time."""
        now = self.clock()
        for at, fault, undo in list(self._due):
            if now >= at:
                self._due.remove((at, fault, undo))
                undo()
                fault.over_s = now
        if now >= self._next_s:
            self._next_s = now + self.random.uniform(4.0, 8.0)
            self._strike(now)

    def finish(self) -> None:
        """Put everything right at once."""
        for _, fault, undo in self._due:
            undo()
            fault.over_s = self.clock()
        self._due.clear()

    def _strike(self, now: float) -> None:
        if self._coming is None:
            self._coming = self._in_turn()
        kind = next(self._coming)
        what, undo, after_s = getattr(self, f"_{kind}")()
        fault = Injected(kind.replace("_", " "), what, now, None if undo else now)
        self.injected.append(fault)
        if undo is not None:
            self._due.append((now + after_s, fault, undo))
        self.say(f"{fault.kind}: {what}")

    def _in_turn(self) -> Iterator[str]:
        kinds = list(self.kinds)
        while True:
            self.random.shuffle(kinds)
            yield from kinds
            yield "engine_killed"

    def _engine_killed(self) -> "Strike":
        return self._killed(self.random.choice(self.hub.engines))

    def _control_killed(self) -> "Strike":
        return self._killed(self.hub.worker)

    def _killed(self, kept: Kept) -> "Strike":
        kept.signal(signal.SIGKILL)
        return kept.name, None, 0.0

    def _engine_frozen(self) -> "Strike":
        """Its partitions go to others, and what it wants to commit afterwards is refused."""
        return self._frozen(self.random.choice(self.hub.engines))

    def _control_frozen(self) -> "Strike":
        return self._frozen(self.hub.worker)

    def _frozen(self, kept: Kept) -> "Strike":
        kept.signal(signal.SIGSTOP)
        return kept.name, lambda: kept.signal(signal.SIGCONT), LONGER_THAN_THE_SESSION_S

    def _engine_left_and_came_back(self) -> "Strike":
        return self._away(self.random.choice(self.hub.engines), signal.SIGTERM)

    def _control_left_and_came_back(self) -> "Strike":
        return self._away(self.hub.worker, signal.SIGTERM)

    def _engine_joined(self) -> "Strike":
        """One more than there are otherwise, for a while."""
        guest = self.hub.guest
        guest.wanted = True

        def leaves() -> None:
            self._away(guest, signal.SIGTERM)

        return guest.name, leaves, _GUEST_S

    def _broker_killed(self) -> "Strike":
        return self._away(self.hub.broker, signal.SIGKILL)

    def _broker_restarted(self) -> "Strike":
        return self._away(self.hub.broker, signal.SIGTERM)

    def _registry_away(self) -> "Strike":
        return self._away(self.hub.registry, signal.SIGKILL)

    def _away(self, kept: Kept, number: signal.Signals) -> "Strike":
        kept.wanted = False
        kept.signal(signal.SIGCONT)
        kept.signal(number)

        def back() -> None:
            kept.wanted = True

        return kept.name, back, _AWAY_S

    def _subscriber_slow(self) -> "Strike":
        self.recorder.slow.set()
        return self.recorder.name, self.recorder.slow.clear, _AWAY_S


Strike = tuple[str, Callable[[], None] | None, float]
"""Whom it met, how to put it right, and after how many seconds; ``None``: the supervisor does."""
