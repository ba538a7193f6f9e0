"""Commands about what is in force: revoking it, and pausing or resuming its rollout."""

from collections.abc import Iterator
from datetime import date, datetime

from schemas.directive import DirectiveDocument
from schemas.events import ControlEvent, DirectiveInForce
from streams.control.decisions import decide, directive_subject
from streams.control.directives import withdraw
from streams.control.fold import Standing
from streams.control.ruling import Arguments, Asking, DirectiveVersion, Hub, Ruling, expect

_NOT_YET = "what is not yet in force is revoked by its author with a REVOKED event"


def revoke(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """End the version in force."""
    asked, command = expect(arguments, DirectiveVersion), asking.command
    standing, reasons = _in_force(hub, asked)
    if standing is None:
        return Ruling(reasons)
    return Ruling(
        events=(withdraw(asked.directive, asked.version, "REVOKED", command.by, command.basis, now),)
    )


def pause_rollout(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """Let a rollout stand still as of the business date."""
    asked = expect(arguments, DirectiveVersion)
    standing, reasons = _in_force(hub, asked)
    if standing is None:
        return Ruling(reasons)
    today = hub.view.business_date
    assert today is not None, "nothing is in force before the first date"
    if faults := tuple(_not_to_pause(standing, today)):
        return Ruling(faults)
    return Ruling(events=(_rolled(asking, asked, standing, today, now),))


def resume_rollout(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """Let a paused rollout catch up with the business date."""
    asked = expect(arguments, DirectiveVersion)
    standing, reasons = _in_force(hub, asked)
    if standing is None:
        return Ruling(reasons)
    if standing.rollout_paused_at is None:
        return Ruling((f"payload.version: the rollout of version {asked.version} is not paused",))
    return Ruling(events=(_rolled(asking, asked, standing, None, now),))


def _in_force(hub: Hub, asked: DirectiveVersion) -> tuple[Standing | None, tuple[str, ...]]:
    standing = hub.view.directive(asked.directive)
    if standing is None or not standing.in_force:
        return None, (f"payload.directive: no version of it is in force; {_NOT_YET}",)
    if standing.version != asked.version:
        return None, (f"payload.version: version {standing.version} is in force, name that one",)
    return standing, ()


def _not_to_pause(standing: Standing, today: date) -> Iterator[str]:
    assert standing.document is not None
    rollout = DirectiveDocument.from_json(standing.document).rollout
    if standing.rollout_paused_at is not None:
        since = standing.rollout_paused_at.isoformat()
        yield f"payload.version: its rollout is paused already, as of {since}"
    elif not rollout:
        yield "payload.version: its document has no rollout; revoke it to stop it"
    elif rollout[-1].from_ <= today:
        yield (
            f"payload.version: its rollout is complete since {rollout[-1].from_.isoformat()}; "
            "revoke it to stop it"
        )


def _rolled(
    asking: Asking, asked: DirectiveVersion, standing: Standing, paused_at: date | None, now: datetime
) -> ControlEvent:
    assert standing.document is not None
    body = DirectiveInForce(asked.directive, asked.version, standing.document, paused_at)
    subject, command = directive_subject(asked.directive), asking.command
    return decide(subject, asked.version, standing.step + 1, command.by, command.basis, now, body)
