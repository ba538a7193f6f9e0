"""What the control worker counts of its own work, on the metrics of the catalogue."""

from datetime import date

from monitoring.registry import ControlMetrics
from schemas.events import ControlEvent
from schemas.names import Agency, CommandKind
from streams.control.fold import ControlView

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

    def sums(self, *, incomplete: int, open_batches: int) -> None:
        """How totals and receipts stand."""
        self._metrics.incomplete_totals.set(incomplete)
        self._metrics.open_batches.set(open_batches)

    def standing(self, view: ControlView) -> None:
        """What holds now."""
        day = view.business_date
        self._metrics.business_date_days.set((day - _EPOCH).days if day else 0)
        in_force = sum(standing.in_force for standing in view.directives().values())
        self._metrics.directives_in_force.set(in_force)

    def read_back(self, next_offset: int) -> None:
        """How far hub.control has been read back."""
        self._metrics.read_offset.set(next_offset)


def _result(accepted: bool) -> str:
    return "accepted" if accepted else "refused"
