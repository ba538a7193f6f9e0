"""Directives as text: the list, and one of them with its whole life."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date

from deploy.query.directives import PAUSED, RESUMED, Step
from deploy.view import wording
from deploy.view.numbers import count, day, moment
from deploy.view.preview import DIGEST_SHOWN, summary
from deploy.view.quarantine import masked
from deploy.view.regions import RegionNames
from deploy.view.wording import Words, words
from schemas.directive import DirectiveDocument
from schemas.events import (
    Bounds,
    DirectiveApproved,
    DirectiveHeld,
    DirectiveInForce,
    DirectivePreviewed,
    DirectiveStatus,
)

_STEPS = wording.DIRECTIVE_STATE | {
    PAUSED: Words("penahapan dijeda", "rollout paused"),
    RESUMED: Words("penahapan dilanjutkan", "rollout resumed"),
}


def state_text(status: DirectiveStatus) -> str:
    """The state in Indonesian and as it is on the wire, and whether its rollout stands still."""
    paused = "  dijeda / paused" if status.rollout_paused_at is not None else ""
    return f"{words(wording.DIRECTIVE_STATE, status.state).indonesian} / {status.state}{paused}"


def dates_text(document: DirectiveDocument | None) -> str:
    """When it is in effect."""
    if document is None:
        return ""
    until = document.effective.until
    return f"  {document.effective.from_.isoformat()}…{until.isoformat() if until else ''}"


def list_line(name: str, status: DirectiveStatus, document: DirectiveDocument | None) -> str:
    """One version on one line."""
    title = f"  {document.title}" if document else ""
    return f"{name} v{status.version}  {state_text(status)}{dates_text(document)}{title}"


def life_lines(steps: Sequence[Step]) -> list[str]:
    """Every step, oldest first: when, what, who, on what basis, and its figures below."""
    return ["Riwayat / life", *(line for step in steps for line in _step(step))]


def standing_lines(
    status: DirectiveStatus, document: DirectiveDocument | None, today: date | None, names: RegionNames
) -> list[str]:
    """What is to be known of one version now: preview, bounds, what it waits for, where it has come to."""
    return list(_standing(status, document, today, names))


def bounds_text(bounds: Bounds) -> str:
    """Bounds on one line, under the names the document and the options give them."""
    return ", ".join(f"{each.name} {count(getattr(bounds, each.name))}" for each in fields(Bounds))


def _step(step: Step) -> Iterator[str]:
    said = words(_STEPS, step.what)
    # An event is on the log before anyone has looked at it, so that it may hold what it should not.
    who, basis = masked(step.by), masked(step.basis)
    yield f"  {moment(step.at)}  v{step.version}  {said.indonesian} / {step.what}  {who}: {basis}"
    match step.body:
        case DirectivePreviewed(figures=figures):
            yield f"      {summary(figures)}  {figures.digest[:DIGEST_SHOWN]}"
        case DirectiveApproved(digest=digest, bounds=bounds):
            yield f"      pratinjau / preview {digest[:DIGEST_SHOWN]}; {bounds_text(bounds)}"
        case DirectiveHeld(figures=figures, exceeded=exceeded):
            yield f"      {summary(figures)}"
            yield from (f"      ! {each}" for each in exceeded)
        case DirectiveInForce(rollout_paused_at=paused) if paused is not None:
            yield f"      per / as of {day(paused)}"
    yield from (f"      {masked(fault)}" for fault in step.faults)


def _standing(
    status: DirectiveStatus, document: DirectiveDocument | None, today: date | None, names: RegionNames
) -> Iterator[str]:
    if (figures := status.preview) is not None:
        yield f"  Pratinjau / preview ({day(figures.business_date)}, {figures.digest[:DIGEST_SHOWN]})"
        yield f"    {summary(figures)}"
    if status.bounds is not None:
        yield f"  Batas yang disetujui / approved bounds: {bounds_text(status.bounds)}"
        yield f"    oleh / by {status.approved_by or '?'}"
    if status.notes:
        yield "  Catatan / notes"
        yield from (f"    ! {note}" for note in status.notes)
    if document is not None and document.rollout:
        yield "  Bertahap / rollout"
        yield from _rollout(document, status, today, names)


def _rollout(
    document: DirectiveDocument, status: DirectiveStatus, today: date | None, names: RegionNames
) -> Iterator[str]:
    paused = status.rollout_paused_at
    now = min((each for each in (today, paused) if each is not None), default=None)
    for step in document.rollout:
        reached = status.state == "IN_FORCE" and now is not None and step.from_ <= now
        places = ", ".join(f"{code} {names.name(code.text)}" for code in step.regions)
        yield (
            f"    {'✓' if reached else '·'} {step.from_.isoformat()}  "
            f"{places or 'di mana pun arahan berlaku / everywhere the directive means'}"
        )
    if paused is not None:
        yield f"    dijeda sejak / paused since {paused.isoformat()}"
