"""PREVIEW_DIRECTIVE: what a submitted draft, or a document that was never submitted, would do."""

from collections.abc import Iterator
from datetime import datetime

from schemas.directive import DirectiveInvalid, parse_directive
from schemas.events import ControlEvent, PreviewWanted
from schemas.names import PreviewPurpose
from streams.control.activation import preview_id
from streams.control.decisions import decide, preview_subject
from streams.control.ruling import Arguments, Asking, Hub, Ruling, expect, unknown_version

_NO_DATE = (
    "payload: the hub has no business date yet, and ages are asked at one; "
    "`jangkau clock advance --to` sets the first"
)
_FORM = "payload: name a directive and its version, or give a document, not both"


class Preview(Arguments):
    """PREVIEW_DIRECTIVE: a directive and its version, or a document (YAML or JSON)."""

    directive: str | None = None
    version: int | None = None
    document: str | None = None


def preview(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """Ask every partition. The outcome of the command follows when all have answered."""
    asked = expect(arguments, Preview)
    reasons = [_NO_DATE] if hub.view.business_date is None else []
    if asked.document is not None:
        if asked.directive is not None or asked.version is not None:
            return Ruling((*reasons, _FORM))
        return _what_if(asking, asked.document, reasons, now)
    if asked.directive is None or asked.version is None:
        return Ruling((*reasons, _FORM))
    reasons += _not_to_preview(hub, asked.directive, asked.version)
    if reasons:
        return Ruling(tuple(reasons))
    canonical = hub.book.lives[asked.directive].drafts[asked.version].canonical
    return Ruling(events=(_wanted(asking, "DRAFT", asked.directive, asked.version, canonical, now),))


def _what_if(asking: Asking, text: str, reasons: list[str], now: datetime) -> Ruling:
    try:
        document = parse_directive(text)
    except DirectiveInvalid as invalid:
        return Ruling((*reasons, *(f"payload.document: {fault}" for fault in invalid.faults)))
    if reasons:
        return Ruling(tuple(reasons))
    canonical = document.canonical_json()
    return Ruling(events=(_wanted(asking, "WHAT_IF", document.id, document.version, canonical, now),))


def _not_to_preview(hub: Hub, directive: str, version: int) -> Iterator[str]:
    if (unknown := unknown_version(hub, directive, version)) is not None:
        yield unknown
        return
    standing = hub.view.directive(directive)
    if version in hub.book.lives[directive].revocations:
        yield "payload.version: it was revoked; its author drafts a higher version"
    elif standing is not None and standing.version >= version:
        yield (
            f"payload.version: version {standing.version} has come into force; "
            "what it does is on coverage.regions"
        )


def _wanted(
    asking: Asking, purpose: PreviewPurpose, directive: str, version: int, document: str, now: datetime
) -> ControlEvent:
    identity = preview_id("command", asking.identity)
    wanted = PreviewWanted(identity, 1, purpose, directive, version, document)
    command = asking.command
    return decide(preview_subject(identity), 1, 0, command.by, command.basis, now, wanted)
