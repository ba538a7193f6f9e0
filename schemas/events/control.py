"""Commands, their outcomes, and the decisions on hub.control."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from schemas.events.holds import GuardGranted, GuardLimitSet, HoldsDecided
from schemas.events.interventions import ErasureProof, InputResumed, PersonErased, PersonReinstated
from schemas.events.preview import Bounds, PreviewFigures, PreviewResult, PreviewWanted
from schemas.events.record import WireRecord
from schemas.names import CommandKind, OutcomeResult, WithdrawnState


@dataclass(frozen=True, slots=True)
class Command(WireRecord):
    """Something an operator asks of the hub; ``payload`` is a JSON object of the kind's arguments."""

    kind: CommandKind
    by: str
    basis: str
    payload: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome(WireRecord):
    """The hub's answer to one command."""

    result: OutcomeResult
    reasons: tuple[str, ...]
    event_ids: tuple[str, ...]
    decided_at: datetime
    preview: PreviewResult | None = None
    erasure: ErasureProof | None = None


@dataclass(frozen=True, slots=True)
class BusinessDateSet(WireRecord):
    """The business date from here on."""

    date: date


@dataclass(frozen=True, slots=True)
class DirectiveInForce(WireRecord):
    """A directive decides from here on, in place of any earlier version; ``document`` is canonical JSON.

    ``rollout_paused_at``: its rollout stands still as of that business date.
    """

    directive: str
    version: int
    document: str
    rollout_paused_at: date | None = None


@dataclass(frozen=True, slots=True)
class DirectiveWithdrawn(WireRecord):
    """A directive decides no longer."""

    directive: str
    version: int
    state: WithdrawnState


@dataclass(frozen=True, slots=True)
class DirectivePreviewed(WireRecord):
    """What a submitted draft would do."""

    directive: str
    version: int
    figures: PreviewFigures


@dataclass(frozen=True, slots=True)
class DirectiveApproved(WireRecord):
    """A version may come into force within ``bounds``; ``digest`` names the preview that was seen."""

    directive: str
    version: int
    digest: str
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class DirectiveHeld(WireRecord):
    """A version that would have broken its bounds; a new approval lets it try again."""

    directive: str
    version: int
    figures: PreviewFigures
    exceeded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyInForce(WireRecord):
    """The version name of the policy tables, which ship with the software."""

    policy: str


@dataclass(frozen=True, slots=True)
class PartitionStart(WireRecord):
    """First offset of a publication in one partition."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class FullReconciled(WireRecord):
    """A FULL publication of an agency is complete, and where it begins."""

    agency: str
    batch: str
    starts: tuple[PartitionStart, ...]


@dataclass(frozen=True, slots=True)
class StateGeneration(WireRecord):
    """A partition's state was rebuilt."""

    partition: int
    generation: int


ControlBody = (
    BusinessDateSet
    | DirectiveInForce
    | DirectiveWithdrawn
    | PolicyInForce
    | FullReconciled
    | StateGeneration
    | PreviewWanted
    | DirectivePreviewed
    | DirectiveApproved
    | DirectiveHeld
    | GuardLimitSet
    | GuardGranted
    | HoldsDecided
    | PersonErased
    | PersonReinstated
    | InputResumed
)


@dataclass(frozen=True, slots=True)
class ControlEvent(WireRecord):
    """One decision of the control plane. Per subject the highest (version, step) wins."""

    event_id: str
    subject: str
    version: int
    step: int
    by: str
    basis: str
    decided_at: datetime
    body: ControlBody


def control_event_id(subject: str, version: int, step: int) -> str:
    """The id of a decision, 32 hex characters: who decides the same twice writes the same id."""
    return hashlib.sha256(f"{subject}\n{version}\n{step}".encode()).hexdigest()[:32]
