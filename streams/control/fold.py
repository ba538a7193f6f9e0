"""hub.control read back: per subject the highest (version, step) wins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

from schemas.events import (
    BusinessDateSet,
    ControlEvent,
    DirectiveApproved,
    DirectiveHeld,
    DirectiveInForce,
    DirectivePreviewed,
    DirectiveWithdrawn,
    GuardGranted,
    GuardLimitSet,
    PersonErased,
    PolicyInForce,
    PreviewFigures,
    PreviewWanted,
    StateGeneration,
)
from schemas.names import WithdrawnState
from streams.control.decisions import (
    DATE,
    GUARD,
    POLICY,
    approval_subject,
    directive_of,
    directive_subject,
    generation_subject,
    guard_limit_subject,
    held_subject,
    limited_regency,
    preview_subject,
    previewed_subject,
    slot,
)

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Standing:
    """What hub.control last said of one directive. ``document`` is set while it is in force."""

    version: int
    state: Literal["IN_FORCE"] | WithdrawnState
    by: str
    basis: str
    step: int
    document: str | None = None
    rollout_paused_at: date | None = None

    @property
    def in_force(self) -> bool:
        """Whether it decides now."""
        return self.document is not None


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that holds, its offset on hub.control, and the command it answers."""

    event: ControlEvent
    offset: int
    command: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the engines, as its newest attempt lies on hub.control."""

    wanted: PreviewWanted
    event: ControlEvent
    offset: int
    command: str | None


@dataclass(frozen=True, slots=True)
class Recorded(Generic[B]):
    """What holds of one version of a directive: the newest such event, and its offset."""

    body: B
    event: ControlEvent
    offset: int


class ControlView:
    """The fold of hub.control, and which commands it shows to have been carried out.

    Folding is a join: repeats and any lower (version, step) change nothing, so reading the log
    again, or a second worker writing the same decisions, does no harm.
    """

    def __init__(self) -> None:
        self._top: dict[tuple[str, int], Taken] = {}
        self._carried_out: dict[str, list[str]] = {}
        self._seen: dict[tuple[str, int, str], PreviewFigures] = {}
        self._next = 0
        self.erasures: list[Taken] = []
        """Every erasure of a person, reinstated since or not, oldest first."""

    def fold(self, event: ControlEvent, command: str | None = None, offset: int | None = None) -> bool:
        """Take one event in log order; true if it changed what holds.

        ``offset`` is its place on hub.control; who reads the log from its first record may leave it out.
        """
        place = self._next if offset is None else offset
        self._next = max(self._next, place + 1)
        held = self._top.get(slot(event))
        if held is not None and (event.version, event.step) <= (held.event.version, held.event.step):
            return False
        self._top[slot(event)] = taken = Taken(event, place, command)
        if command is not None:
            self._carried_out.setdefault(command, []).append(event.event_id)
        if isinstance(event.body, PersonErased):
            self.erasures.append(taken)
        if isinstance(event.body, DirectivePreviewed):
            seen = event.body
            self._seen[seen.directive, seen.version, seen.figures.digest] = seen.figures
        return True

    def holds(self, event: ControlEvent) -> bool:
        """Whether this decision, or a later one on its subject, is already on the log."""
        held = self._top.get(slot(event))
        return held is not None and (event.version, event.step) <= (held.event.version, held.event.step)

    def carried_out(self, command: str) -> tuple[str, ...]:
        """Ids of the events a command has led to."""
        return tuple(self._carried_out.get(command, ()))

    @property
    def business_date(self) -> date | None:
        """The business date, None before the first."""
        body = self._body(DATE)
        return body.date if isinstance(body, BusinessDateSet) else None

    @property
    def policy(self) -> str | None:
        """Version name of the policy tables in force."""
        body = self._body(POLICY)
        return body.policy if isinstance(body, PolicyInForce) else None

    @property
    def policy_number(self) -> int:
        """The rising number of that policy event, 0 before the first."""
        held = self._top.get((POLICY, 0))
        return held.event.version if held else 0

    def generation(self, partition: int) -> int:
        """The state generation of a partition, 0 before its first rebuild."""
        body = self._body(generation_subject(partition))
        return body.generation if isinstance(body, StateGeneration) else 0

    def directive(self, directive: str) -> Standing | None:
        """What was last decided about a directive, None if nothing was."""
        taken = self._top.get((directive_subject(directive), 0))
        return _standing(taken.event) if taken else None

    def directives(self) -> Mapping[str, Standing]:
        """Every directive something was decided about."""
        named = ((directive_of(subject), taken.event) for (subject, _), taken in self._top.items())
        found = {name: _standing(event) for name, event in named if name is not None}
        return {name: standing for name, standing in found.items() if standing is not None}

    def previews(self) -> Iterator[Asked]:
        """Every question that was ever asked, as its newest attempt."""
        for taken in self._top.values():
            if isinstance(taken.event.body, PreviewWanted):
                yield Asked(taken.event.body, taken.event, taken.offset, taken.command)

    def preview(self, preview: str) -> Asked | None:
        """The newest attempt of one question."""
        taken = self._top.get((preview_subject(preview), 0))
        if taken is None or not isinstance(taken.event.body, PreviewWanted):
            return None
        return Asked(taken.event.body, taken.event, taken.offset, taken.command)

    def previewed(self, directive: str, version: int) -> Recorded[DirectivePreviewed] | None:
        """The newest preview of a version."""
        return self._recorded(previewed_subject(directive), version, DirectivePreviewed)

    def approval(self, directive: str, version: int) -> Recorded[DirectiveApproved] | None:
        """The newest approval of a version."""
        return self._recorded(approval_subject(directive), version, DirectiveApproved)

    def held(self, directive: str, version: int) -> Recorded[DirectiveHeld] | None:
        """Why the newest approval of a version did not bring it into force; None if it was not held."""
        held = self._recorded(held_subject(directive), version, DirectiveHeld)
        approval = self.approval(directive, version)
        return held if held and approval and held.event.step >= approval.event.step else None

    def figures(self, directive: str, version: int, digest: str) -> PreviewFigures | None:
        """The preview of a version that an approval names."""
        return self._seen.get((directive, version, digest))

    def granted(self) -> Recorded[GuardGranted] | None:
        """What may leave on the newest date that has a grant."""
        return self._recorded(GUARD, 0, GuardGranted)

    def guard_limit(self, regency: str) -> Recorded[GuardLimitSet] | None:
        """The limit last set for a regency."""
        return self._recorded(guard_limit_subject(regency), 0, GuardLimitSet)

    def guard_limits(self) -> Mapping[str, Recorded[GuardLimitSet]]:
        """The limits last set, by regency."""
        named = (limited_regency(subject) for subject, _ in self._top)
        found = {name: self.guard_limit(name) for name in named if name is not None}
        return {name: limit for name, limit in found.items() if limit is not None}

    def last(self, subject: str) -> ControlEvent | None:
        """What was last decided about a subject; None if nothing was."""
        taken = self._top.get((subject, 0))
        return taken.event if taken else None

    def place(self, subject: str) -> int:
        """Offset of the event that holds for a subject, -1 without one."""
        taken = self._top.get((subject, 0))
        return taken.offset if taken else -1

    def top(self) -> Mapping[str, ControlEvent]:
        """The winning event of each subject; of what is known of each version, ``subject@version``."""
        return {
            f"{subject}@{version}" if version else subject: taken.event
            for (subject, version), taken in self._top.items()
        }

    def _recorded(self, subject: str, version: int, kind: type[B]) -> Recorded[B] | None:
        taken = self._top.get((subject, version))
        if taken is None or not isinstance(taken.event.body, kind):
            return None
        return Recorded(taken.event.body, taken.event, taken.offset)

    def _body(self, subject: str) -> object:
        taken = self._top.get((subject, 0))
        return taken.event.body if taken else None


def _standing(event: ControlEvent) -> Standing | None:
    body = event.body
    if isinstance(body, DirectiveInForce):
        return Standing(
            body.version,
            "IN_FORCE",
            event.by,
            event.basis,
            event.step,
            body.document,
            body.rollout_paused_at,
        )
    if isinstance(body, DirectiveWithdrawn):
        return Standing(body.version, body.state, event.by, event.basis, event.step)
    return None
