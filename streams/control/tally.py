"""What the control worker counts of its own work, on the metrics of the catalogue."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from monitoring.registry import ControlMetrics
from schemas.events import ControlEvent, PreviewWanted
from schemas.names import AGENCIES, DIRECTIVE_STATES, Agency, CommandKind, PreviewPurpose
from streams.control.directives import version_states
from streams.control.drafts import DirectiveBook
from streams.control.fold import ControlView
from streams.control.receipts import OpenBatches

_EPOCH = date(1970, 1, 1)


class Tally:
    """Counts once per deed, after it."""

    def __init__(self, metrics: ControlMetrics) -> None:
        self._metrics = metrics

    def event(self, event: ControlEvent) -> None:
        """A control event was written."""
        self._metrics.events.at(event.subject.partition(":")[0]).inc()

    def command(self, kind: CommandKind, *, accepted: bool) -> None:
        """A command was answered."""
        self._metrics.commands.at(kind, _result(accepted)).inc()

    def directive_event(self, *, accepted: bool) -> None:
        """A directive event was handled."""
        self._metrics.directive_events.at(_result(accepted)).inc()

    def partial(self) -> None:
        """Counts of a partition were taken in."""
        self._metrics.partials.inc()

    def receipt(self, agency: Agency) -> None:
        """A receipt was written."""
        self._metrics.receipts.at(agency).inc()

    def asked(self, events: Iterable[ControlEvent]) -> None:
        """A command asked for a preview."""
        for event in events:
            if isinstance(event.body, PreviewWanted):
                self.preview(event.body.purpose, "asked")

    def preview(self, purpose: PreviewPurpose, step: str) -> None:
        """A preview was asked, asked again (repeated), is complete, or stayed incomplete."""
        self._metrics.previews.at(purpose, step).inc()

    def open_previews(self, number: int) -> None:
        """How many previews wait for answers."""
        self._metrics.open_previews.set(number)

    def batches(self, standing: Mapping[Agency, OpenBatches]) -> None:
        """How the batches of each agency stand."""
        for agency in AGENCIES:
            found = standing.get(agency, OpenBatches())
            self._metrics.open_batches.at(agency).set(found.batches)
            self._metrics.missing_records.at(agency).set(found.missing)
            self._metrics.mismatched_batches.at(agency).set(found.mismatched)

    def sums(self, *, incomplete: int, held: int) -> None:
        """How totals stand."""
        self._metrics.held_persons.set(held)
        self._metrics.incomplete_totals.set(incomplete)

    def standing(self, view: ControlView, book: DirectiveBook) -> None:
        """What holds now."""
        states: Counter[str] = Counter(
            version.state
            for directive, life in book.lives.items()
            for version in version_states(view, directive, life)
        )
        for state in DIRECTIVE_STATES:
            self._metrics.directive_versions.at(state).set(states[state])
        granted = view.granted()
        shares = granted.body.at_most if granted else ()
        self._metrics.granted_persons.set(sum(share.persons for share in shares))
        day = view.business_date
        self._metrics.business_date_days.set((day - _EPOCH).days if day else 0)
        in_force = sum(standing.in_force for standing in view.directives().values())
        self._metrics.directives_in_force.set(in_force)

    def read_back(self, next_offset: int) -> None:
        """How far hub.control has been read back."""
        self._metrics.read_offset.set(next_offset)


def _result(accepted: bool) -> str:
    return "accepted" if accepted else "refused"
