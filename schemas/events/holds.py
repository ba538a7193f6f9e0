"""Changes of eligibility that are kept back, and the guard that keeps them."""

from dataclasses import dataclass
from datetime import date, datetime

from schemas.events.record import WireRecord
from schemas.names import HoldDecision, HoldState


@dataclass(frozen=True, slots=True)
class HeldDirective(WireRecord):
    """A directive that means a person no longer by the facts, and still does by the published record."""

    directive: str
    version: int


@dataclass(frozen=True, slots=True)
class Hold(WireRecord):
    """A change of one person's eligibility that is kept back. ``dtsen_*`` is the fact that led to it."""

    state: HoldState
    directives: tuple[HeldDirective, ...]
    region: str
    dtsen_version: int
    dtsen_offset: int
    business_date: date
    control_offset: int
    held_at: datetime


@dataclass(frozen=True, slots=True)
class GuardLimitSet(WireRecord):
    """How many may leave in a regency on one business date; ``None``: as the policy says."""

    regency: str
    persons: int | None


@dataclass(frozen=True, slots=True)
class GuardShare(WireRecord):
    """How many may leave in one regency, over all partitions."""

    regency: str
    persons: int


@dataclass(frozen=True, slots=True)
class GuardGranted(WireRecord):
    """What may leave on a business date; ``schemas.guard.share_of`` divides it among the partitions."""

    date: date
    at_most: tuple[GuardShare, ...]
    elsewhere: int


@dataclass(frozen=True, slots=True)
class HoldsDecided(WireRecord):
    """Holds made before this event: released, or refused until the next fact of the person.

    ``region`` says whose (ID: all); ``person`` narrows it to one token.
    """

    decision: HoldDecision
    region: str
    person: str | None
