"""What operators ask: each command is carried out or refused with every reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.events import Command, ControlEvent, PolicyInForce
from schemas.names import CommandKind
from streams.control.clock import set_date
from streams.control.decisions import POLICY, decide
from streams.control.directives import withdraw
from streams.control.drafts import DirectiveBook
from streams.control.fold import ControlView
from streams.control.personal import text_faults

# Membership data begins with the first social security law of 1977, and policy data ends long before 2100.
_EARLIEST, _LATEST = date(1978, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer to a command: reasons to refuse it, or else the events it leads to (possibly none)."""

    reasons: tuple[str, ...] = ()
    events: tuple[ControlEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Hub:
    """What a command is judged by. ``policies`` are the policy versions of this release, oldest first."""

    view: ControlView
    book: DirectiveBook
    policies: Sequence[str]


class _Arguments(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _AdvanceDate(_Arguments):
    to: date = Field(ge=_EARLIEST, le=_LATEST)


class _SetPolicy(_Arguments):
    policy: str = Field(min_length=1)


class _DirectiveVersion(_Arguments):
    directive: str = Field(min_length=1)
    version: int = Field(ge=1)


def rule(command: Command, hub: Hub, now: datetime) -> Ruling:
    """Judge a command by what hub.control says now. All reasons to refuse come at once."""
    reasons = [*text_faults("by", command.by), *text_faults("basis", command.basis)]
    arguments, faults = _read(_ARGUMENTS[command.kind], command.payload)
    if arguments is None:
        return Ruling((*reasons, *faults))
    ruling = _RULES[command.kind](command, arguments, hub, now)
    if reasons or ruling.reasons:
        return Ruling((*reasons, *ruling.reasons))
    return ruling


def first_policy(view: ControlView, policies: Sequence[str], by: str, now: datetime) -> ControlEvent | None:
    """The newest policy tables of this release, if no policy is in force yet."""
    if view.policy is not None or not policies:
        return None
    return _policy_event(view, policies[-1], by, "first start of the hub", now)


def _read(kind: type[_Arguments], payload: str) -> tuple[_Arguments | None, list[str]]:
    try:
        return kind.model_validate_json(payload), []
    except ValidationError as invalid:
        faults = []
        for fault in invalid.errors(include_input=False, include_url=False):
            # Names of unknown fields come from outside; only fields of ours are repeated.
            path = ".".join(str(part) for part in fault["loc"] if str(part) in kind.model_fields)
            faults.append(f"payload{'.' + path if path else ''}: {_plain(fault['type'], fault['msg'])}")
        return None, faults


def _plain(kind: str, message: str) -> str:
    if kind == "json_invalid":
        return "is not a JSON object"
    return message[:1].lower() + message[1:]


def _advance(command: Command, arguments: _Arguments, hub: Hub, now: datetime) -> Ruling:
    assert isinstance(arguments, _AdvanceDate)
    current = hub.view.business_date
    if current is not None and arguments.to <= current:
        return Ruling(
            (
                f"payload.to: {arguments.to.isoformat()} is not after the business date "
                f"{current.isoformat()}; it only rises",
            )
        )
    return Ruling(events=(set_date(arguments.to, command.by, command.basis, now),))


def _set_policy(command: Command, arguments: _Arguments, hub: Hub, now: datetime) -> Ruling:
    assert isinstance(arguments, _SetPolicy)
    if arguments.policy not in hub.policies:
        return Ruling((f"payload.policy: this release has {', '.join(hub.policies)}",))
    if arguments.policy == hub.view.policy:
        return Ruling((f"payload.policy: {arguments.policy} is already in force",))
    event = _policy_event(hub.view, arguments.policy, command.by, command.basis, now)
    return Ruling(events=(event,))


def _policy_event(view: ControlView, policy: str, by: str, basis: str, now: datetime) -> ControlEvent:
    return decide(POLICY, view.policy_number + 1, 0, by, basis, now, PolicyInForce(policy))


def _approve(command: Command, arguments: _Arguments, hub: Hub, now: datetime) -> Ruling:
    """Recorded as information: a valid draft is enough to come into force."""
    assert isinstance(arguments, _DirectiveVersion)
    life = hub.book.lives.get(arguments.directive)
    if life is None or arguments.version not in life.drafts:
        return Ruling(("payload: there is no such version of such a directive; `jangkau directive list`",))
    if arguments.version in life.revocations:
        return Ruling(("payload.version: it was revoked; its author drafts a higher version",))
    return Ruling()


def _revoke(command: Command, arguments: _Arguments, hub: Hub, now: datetime) -> Ruling:
    assert isinstance(arguments, _DirectiveVersion)
    standing = hub.view.directive(arguments.directive)
    if standing is None or not standing.in_force:
        return Ruling(
            (
                "payload.directive: no version of it is in force; "
                "what is only scheduled is revoked by its author with a REVOKED event",
            )
        )
    if standing.version != arguments.version:
        return Ruling((f"payload.version: version {standing.version} is in force, name that one",))
    event = withdraw(arguments.directive, arguments.version, "REVOKED", command.by, command.basis, now)
    return Ruling(events=(event,))


_ARGUMENTS: dict[CommandKind, type[_Arguments]] = {
    "ADVANCE_BUSINESS_DATE": _AdvanceDate,
    "SET_POLICY": _SetPolicy,
    "APPROVE_DIRECTIVE": _DirectiveVersion,
    "REVOKE_DIRECTIVE": _DirectiveVersion,
}

_RULES: dict[CommandKind, Callable[[Command, _Arguments, Hub, datetime], Ruling]] = {
    "ADVANCE_BUSINESS_DATE": _advance,
    "SET_POLICY": _set_policy,
    "APPROVE_DIRECTIVE": _approve,
    "REVOKE_DIRECTIVE": _revoke,
}
