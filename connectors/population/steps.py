"""What a year consists of, one step after the other, for whoever plays it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from connectors.population.delivery import Rows
from schemas.ids import BatchId
from schemas.names import Agency, BatchScope


@dataclass(frozen=True)
class Advance:
    """The business date moves to this day."""

    to: date


@dataclass(frozen=True)
class Announce:
    """The directive comes in."""


@dataclass(frozen=True)
class Publish:
    """One publication. ``slices`` must be read to their end before the next step is asked for.

    ``spoiled`` fills while they are read: the reject reason expected of each record that cannot be used.
    """

    agency: Agency
    topic: str
    batch: BatchId
    scope: BatchScope
    day: date
    slices: Iterator[Rows]
    spoiled: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class MonthOver:
    """Everything of this month has been said."""

    month: date
    number: int


Step = Advance | Announce | Publish | MonthOver
