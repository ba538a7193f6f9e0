"""Who is erased, by hub.control: the one rule by which a fact of somebody counts no more."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from schemas.events import REINSTATED_AFTER_MS
from streams.engine.token_index import TOKEN

Positions = NDArray[np.intp]

_NOBODY = np.zeros(0, np.intp)


class Erasures:
    """Fold of PersonErased and PersonReinstated. A function of the events alone, so that a state that is made
    anew leaves out the same facts as the one that was lost. Nothing is asked of it while nobody is erased.
    """

    def __init__(self) -> None:
        self._counts_from: dict[bytes, int | None] = {}
        """Per token the broker's time from which facts count again; ``None`` for somebody who is erased."""
        self._offsets: list[int] = []
        self._erased: list[bytes] = []
        """The places of all PersonErased on hub.control, and whom each erased."""
        self._halves: NDArray[np.uint64] | None = None

    def erase(self, token: bytes, offset: int) -> None:
        """By the event at ``offset`` of hub.control."""
        self._counts_from[token] = None
        self._offsets.append(offset)
        self._erased.append(token)
        self._halves = None

    def reinstate(self, token: bytes, timestamp_ms: int) -> None:
        """By an event that reached the broker at that time."""
        self._counts_from[token] = timestamp_ms + REINSTATED_AFTER_MS
        self._halves = None

    def since(self, offset: int) -> Sequence[bytes]:
        """Whom events at or after this place of hub.control erased, reinstated or not, oldest first."""
        return self._erased[bisect_left(self._offsets, offset) :]

    def met_by(self, tokens: NDArray[np.void], timestamps: NDArray[np.int64]) -> Positions:
        """Positions of the facts that do not count, of (n,) tokens and the broker's times of their facts."""
        if not self._counts_from:
            return _NOBODY
        alike = self._alike(tokens)
        gone = [i for i in alike if self._voids(tokens[i].tobytes(), int(timestamps[i]))]
        return np.array(gone, np.intp)

    def outlived_by(self, tokens: NDArray[np.void], control_offsets: NDArray[np.int64]) -> set[bytes]:
        """Of (n,) tokens of what was decided once ``control_offsets`` were folded: whoever was erased before
        that, and never since.
        """
        if not self._counts_from:
            return set()
        last = dict(zip(self._erased, self._offsets, strict=True))
        found = {tokens[i].tobytes(): int(control_offsets[i]) for i in self._alike(tokens)}
        return {token for token, folded in found.items() if token in last and folded >= last[token]}

    def _alike(self, tokens: NDArray[np.void]) -> list[int]:
        """Positions of whoever may be known here: half a token tells nearly everybody apart."""
        if self._halves is None:
            known = np.frombuffer(b"".join(self._counts_from), TOKEN)
            self._halves = np.unique(_first_halves(known))
        halves = _first_halves(tokens)
        near = np.searchsorted(self._halves, halves)
        near[near == len(self._halves)] = 0
        alike: list[int] = np.flatnonzero(self._halves[near] == halves).tolist()
        return alike

    def _voids(self, token: bytes, timestamp_ms: int) -> bool:
        if token not in self._counts_from:
            return False
        counts_from = self._counts_from[token]
        return counts_from is None or timestamp_ms < counts_from


def _first_halves(tokens: NDArray[np.void]) -> NDArray[np.uint64]:
    halves: NDArray[np.uint64] = tokens.view(np.uint64).reshape(-1, 2)[:, 0]
    return halves
