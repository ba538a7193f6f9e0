"""hub.control and the other topics the control plane writes, in memory, with a crash at any write."""

from collections import defaultdict

from schemas.events import WireRecord
from schemas.names import HUB_CONTROL
from streams.control.decisions import Decision
from streams.control.desk import Desk
from streams.control.fold import ControlView


class Crash(Exception):
    """The worker died here."""


class MemoryControlLog:
    """Keeps what is written. ``desks`` read hub.control back at once, as running workers do.

    An event's offset is its place in ``control``. ``die_after`` counts writes down: the one that
    reaches 0 is kept or lost (``lose_last``) and raises.
    """

    def __init__(self) -> None:
        self.control: list[Decision] = []
        self.topics: dict[str, list[tuple[str, WireRecord]]] = defaultdict(list)
        self.desks: list[Desk] = []
        self.die_after: int | None = None
        self.lose_last = False

    async def decide(self, decision: Decision) -> None:
        """Append to hub.control and let every running worker fold it."""
        dying = self._dying()
        if not (dying and self.lose_last):
            self.control.append(decision)
            for desk in self.desks:
                desk.view.fold(decision.event, decision.command, len(self.control) - 1)
        if dying:
            raise Crash(HUB_CONTROL)

    async def publish(self, topic: str, key: str, value: WireRecord) -> None:
        """Append to another topic."""
        dying = self._dying()
        if not (dying and self.lose_last):
            self.topics[topic].append((key, value))
        if dying:
            raise Crash(topic)

    def folded(self) -> ControlView:
        """hub.control read from its beginning."""
        view = ControlView()
        for offset, decision in enumerate(self.control):
            view.fold(decision.event, decision.command, offset)
        return view

    def _dying(self) -> bool:
        if self.die_after is None:
            return False
        self.die_after -= 1
        if self.die_after > 0:
            return False
        self.die_after = None
        return True
