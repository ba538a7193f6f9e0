"""Who is held, as columns: changes of eligibility that are kept back until somebody decides."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.names import HOLD_STATES

NOT_HELD = 0
WAITING, REFUSED = (1 + HOLD_STATES.index(state) for state in ("WAITING", "REFUSED"))
"""States of a row; of a held one the position in HOLD_STATES plus one."""


@dataclass(slots=True)
class Holds:
    """Per row its state, the position of hub.control when it was held, and the business date (days since
    1970-01-01). Nearly nobody is held, so ``since`` and ``day`` take no room before the first hold.
    """

    state: NDArray[np.uint8]
    since: NDArray[np.int64]
    day: NDArray[np.int32]

    @classmethod
    def empty(cls, n: int) -> "Holds":
        """Nobody held among ``n`` rows."""
        return cls(np.zeros(n, np.uint8), np.zeros(0, np.int64), np.zeros(0, np.int32))

    def grown(self, n: int) -> "Holds":
        """A copy with room for ``n`` rows."""
        larger = Holds.empty(n)
        larger.state[: len(self.state)] = self.state
        if len(self.since):
            larger._make_room()
            larger.since[: len(self.since)], larger.day[: len(self.day)] = self.since, self.day
        return larger

    def put(
        self,
        rows: NDArray[np.intp] | slice,
        state: NDArray[np.uint8],
        since: NDArray[np.int64] | int,
        day: NDArray[np.int32] | int,
    ) -> None:
        """Set these rows."""
        if not len(self.since):
            self._make_room()
        self.state[rows], self.since[rows], self.day[rows] = state, since, day

    def end(self, rows: NDArray[np.intp] | slice) -> None:
        """These rows are held no longer."""
        self.state[rows] = NOT_HELD

    def _make_room(self) -> None:
        self.since, self.day = np.zeros(len(self.state), np.int64), np.zeros(len(self.state), np.int32)
