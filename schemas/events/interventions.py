"""What operators decide about one person's data, or about an input that engines stopped reading."""

from dataclasses import dataclass

from schemas.events.counts import InputPosition
from schemas.events.record import WireRecord


@dataclass(frozen=True, slots=True)
class PersonErased(WireRecord):
    """Nothing is kept of ``person`` (a token) from here on, and no fact of theirs counts."""

    person: str


@dataclass(frozen=True, slots=True)
class PersonReinstated(WireRecord):
    """Facts of someone erased count again: per agency topic those from an offset in their partition on."""

    person: str
    facts_from: tuple[InputPosition, ...]


@dataclass(frozen=True, slots=True)
class ErasureProof(WireRecord):
    """An erasure is carried out: hub.state up to ``state_offset`` has hub.control up to ``control_offset``,
    beyond the erasure, in it.
    """

    partition: int
    state_offset: int
    control_offset: int


@dataclass(frozen=True, slots=True)
class InputResumed(WireRecord):
    """Engines read a stopped input again: in ``partition``, or in all.

    ``rejects``: how many more records of a partition may go to quarantine before it is stopped again;
    ``None``: the usual limit.
    """

    topic: str
    partition: int | None
    rejects: int | None
