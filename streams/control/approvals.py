"""APPROVE_DIRECTIVE: who has seen what a version would do lets it act within bounds."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime

from pydantic import Field

from schemas.events import Bounds, DirectiveApproved
from streams.control.bounds import exceeded, wider
from streams.control.decisions import approval_subject, decide
from streams.control.drafts import Life
from streams.control.fold import ControlView
from streams.control.ruling import Arguments, Asking, DirectiveVersion, Hub, Ruling, expect, unknown_version

_MOST = 2**31 - 1
_BOUNDS = ", ".join(field.name for field in fields(Bounds))


class ApprovedBounds(Arguments):
    """The most that may move; the last in thousandths of those meant now in a regency."""

    entering: int = Field(ge=0, le=_MOST)
    leaving: int = Field(ge=0, le=_MOST)
    leaving_regency: int = Field(ge=0, le=_MOST)
    leaving_regency_permille: int = Field(ge=0, le=1000)


class Approve(DirectiveVersion):
    """APPROVE_DIRECTIVE. What is left out is refused together with every other reason."""

    preview: str | None = None
    bounds: ApprovedBounds | None = None


def approve(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """Approve what was seen, within bounds, by somebody else than the drafter."""
    asked = expect(arguments, Approve)
    directive, version = asked.directive, asked.version
    if (unknown := unknown_version(hub, directive, version)) is not None:
        return Ruling((unknown,))
    life = hub.book.lives[directive]
    bounds = Bounds(**asked.bounds.model_dump()) if asked.bounds else None
    reasons = (
        *_ended(hub.view, life, directive, version),
        *_approved_already(hub.view, directive, version),
        *_own_draft(life, version, asking.command.by),
        *_preview_reasons(hub.view, asked),
        *_bounds_reasons(hub.view, life, asked, bounds),
    )
    if reasons or bounds is None or asked.preview is None:
        return Ruling(reasons)
    held = hub.view.approval(directive, version)
    step = held.event.step + 1 if held else 1
    body = DirectiveApproved(directive, version, asked.preview, bounds)
    subject, command = approval_subject(directive), asking.command
    return Ruling(events=(decide(subject, version, step, command.by, command.basis, now, body),))


def _ended(view: ControlView, life: Life, directive: str, version: int) -> Iterator[str]:
    standing, today = view.directive(directive), view.business_date
    until = life.drafts[version].document.effective.until
    if version in life.revocations or (
        standing is not None and standing.version == version and not standing.in_force
    ):
        yield "payload.version: it was revoked or has ended; its author drafts a higher version"
    elif standing is not None and standing.version == version:
        yield f"payload.version: {version} is already in force"
    elif standing is not None and standing.version > version:
        yield (
            f"payload.version: version {standing.version} has come into force since; "
            "its author drafts a higher version"
        )
    elif today is not None and until is not None and until < today:
        yield (
            f"payload.version: effective.until {until.isoformat()} lies before the business date "
            f"{today.isoformat()}; its author drafts a higher version"
        )


def _approved_already(view: ControlView, directive: str, version: int) -> Iterator[str]:
    if view.approval(directive, version) is not None and view.held(directive, version) is None:
        yield (
            f"payload.version: version {version} is approved already; "
            "to change its bounds revoke it and draft a higher version"
        )


def _own_draft(life: Life, version: int, by: str) -> Iterator[str]:
    if by.strip().casefold() == life.drafts[version].by.strip().casefold():
        yield "by: whoever drafted a version does not approve it; another office approves, named with --by"


def _preview_reasons(view: ControlView, asked: Approve) -> Iterator[str]:
    directive, version = asked.directive, asked.version
    run = f"run `jangkau directive preview {directive} --version {version}`"
    previewed, held = view.previewed(directive, version), view.held(directive, version)
    if previewed is None:
        yield f"payload.preview: version {version} was never previewed; {run} and name the digest it shows"
    elif held is not None and previewed.offset < held.offset:
        yield f"payload.preview: version {version} was held since its last preview; {run} and look again"
    elif asked.preview is None:
        yield f"payload.preview: missing; {run} and name the digest it shows"
    elif asked.preview != previewed.body.figures.digest:
        yield (
            "payload.preview: is not the newest preview of this version, which has digest "
            f"{previewed.body.figures.digest}; look at that one, or {run}"
        )


def _bounds_reasons(view: ControlView, life: Life, asked: Approve, bounds: Bounds | None) -> Iterator[str]:
    if bounds is None:
        yield f"payload.bounds: missing; say the most that may move: {_BOUNDS}"
        return
    for name, says, most in wider(bounds, life.drafts[asked.version].document.bounds):
        yield (
            f"payload.bounds.{name}: {says:,} is wider than the {most:,} of the directive's own bounds; "
            f"approve at most {most:,}, or its author drafts a higher version"
        )
    previewed = view.previewed(asked.directive, asked.version)
    for beyond in exceeded(previewed.body.figures, bounds) if previewed else ():
        yield f"payload.bounds.{beyond}; the preview lies outside: widen the bound or mend the draft"
