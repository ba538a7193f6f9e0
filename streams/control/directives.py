"""The life of a directive: in force at its date, superseded by a higher version, revoked or expired."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from schemas.events import ControlEvent, DirectiveInForce, DirectiveWithdrawn
from schemas.names import DirectiveState, WithdrawnState
from streams.control.decisions import (
    HUB,
    IN_FORCE_STEP,
    WITHDRAWN_STEP,
    decide,
    directive_subject,
)
from streams.control.drafts import DirectiveBook, Life
from streams.control.fold import ControlView, Standing


def due(view: ControlView, book: DirectiveBook, now: datetime) -> Iterator[ControlEvent]:
    """The decisions that the business date and the drafts ask for and hub.control does not have yet.

    One decision a directive: the latest that day-by-day advancing would have led to. A version whose
    whole time lies within one jump of the date ends what was before it, without coming into force.
    """
    today = view.business_date
    if today is None:
        return
    for directive, life in book.lives.items():
        event = _due(directive, life, view.directive(directive), today, now)
        if event is not None and not view.holds(event):
            yield event


def withdraw(
    directive: str, version: int, state: WithdrawnState, by: str, basis: str, now: datetime
) -> ControlEvent:
    """The event that ends a version."""
    body = DirectiveWithdrawn(directive, version, state)
    return decide(directive_subject(directive), version, WITHDRAWN_STEP, by, basis, now, body)


def _due(
    directive: str, life: Life, standing: Standing | None, today: date, now: datetime
) -> ControlEvent | None:
    held = standing.version if standing else 0
    begun = [
        version
        for version, draft in life.drafts.items()
        if draft.document.effective.from_ <= today
        # Revoked before its day came: as if it had never been.
        and (version not in life.revocations or version <= held)
    ]
    version = max(begun, default=0)
    if version == 0 or version < held:
        return None
    draft, revocation = life.drafts[version], life.revocations.get(version)
    if revocation is not None:
        return withdraw(directive, version, "REVOKED", revocation.by, revocation.legal_basis, now)
    until = draft.document.effective.until
    if until is not None and until < today:
        return withdraw(directive, version, "EXPIRED", HUB, f"in effect until {until.isoformat()}", now)
    body = DirectiveInForce(directive, version, draft.canonical)
    subject = directive_subject(directive)
    return decide(subject, version, IN_FORCE_STEP, draft.by, draft.legal_basis, now, body)


@dataclass(frozen=True, slots=True)
class VersionState:
    """Where one version of a directive stands, who brought it there and on what basis."""

    version: int
    state: DirectiveState
    document: str
    by: str
    legal_basis: str

    @property
    def ended(self) -> bool:
        """Whether nothing can become of it any more."""
        return self.state not in ("SCHEDULED", "IN_FORCE")


def version_states(life: Life, standing: Standing | None) -> list[VersionState]:
    """All valid versions of a directive, lowest first."""
    return [_version_state(life, version, standing) for version in sorted(life.drafts)]


def _version_state(life: Life, version: int, standing: Standing | None) -> VersionState:
    document = life.drafts[version].canonical
    if standing is not None and version == standing.version:
        return VersionState(version, standing.state, document, standing.by, standing.basis)
    if version in life.revocations:
        return VersionState(version, "REVOKED", document, *life.author(version))
    if standing is not None and version < standing.version:
        return VersionState(version, "SUPERSEDED", document, standing.by, standing.basis)
    return VersionState(version, "SCHEDULED", document, *life.author(version))
