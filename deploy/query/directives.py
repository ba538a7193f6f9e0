"""Directives as the topics tell of them: where each version stands, and every step of its life."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from schemas.directive import DirectiveDocument
from schemas.events import (
    ControlEvent,
    DirectiveApproved,
    DirectiveEvent,
    DirectiveHeld,
    DirectiveInForce,
    DirectivePreviewed,
    DirectiveStatus,
    DirectiveWithdrawn,
)

Named = tuple[str, DirectiveStatus]
"""Key and value of coverage.directives."""

Body = DirectivePreviewed | DirectiveApproved | DirectiveHeld | DirectiveInForce | DirectiveWithdrawn

PAUSED, RESUMED = "PAUSED", "RESUMED"
ENDED = ("REJECTED", "SUPERSEDED", "REVOKED", "EXPIRED")


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the life of a version: who took it, when, on what basis. ``body`` has its figures."""

    at: datetime
    version: int
    what: str
    by: str
    basis: str
    body: Body | None = None
    faults: tuple[str, ...] = ()


def standings(rows: Iterable[Named]) -> dict[tuple[str, int], DirectiveStatus]:
    """The last status of each version; a rejected step only where it is all there is."""
    found: dict[tuple[str, int], DirectiveStatus] = {}
    for name, status in rows:
        if status.state != "REJECTED" or (name, status.version) not in found:
            found[name, status.version] = status
    return found


def document_of(status: DirectiveStatus | None) -> DirectiveDocument | None:
    """The document of a status, if it has one that can be read."""
    if status is None or not status.document:
        return None
    return DirectiveDocument.from_json(status.document)


def life(
    name: str,
    authored: Iterable[tuple[str, DirectiveEvent]],
    control: Iterable[ControlEvent],
    statuses: Iterable[DirectiveStatus],
) -> list[Step]:
    """Every step of a directive, oldest first.

    From what is kept for ever, kemnaker.directives and hub.control; coverage.directives adds the steps that
    were rejected, as far as it still has them.
    """
    steps = [
        Step(event.occurred_at, event.version, event.kind, event.by, event.legal_basis)
        for key, event in authored
        if key == name
    ]
    steps += [
        Step(
            status.updated_at,
            status.version,
            status.state,
            status.by,
            status.legal_basis,
            None,
            status.faults,
        )
        for status in statuses
        if status.state == "REJECTED"
    ]
    return sorted([*steps, *_decided(name, control)], key=lambda step: step.at)


def _decided(name: str, control: Iterable[ControlEvent]) -> Iterator[Step]:
    seen: set[str] = set()
    for event in control:
        body = event.body
        # A worker that was restarted may have written the same decision twice; its id is the same.
        if isinstance(body, Body) and body.directive == name and event.event_id not in seen:
            seen.add(event.event_id)
            yield Step(event.decided_at, body.version, _what(event, body), event.by, event.basis, body)


def _what(event: ControlEvent, body: Body) -> str:
    match body:
        case DirectivePreviewed():
            return "PREVIEWED"
        case DirectiveApproved():
            return "APPROVED"
        case DirectiveHeld():
            return "HELD"
        case DirectiveWithdrawn():
            return body.state
        case DirectiveInForce():
            if body.rollout_paused_at is not None:
                return PAUSED
            return "IN_FORCE" if event.step == 1 else RESUMED
