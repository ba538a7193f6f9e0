"""How publications really arrive: some records late, some sent again, some sent twice."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connectors.population.assumptions import Assumptions
from connectors.population.rows import rename_batch


@dataclass(frozen=True)
class Rows:
    """Records of one topic: tokens of shape (n, 16) and as many rows of its schema."""

    tokens: NDArray[np.uint8]
    rows: pa.RecordBatch

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, mask: NDArray[np.bool_]) -> Self:
        """The records where ``mask``, shape (n,), is true."""
        return type(self)(self.tokens[mask], self.rows.filter(pa.array(mask)))


@dataclass
class Delivery:
    """The way of one topic's records; what it holds back comes with the topic's next publication."""

    assumptions: Assumptions
    rng: np.random.Generator
    _held: list[Rows] = field(default_factory=list)

    def send(self, slices: Iterator[Rows], batch: str, *, full: bool, last: bool) -> Iterator[Rows]:
        """Pass ``slices`` on as publication ``batch``, followed by what the one before held back.

        With ``last`` nothing is held back, so that a topic's last publication leaves nothing behind; of a
        ``full`` publication nothing comes late, or it would not be full.
        """
        overdue, self._held = self._held, []
        for rows in slices:
            late = self._some(rows, "late") & (not full) & (not last)
            again = self._some(rows, "sent_again") & (not last)
            twice = self._some(rows, "sent_twice") & ~late
            self._held.append(rows.only(late | again))
            yield rows.only(~late)
            yield rows.only(twice)
        for rows in overdue:
            yield Rows(rows.tokens, rename_batch(rows.rows, batch))

    def _some(self, rows: Rows, what: str) -> NDArray[np.bool_]:
        return self.rng.random(len(rows)) < self.assumptions.number("delivery", what)
