"""coverage.directives: one status per step, and the standing always the last record under a key."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from schemas.events import DirectiveStatus
from schemas.names import DirectiveState
from streams.control.directives import VersionState, version_states
from streams.control.drafts import DirectiveBook, Step
from streams.control.fold import ControlView

Published = tuple[str, DirectiveStatus]
"""Key (directive id) and value for coverage.directives."""


class StatusBook:
    """What was last published of each version, so that only steps are published.

    Fill it with ``remember`` from coverage.directives before the first ``changes``.
    """

    def __init__(self) -> None:
        self._said: dict[str, dict[int, tuple[DirectiveState, int | None]]] = {}

    def remember(self, directive: str, status: DirectiveStatus) -> None:
        """A status that is on the topic."""
        if status.state != "REJECTED":
            self._said.setdefault(directive, {})[status.version] = _told(
                status.state, status.in_force_version
            )

    def changes(self, view: ControlView, book: DirectiveBook, now: datetime) -> Iterator[Published]:
        """A status for each version whose state changed since it was last published."""
        for directive in book.lives:
            states = _states(view, book, directive)
            said = self._said.get(directive, {})
            in_force = _in_force(view, directive)
            last = max(said, default=0)
            changed = [
                state
                for state in states
                if said.get(state.version) != _told(state.state, in_force)
                # The topic is compacted: of an ended version below the standing no record may be left.
                and not (state.ended and state.version < last and state.version not in said)
            ]
            if changed:
                yield from self._publish(view, directive, changed, states, now)

    def answer(
        self, step: Step, view: ControlView, book: DirectiveBook, now: datetime
    ) -> Iterator[Published]:
        """What to publish for one directive event, whether it is new or a repeat."""
        states = {state.version: state for state in _states(view, book, step.directive)}
        if step.faults:
            in_force = _in_force(view, step.directive)
            yield (
                step.directive,
                DirectiveStatus(
                    version=step.version,
                    state="REJECTED",
                    faults=step.faults,
                    document=None,
                    in_force_version=in_force,
                    by=step.by,
                    legal_basis=step.legal_basis,
                    business_date=view.business_date,
                    updated_at=now,
                ),
            )
        meant = [] if step.faults else [states[step.version]]
        if states:
            yield from self._publish(view, step.directive, meant, list(states.values()), now)

    def _publish(
        self,
        view: ControlView,
        directive: str,
        meant: Iterable[VersionState],
        states: list[VersionState],
        now: datetime,
    ) -> Iterator[Published]:
        """These versions, the standing one last: who reads only the last record must read that."""
        alive = [state for state in states if not state.ended]
        standing = (alive or states)[-1]
        for state in [*(state for state in meant if state.version != standing.version), standing]:
            status = _status(view, directive, state, now)
            self.remember(directive, status)
            yield directive, status


def _told(state: DirectiveState, in_force: int | None) -> tuple[DirectiveState, int | None]:
    """What makes a status differ; of an ended version only that it ended."""
    return state, in_force if state in ("SCHEDULED", "IN_FORCE") else None


def _states(view: ControlView, book: DirectiveBook, directive: str) -> list[VersionState]:
    life = book.lives.get(directive)
    return version_states(life, view.directive(directive)) if life else []


def _in_force(view: ControlView, directive: str) -> int | None:
    standing = view.directive(directive)
    return standing.version if standing and standing.in_force else None


def _status(view: ControlView, directive: str, state: VersionState, now: datetime) -> DirectiveStatus:
    return DirectiveStatus(
        version=state.version,
        state=state.state,
        faults=(),
        document=state.document,
        in_force_version=_in_force(view, directive),
        by=state.by,
        legal_basis=state.legal_basis,
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
