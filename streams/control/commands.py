"""What operators ask: each command is carried out or refused with every reason."""

from collections.abc import Callable
from datetime import datetime

from schemas.events import Command
from schemas.names import CommandKind
from streams.control.approvals import Approve, approve
from streams.control.holding import DecideHolds, SetGuard, decide_holds, set_guard
from streams.control.inputs import ResumeInput, resume_input
from streams.control.interventions import pause_rollout, resume_rollout, revoke
from streams.control.operations import AdvanceDate, SetPolicy, advance_date, set_policy
from streams.control.people import OnePerson, erase, reinstate
from streams.control.personal import text_faults
from streams.control.questions import Preview, preview
from streams.control.ruling import Arguments, Asking, DirectiveVersion, Hub, Ruling, read

Rule = Callable[[Asking, Arguments, Hub, datetime], Ruling]

_TABLE: dict[CommandKind, tuple[type[Arguments], Rule]] = {
    "ADVANCE_BUSINESS_DATE": (AdvanceDate, advance_date),
    "SET_POLICY": (SetPolicy, set_policy),
    "PREVIEW_DIRECTIVE": (Preview, preview),
    "APPROVE_DIRECTIVE": (Approve, approve),
    "REVOKE_DIRECTIVE": (DirectiveVersion, revoke),
    "PAUSE_ROLLOUT": (DirectiveVersion, pause_rollout),
    "RESUME_ROLLOUT": (DirectiveVersion, resume_rollout),
    "SET_GUARD": (SetGuard, set_guard),
    "DECIDE_HOLDS": (DecideHolds, decide_holds),
    "ERASE_PERSON": (OnePerson, erase),
    "REINSTATE_PERSON": (OnePerson, reinstate),
    "RESUME_INPUT": (ResumeInput, resume_input),
}


def rule(identity: str, command: Command, hub: Hub, now: datetime) -> Ruling:
    """Judge a command by what hub.control says now. All reasons to refuse come at once."""
    reasons = [*text_faults("by", command.by), *text_faults("basis", command.basis)]
    kind, judge = _TABLE[command.kind]
    arguments, faults = read(kind, command.payload)
    if arguments is None:
        return Ruling((*reasons, *faults))
    ruling = judge(Asking(identity, command), arguments, hub, now)
    if reasons or ruling.reasons:
        return Ruling((*reasons, *ruling.reasons))
    return ruling
