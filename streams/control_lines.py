"""A decision on hub.control as a line in a log, in the same words where it is written and where folded."""

from typing import NamedTuple

from schemas.events import (
    BusinessDateSet,
    ControlEvent,
    DirectiveApproved,
    DirectiveHeld,
    DirectiveInForce,
    DirectivePreviewed,
    DirectiveWithdrawn,
    FullReconciled,
    GuardGranted,
    GuardLimitSet,
    HoldsDecided,
    InputResumed,
    PersonErased,
    PersonReinstated,
    PolicyInForce,
    PreviewWanted,
    StateGeneration,
)


class Line(NamedTuple):
    """A message, and fields of ``monitoring.logs.fields``."""

    message: str
    fields: dict[str, object]


def control_line(event: ControlEvent, command: str | None = None) -> Line:
    """The line of a decision, and of the command it answers. It names nobody, not even who decided."""
    message, fields = _told(event)
    return Line(message, {"event": event.event_id, "command": command, **fields})


def _told(event: ControlEvent) -> Line:
    match event.body:
        case BusinessDateSet(date=day):
            return Line("business date raised", {"business_date": day})
        case PolicyInForce(policy=policy):
            return Line("policy in force", {"policy": policy})
        case PreviewWanted() as body:
            return Line(
                "preview asked",
                {
                    **_version(body),
                    "preview": body.preview,
                    "attempt": body.attempt,
                    "purpose": body.purpose,
                },
            )
        case DirectivePreviewed() as body:
            return Line("directive previewed", _version(body))
        case DirectiveApproved() as body:
            return Line("directive approved", _version(body))
        case DirectiveHeld() as body:
            return Line("directive held", {**_version(body), "reasons": len(body.exceeded)})
        case DirectiveInForce() as body:
            paused = body.rollout_paused_at is not None
            words = "directive in force, rollout paused" if paused else "directive in force"
            return Line(words, {**_version(body), "step": event.step})
        case DirectiveWithdrawn() as body:
            return Line("directive withdrawn", {**_version(body), "state": body.state})
        case GuardGranted(date=day, at_most=shares):
            persons = sum(share.persons for share in shares)
            granted = {"business_date": day, "regencies": len(shares), "persons": persons}
            return Line("guard granted", granted)
        case GuardLimitSet(regency=regency, persons=most):
            return Line("guard limit set", {"region": regency, "persons": most})
        case HoldsDecided() as body:
            words = "holds decided" if body.person is None else "hold of one person decided"
            return Line(words, {"decision": body.decision, "region": body.region})
        case PersonErased():
            return Line("person erased", {})
        case PersonReinstated():
            return Line("person reinstated", {})
        case InputResumed(topic=topic, partition=partition):
            return Line("input resumed", {"topic": topic, "partition": partition})
        case FullReconciled(agency=agency, batch=batch):
            return Line("full publication reconciled", {"agency": agency, "batch": batch})
        case StateGeneration(partition=partition, generation=generation):
            return Line("state generation raised", {"partition": partition, "generation": generation})


def _version(
    body: PreviewWanted
    | DirectivePreviewed
    | DirectiveApproved
    | DirectiveHeld
    | DirectiveInForce
    | DirectiveWithdrawn,
) -> dict[str, object]:
    return {"directive": body.directive, "version": body.version}
