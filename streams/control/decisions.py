"""What the control plane decides, as plain values."""

from dataclasses import dataclass
from datetime import datetime

from schemas.events import ControlBody, ControlEvent, control_event_id

HUB = "control"
"""``by`` of a decision nobody asked for: the clock moved, or the hub started."""

DATE = "date"
POLICY = "policy"
GUARD = "guard"
_DIRECTIVE = "directive:"
_GENERATION = "generation:"
_PREVIEW = "preview:"
_PREVIEWED = "previewed:"
_APPROVAL = "approval:"
_HELD = "held:"
_GUARD_LIMIT = "guard-limit:"
_HOLDS = "holds:"
_PERSON = "person:"
_INPUT = "input:"

# Of these each version of a directive has its own order: a preview of version 2 does not undo that of 1.
_PER_VERSION = (_PREVIEWED, _APPROVAL, _HELD)

IN_FORCE_STEP = 1
"""The step of a version that comes into force; pausing and resuming its rollout count on from it."""

WITHDRAWN_STEP = 1_000_000
"""The step that ends a version, above every other."""


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


def preview_subject(preview: str) -> str:
    """The subject of one question to the engines; its versions are the attempts."""
    return _PREVIEW + preview


def previewed_subject(directive: str) -> str:
    """The subject of what the drafts of a directive would do; steps count the previews of a version."""
    return _PREVIEWED + directive


def approval_subject(directive: str) -> str:
    """The subject of approvals of a directive; steps count the approvals of a version."""
    return _APPROVAL + directive


def held_subject(directive: str) -> str:
    """The subject of activations that were held; the step is that of the approval."""
    return _HELD + directive


def guard_limit_subject(regency: str) -> str:
    """The subject of the limits set for one regency."""
    return _GUARD_LIMIT + regency


def limited_regency(subject: str) -> str | None:
    """The regency a limit is set for, or None for another subject."""
    return subject.removeprefix(_GUARD_LIMIT) if subject.startswith(_GUARD_LIMIT) else None


def holds_subject(command: str) -> str:
    """The subject of a decision on holds; each command decides once."""
    return _HOLDS + command


def person_subject(person: str) -> str:
    """The subject of erasing and reinstating a person, by token."""
    return _PERSON + person


def input_subject(topic: str, partition: int | None) -> str:
    """The subject under which the resumptions of an input are ordered, or those of one partition of it."""
    return f"{_INPUT}{topic}" if partition is None else f"{_INPUT}{topic}:{partition}"


def slot(event: ControlEvent) -> tuple[str, int]:
    """Where an event competes: its subject, and for what is known of each version that version (else 0)."""
    return event.subject, event.version if event.subject.startswith(_PER_VERSION) else 0
