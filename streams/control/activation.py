"""Activation: an approved version whose day has come is previewed again, and only then acts, or is held."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.events import (
    ControlEvent,
    DirectiveApproved,
    DirectiveHeld,
    DirectiveInForce,
    PreviewFigures,
    PreviewWanted,
)
from streams.control.bounds import exceeded
from streams.control.decisions import (
    DATE,
    HUB,
    IN_FORCE_STEP,
    decide,
    directive_subject,
    held_subject,
    preview_subject,
)
from streams.control.directives import candidate
from streams.control.drafts import DirectiveBook, Draft
from streams.control.fold import Asked, ControlView, Recorded

_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Activation:
    """A version that waits for its activation to be previewed, its approval, and the id of the question."""

    directive: str
    version: int
    draft: Draft
    approval: Recorded[DirectiveApproved]
    preview: str


def preview_id(*names: object) -> str:
    """The id of a question: who asks the same twice asks it under the same id."""
    return hashlib.sha256("\n".join(map(str, names)).encode()).hexdigest()[:_ID_LENGTH]


def activations(view: ControlView, book: DirectiveBook) -> Iterator[Activation]:
    """Every version that waits to come into force. A new approval asks a new question."""
    for directive, life in book.lives.items():
        version = candidate(view, directive, life)
        approval = view.approval(directive, version) if version is not None else None
        if version is None or approval is None:
            continue
        identity = preview_id("activation", directive, version, approval.event.step)
        yield Activation(directive, version, life.drafts[version], approval, identity)


def question(activation: Activation, now: datetime) -> ControlEvent:
    """The first attempt to preview an activation."""
    wanted = PreviewWanted(
        activation.preview,
        1,
        "ACTIVATION",
        activation.directive,
        activation.version,
        activation.draft.canonical,
    )
    basis = f"version {activation.version} of {activation.directive} is approved and its day has come"
    return decide(preview_subject(activation.preview), 1, 0, HUB, basis, now, wanted)


def again(asked: Asked, now: datetime) -> ControlEvent:
    """The same question once more: the next attempt."""
    attempt = asked.wanted.attempt + 1
    subject = preview_subject(asked.wanted.preview)
    body = replace(asked.wanted, attempt=attempt)
    return decide(subject, attempt, 0, asked.event.by, asked.event.basis, now, body)


def overtaken(view: ControlView, asked: Asked) -> bool:
    """Whether the date or the directive itself has changed since the question: its answer is of the past."""
    subjects = (DATE, directive_subject(asked.wanted.directive))
    return any(view.place(subject) > asked.offset for subject in subjects)


def judge(activation: Activation, figures: PreviewFigures, now: datetime) -> ControlEvent:
    """In force if the figures lie within the approved bounds; held if not, with every bound exceeded."""
    directive, version, approval = activation.directive, activation.version, activation.approval
    beyond = exceeded(figures, approval.body.bounds)
    if beyond:
        held = DirectiveHeld(directive, version, figures, beyond)
        basis = "outside the bounds it was approved with"
        return decide(held_subject(directive), version, approval.event.step, HUB, basis, now, held)
    body = DirectiveInForce(directive, version, activation.draft.canonical)
    subject, event = directive_subject(directive), approval.event
    return decide(subject, version, IN_FORCE_STEP, event.by, event.basis, now, body)
