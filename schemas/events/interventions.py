"""What operators decide about one person's data, or about an input that engines stopped reading."""

from dataclasses import dataclass

from schemas.events.record import WireRecord

REINSTATED_AFTER_MS = 60_000
"""By the brokers' time. Long enough that every engine has read of it before the first fact that counts: so
engines that were there and those that read both topics later agree on which do.
"""


@dataclass(frozen=True, slots=True)
class PersonErased(WireRecord):
    """Nothing is kept of ``person`` (a token) from here on, and no fact of theirs counts."""

    person: str


@dataclass(frozen=True, slots=True)
class PersonReinstated(WireRecord):
    """Facts of someone erased count again that reach the broker ``REINSTATED_AFTER_MS`` after this event."""

    person: str


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
