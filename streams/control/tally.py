"""What the control worker tells of its own work: counts on the metrics of the catalogue, lines in the log."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from monitoring.registry import ControlMetrics
from schemas.events import BatchReceipt, ControlEvent, DirectiveStatus, Outcome, PreviewWanted
from schemas.names import AGENCIES, DIRECTIVE_STATES, RECORD_CLASSES, Agency, CommandKind, PreviewPurpose
from streams.control.directives import version_states
from streams.control.drafts import DirectiveBook
from streams.control.fold import ControlView
from streams.control.receipts import OpenBatches, Standing
from streams.control_lines import control_line

log = logging.getLogger(__name__)

_EPOCH = date(1970, 1, 1)


class Tally:
    """Counts and tells once per deed, after it."""

    def __init__(self, metrics: ControlMetrics) -> None:
        self._metrics = metrics

    def event(self, event: ControlEvent, command: str | None) -> None:
        """A control event was written, in answer to a command or not."""
        line = control_line(event, command)
        log.info(line.message, extra=line.fields)
        self._metrics.events.at(event.subject.partition(":")[0]).inc()

    def command(self, identity: str, kind: CommandKind, outcome: Outcome) -> None:
        """A command was answered."""
        self._metrics.commands.at(kind, _result(outcome.result == "ACCEPTED")).inc()
        log.info(
            "command answered",
            extra={
                "command": identity,
                "kind": kind,
                "result": outcome.result,
                "reasons": len(outcome.reasons) or None,
            },
        )

    def directive_event(self, directive: str, version: int, *, faults: int) -> None:
        """A directive event was handled."""
        self._metrics.directive_events.at(_result(not faults)).inc()
        if faults:
            refused = {"directive": directive, "version": version, "reasons": faults}
            log.warning("directive refused", extra=refused)

    def directive_step(self, directive: str, status: DirectiveStatus) -> None:
        """A version of a directive stands elsewhere than before."""
        step = {"directive": directive, "version": status.version, "state": status.state}
        log.info("directive step", extra=step)

    def partial(self) -> None:
        """Counts of a partition were taken in."""
        self._metrics.partials.inc()

    def receipt(self, batch: str, receipt: BatchReceipt, became: Standing | None) -> None:
        """A receipt was written; ``became``: how the batch stands, if that is new."""
        self._metrics.receipts.at(receipt.agency).inc()
        if became is None:
            return
        counts = {name: count for name in RECORD_CLASSES if (count := getattr(receipt, name))}
        log.log(
            logging.WARNING if became == "mismatched" else logging.INFO,
            "batch %s",
            became,
            extra={"batch": batch, "agency": receipt.agency, "sent": receipt.sent, **counts},
        )

    def asked(self, events: Iterable[ControlEvent]) -> None:
        """A command asked for a preview."""
        for event in events:
            if isinstance(event.body, PreviewWanted):
                self.preview(event.body.purpose, "asked")

    def preview(self, purpose: PreviewPurpose, step: str) -> None:
        """A preview was asked, asked again (repeated), is complete, or stayed incomplete."""
        self._metrics.previews.at(purpose, step).inc()

    def preview_ended(
        self, asked: PreviewWanted, command: str | None, step: str, *, missing: int = 0
    ) -> None:
        """A preview is complete, or stayed incomplete for so many partitions that have not answered."""
        self.preview(asked.purpose, step)
        log.log(
            logging.WARNING if missing else logging.INFO,
            "preview %s",
            step,
            extra={
                "command": command,
                "preview": asked.preview,
                "purpose": asked.purpose,
                "directive": asked.directive,
                "version": asked.version,
                "attempt": asked.attempt,
                "missing": missing or None,
            },
        )

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
