"""coverage.directives: one status per step, and the standing always the last record under a key."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from schemas.events import DirectiveStatus
from streams.control.directives import VersionState, version_states
from streams.control.drafts import DirectiveBook, Step
from streams.control.fold import ControlView

Published = tuple[str, DirectiveStatus]
"""Key (directive id) and value for coverage.directives."""

Waiting = Mapping[tuple[str, int], str]
"""What the activation of a version waits for, in words, by directive and version."""

_ENDED = ("SUPERSEDED", "REVOKED", "EXPIRED")
_Told = tuple[object, ...]


class StatusBook:
    """What was last published of each version, so that only steps are published.

    Fill it with ``remember`` from coverage.directives before the first ``changes``.
    """

    def __init__(self) -> None:
        self._said: dict[str, dict[int, _Told]] = {}
        self.waiting: Waiting = {}

    def remember(self, directive: str, status: DirectiveStatus) -> None:
        """A status that is on the topic."""
        if status.state != "REJECTED":
            self._said.setdefault(directive, {})[status.version] = _told(status)

    def changes(self, view: ControlView, book: DirectiveBook, now: datetime) -> Iterator[Published]:
        """A status for each version whose state changed since it was last published."""
        for directive in book.lives:
            states = _states(view, book, directive)
            statuses = self._statuses(view, directive, states, now)
            said = self._said.get(directive, {})
            last = max(said, default=0)
            changed = [
                state
                for state in states
                if said.get(state.version) != _told(statuses[state.version])
                # The topic is compacted: of an ended version below the standing no record may be left.
                and not (state.ended and state.version < last and state.version not in said)
            ]
            if changed:
                yield from self._publish(directive, changed, states, statuses)

    def answer(
        self, step: Step, view: ControlView, book: DirectiveBook, now: datetime
    ) -> Iterator[Published]:
        """What to publish for one directive event, whether it is new or a repeat."""
        states = _states(view, book, step.directive)
        if step.faults:
            yield step.directive, _rejected(view, step, now)
        meant = [] if step.faults else [state for state in states if state.version == step.version]
        if states:
            statuses = self._statuses(view, step.directive, states, now)
            yield from self._publish(step.directive, meant, states, statuses)

    def _statuses(
        self, view: ControlView, directive: str, states: Iterable[VersionState], now: datetime
    ) -> dict[int, DirectiveStatus]:
        return {state.version: _status(view, directive, state, now, self.waiting) for state in states}

    def _publish(
        self,
        directive: str,
        meant: Iterable[VersionState],
        states: list[VersionState],
        statuses: Mapping[int, DirectiveStatus],
    ) -> Iterator[Published]:
        """These versions, the standing one last: who reads only the last record must read that."""
        alive = [state for state in states if not state.ended]
        standing = (alive or states)[-1]
        for state in [*(state for state in meant if state.version != standing.version), standing]:
            status = statuses[state.version]
            self.remember(directive, status)
            yield directive, status


def _told(status: DirectiveStatus) -> _Told:
    """What makes a status differ; of an ended version only that it ended."""
    if status.state in _ENDED:
        return (status.state,)
    return (
        status.state,
        status.in_force_version,
        status.preview.digest if status.preview else None,
        status.preview.control_offset if status.preview else None,
        status.bounds,
        status.approved_by,
        status.rollout_paused_at,
        status.notes,
    )


def _states(view: ControlView, book: DirectiveBook, directive: str) -> list[VersionState]:
    life = book.lives.get(directive)
    return version_states(view, directive, life) if life else []


def _in_force(view: ControlView, directive: str) -> int | None:
    standing = view.directive(directive)
    return standing.version if standing and standing.in_force else None


def _status(
    view: ControlView, directive: str, state: VersionState, now: datetime, waiting: Waiting
) -> DirectiveStatus:
    waits = waiting.get((directive, state.version)) if state.state == "APPROVED" else None
    return DirectiveStatus(
        version=state.version,
        state=state.state,
        faults=(),
        document=state.document,
        in_force_version=_in_force(view, directive),
        preview=state.preview,
        bounds=state.bounds,
        approved_by=state.approved_by,
        rollout_paused_at=state.rollout_paused_at,
        notes=state.notes + ((waits,) if waits else ()),
        by=state.by,
        legal_basis=state.legal_basis,
        business_date=view.business_date,
        updated_at=now,
    )


def _rejected(view: ControlView, step: Step, now: datetime) -> DirectiveStatus:
    return DirectiveStatus(
        version=step.version,
        state="REJECTED",
        faults=step.faults,
        document=None,
        in_force_version=_in_force(view, step.directive),
        preview=None,
        bounds=None,
        approved_by=None,
        rollout_paused_at=None,
        notes=(),
        by=step.by,
        legal_basis=step.legal_basis,
        business_date=view.business_date,
        updated_at=now,
    )


def in_force_documents(view: ControlView) -> Mapping[str, str]:
    """Directive id to canonical document of all directives in force."""
    return {
        directive: standing.document
        for directive, standing in view.directives().items()
        if standing.document is not None
    }
