"""Whoever is erased by hub.control goes from the partitions an engine owns."""

from collections.abc import Mapping

from schemas.partitioner import partition_for
from streams.engine.control_log import ControlLog
from streams.engine.owned import Owned
from streams.engine.partials import Partials


class ErasureDuty:
    """Follows hub.control. A takeover looks for those erased before it by itself."""

    def __init__(self, control: ControlLog, partials: Partials) -> None:
        self._control, self._partials = control, partials
        self._looked_to = 0

    def turn(self, owned: Mapping[int, Owned]) -> None:
        """Forget those who were erased since the last turn; their partitions count anew, which proves it."""
        state = self._control.state
        if gone := state.erasures.since(self._looked_to):
            homes = {partition_for(token.hex().encode(), state.partitions) for token in gone}
            for number in homes & owned.keys():
                owned[number].remove(gone)
                self._partials.hurry(number)
        self._looked_to = self._control.position
