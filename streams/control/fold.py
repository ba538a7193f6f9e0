"""hub.control read back: per subject the highest (version, step) wins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from schemas.events import (
    BusinessDateSet,
    ControlEvent,
    DirectiveInForce,
    DirectiveWithdrawn,
    PolicyInForce,
    StateGeneration,
)
from schemas.names import WithdrawnState
from streams.control.decisions import (
    DATE,
    POLICY,
    directive_of,
    directive_subject,
    generation_subject,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What hub.control last said of one directive. ``document`` is set while it is in force."""

    version: int
    state: Literal["IN_FORCE"] | WithdrawnState
    by: str
    basis: str
    document: str | None = None

    @property
    def in_force(self) -> bool:
        """Whether it decides now."""
        return self.document is not None


class ControlView:
    """The fold of hub.control, and which commands it shows to have been carried out.

    Folding is a join: repeats and any lower (version, step) change nothing, so reading the log
    again, or a second worker writing the same decisions, does no harm.
    """

    def __init__(self) -> None:
        self._top: dict[str, ControlEvent] = {}
        self._carried_out: dict[str, list[str]] = {}

    def fold(self, event: ControlEvent, command: str | None = None) -> bool:
        """Take one event in log order; true if it changed what holds."""
        held = self._top.get(event.subject)
        if held is not None and (event.version, event.step) <= (held.version, held.step):
            return False
        self._top[event.subject] = event
        if command is not None:
            self._carried_out.setdefault(command, []).append(event.event_id)
        return True

    def holds(self, event: ControlEvent) -> bool:
        """Whether this decision, or a later one on its subject, is already on the log."""
        held = self._top.get(event.subject)
        return held is not None and (event.version, event.step) <= (held.version, held.step)

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
        held = self._top.get(POLICY)
        return held.version if held else 0

    def generation(self, partition: int) -> int:
        """The state generation of a partition, 0 before its first rebuild."""
        body = self._body(generation_subject(partition))
        return body.generation if isinstance(body, StateGeneration) else 0

    def directive(self, directive: str) -> Standing | None:
        """What was last decided about a directive, None if nothing was."""
        event = self._top.get(directive_subject(directive))
        return _standing(event) if event else None

    def directives(self) -> Mapping[str, Standing]:
        """Every directive something was decided about."""
        named = ((directive_of(subject), event) for subject, event in self._top.items())
        found = {name: _standing(event) for name, event in named if name is not None}
        return {name: standing for name, standing in found.items() if standing is not None}

    def top(self) -> Mapping[str, ControlEvent]:
        """The winning event of each subject."""
        return dict(self._top)

    def _body(self, subject: str) -> object:
        event = self._top.get(subject)
        return event.body if event else None


def _standing(event: ControlEvent) -> Standing | None:
    body = event.body
    if isinstance(body, DirectiveInForce):
        return Standing(body.version, "IN_FORCE", event.by, event.basis, body.document)
    if isinstance(body, DirectiveWithdrawn):
        return Standing(body.version, body.state, event.by, event.basis)
    return None
