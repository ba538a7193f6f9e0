"""The life of a directive: which versions are alive, which is next to come into force, which must end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from schemas.events import Bounds, ControlEvent, DirectiveWithdrawn, PreviewFigures
from schemas.names import DirectiveState, WithdrawnState
from streams.control.bounds import differences
from streams.control.decisions import HUB, WITHDRAWN_STEP, decide, directive_subject
from streams.control.drafts import DirectiveBook, Life
from streams.control.fold import ControlView

_ENDED = ("SUPERSEDED", "REVOKED", "EXPIRED")


def candidate(view: ControlView, directive: str, life: Life) -> int | None:
    """The version whose day has come and that may come into force, once a preview has said it may.

    The highest that is approved and not held. One that ended before its activation never acts and ends
    nothing: nobody saw what it would have done.
    """
    today, standing = view.business_date, view.directive(directive)
    if today is None:
        return None
    found = [
        version
        for version, draft in life.drafts.items()
        if version > (standing.version if standing else 0)
        and version not in life.revocations
        and draft.document.effective.from_ <= today
        and not _over(life, version, today)
        and view.approval(directive, version) is not None
        and view.held(directive, version) is None
    ]
    return max(found, default=None)


def due(view: ControlView, book: DirectiveBook, now: datetime) -> Iterator[ControlEvent]:
    """Versions in force that must end: revoked by their author, or past their last day."""
    today = view.business_date
    for directive, life in book.lives.items():
        standing = view.directive(directive)
        if standing is None or not standing.in_force:
            continue
        version = standing.version
        if (revocation := life.revocations.get(version)) is not None:
            yield withdraw(directive, version, "REVOKED", revocation.by, revocation.legal_basis, now)
        # A successor about to be judged takes its place in one event: nobody both mean goes out and in.
        elif today is not None and _over(life, version, today) and candidate(view, directive, life) is None:
            until = life.drafts[version].document.effective.until
            yield withdraw(directive, version, "EXPIRED", HUB, _in_effect_until(until), now)


def withdraw(
    directive: str, version: int, state: WithdrawnState, by: str, basis: str, now: datetime
) -> ControlEvent:
    """The event that ends a version."""
    body = DirectiveWithdrawn(directive, version, state)
    return decide(directive_subject(directive), version, WITHDRAWN_STEP, by, basis, now, body)


@dataclass(frozen=True, slots=True)
class VersionState:
    """Where one version of a directive stands, who brought it there and on what basis."""

    version: int
    state: DirectiveState
    document: str
    by: str
    legal_basis: str
    preview: PreviewFigures | None = None
    bounds: Bounds | None = None
    approved_by: str | None = None
    rollout_paused_at: date | None = None
    notes: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether nothing can become of it any more."""
        return self.state in _ENDED


def version_states(view: ControlView, directive: str, life: Life) -> list[VersionState]:
    """All valid versions of a directive, lowest first."""
    return [_version_state(view, directive, life, version) for version in sorted(life.drafts)]


def _version_state(view: ControlView, directive: str, life: Life, version: int) -> VersionState:
    approval, held = view.approval(directive, version), view.held(directive, version)
    state, by, basis = _step(view, directive, life, version)
    standing = view.directive(directive)
    paused = standing.rollout_paused_at if standing and standing.version == version else None
    return VersionState(
        version,
        state,
        life.drafts[version].canonical,
        by,
        basis,
        _figures(view, directive, version),
        approval.body.bounds if approval else None,
        approval.event.by if approval else None,
        paused,
        _why_held(view, directive, version) if held and state == "HELD" else (),
    )


def _step(view: ControlView, directive: str, life: Life, version: int) -> tuple[DirectiveState, str, str]:
    """The state of a version; by whom, on what basis."""
    today, standing = view.business_date, view.directive(directive)
    if standing is not None and version == standing.version:
        return standing.state, standing.by, standing.basis
    if version in life.revocations:
        return "REVOKED", *life.author(version)
    if standing is not None and version < standing.version:
        return "SUPERSEDED", standing.by, standing.basis
    if today is not None and _over(life, version, today):
        until = life.drafts[version].document.effective.until
        return "EXPIRED", HUB, f"{_in_effect_until(until)}, never in force"
    if (held := view.held(directive, version)) is not None:
        return "HELD", held.event.by, held.event.basis
    if (approval := view.approval(directive, version)) is not None:
        begun = today is not None and life.drafts[version].document.effective.from_ <= today
        return "APPROVED" if begun else "SCHEDULED", approval.event.by, approval.event.basis
    if (previewed := view.previewed(directive, version)) is not None:
        return "PREVIEWED", previewed.event.by, previewed.event.basis
    return "DRAFTED", *life.author(version)


def _figures(view: ControlView, directive: str, version: int) -> PreviewFigures | None:
    """What was last seen of a version: its newest preview, or the one that held it if that came later."""
    previewed, held = view.previewed(directive, version), view.held(directive, version)
    if held is not None and (previewed is None or previewed.offset < held.offset):
        return held.body.figures
    return previewed.body.figures if previewed else None


def _why_held(view: ControlView, directive: str, version: int) -> tuple[str, ...]:
    held, approval = view.held(directive, version), view.approval(directive, version)
    assert held is not None
    assert approval is not None
    seen = view.figures(directive, version, approval.body.digest)
    changed = differences(seen, held.body.figures) if seen else ()
    return *held.body.exceeded, *changed, "a new preview and a new approval let it try again"


def _over(life: Life, version: int, today: date) -> bool:
    draft = life.drafts.get(version)
    until = draft.document.effective.until if draft else None
    return until is not None and until < today


def _in_effect_until(until: date | None) -> str:
    return f"in effect until {until.isoformat() if until else 'withdrawn'}"
