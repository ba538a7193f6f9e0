"""What the control plane decides, as plain values."""

from dataclasses import dataclass
from datetime import datetime

from schemas.events import ControlBody, ControlEvent, control_event_id

HUB = "control"
"""``by`` of a decision nobody asked for: the clock moved, or the hub started."""

DATE = "date"
POLICY = "policy"
_DIRECTIVE = "directive:"
_GENERATION = "generation:"

IN_FORCE_STEP = 1
WITHDRAWN_STEP = 2


@dataclass(frozen=True, slots=True)
class Decision:
    """A control event to write, and the id of the command it answers, if any.

    The id travels as a header of the record, so a worker that died before it answered finds on
    hub.control that the command was carried out.
    """

    event: ControlEvent
    command: str | None = None


def decide(
    subject: str, version: int, step: int, by: str, basis: str, now: datetime, body: ControlBody
) -> ControlEvent:
    """A control event with the id that its subject, version and step give it."""
    identity = control_event_id(subject, version, step)
    return ControlEvent(identity, subject, version, step, by, basis, now, body)


def directive_subject(directive: str) -> str:
    """The subject under which decisions about a directive are ordered."""
    return _DIRECTIVE + directive


def directive_of(subject: str) -> str | None:
    """The directive a subject speaks of, or None for another subject."""
    return subject.removeprefix(_DIRECTIVE) if subject.startswith(_DIRECTIVE) else None


def generation_subject(partition: int) -> str:
    """The subject under which state generations of a partition are ordered."""
    return f"{_GENERATION}{partition}"
