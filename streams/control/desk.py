"""Everything the control plane knows, and its order of work: decide, write, read back, report.

No input is done before all that follows from it is on the log. Whatever a worker that died left
undone, ``review`` finds by comparing what holds with what was said, so nothing is remembered apart
from the topics.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from schemas.directive import DirectiveDocument
from schemas.errors import InvalidInput
from schemas.events import BatchManifest, Command, ControlEvent, DirectiveEvent, Outcome, Partial
from schemas.names import (
    AGENCY_RECEIPTS,
    ANSWERED_LATER,
    COVERAGE_DIRECTIVES,
    COVERAGE_REGIONS,
    HUB_OUTCOMES,
    CommandKind,
)
from schemas.policy import Policy, load_policy
from streams.control.cells import Cells
from streams.control.clock import automatic_step, calendar_day, first_date
from streams.control.commands import rule
from streams.control.decisions import HUB, Decision
from streams.control.directives import due
from streams.control.drafts import DirectiveBook, Position
from streams.control.fold import ControlView
from streams.control.generations import rebuilt
from streams.control.guard import grant
from streams.control.operations import first_policy
from streams.control.partials import PartialBook
from streams.control.ports import ControlLog
from streams.control.previewing import Known, Previewing
from streams.control.proving import proven
from streams.control.receipts import ReceiptBook
from streams.control.ruling import Hub, Ruling
from streams.control.statuses import Published, StatusBook, in_force_documents
from streams.control.tally import Tally
from streams.control.totals import TotalsBook


def shipped_tables(version: str) -> Policy | None:
    """The tables of a policy version; None for one that a newer release has brought."""
    try:
        return load_policy(version)
    except InvalidInput:
        return None


@dataclass(frozen=True, slots=True)
class DeskRules:
    """What is fixed while the worker runs.

    ``policies`` are the policy versions of this release, oldest first; ``partitions`` is the count
    of the person topics. ``automatic`` lets the calendar of ``timezone`` raise the business date;
    ``initial_date`` is the first one, if no command is to set it. ``tables`` gives those of a policy
    version, None for one this release does not have: then nothing is priced and no guard granted.
    """

    policies: Sequence[str]
    partitions: int
    timezone: ZoneInfo
    automatic: bool = True
    initial_date: date | None = None
    tables: Callable[[str], Policy | None] = shipped_tables


class Desk:
    """The control plane without its rim. One input at a time; the caller sees to that.

    ``view`` and ``book`` must hold hub.control and kemnaker.directives to their ends, and the other
    books what their topics say, before the first input.
    """

    def __init__(self, rules: DeskRules, log: ControlLog, tally: Tally) -> None:
        self._rules, self._log, self._tally = rules, log, tally
        self.view = ControlView()
        self.book = DirectiveBook()
        self.statuses = StatusBook()
        self.partials = PartialBook()
        self.totals = TotalsBook(rules.partitions)
        self.receipts = ReceiptBook(rules.partitions)
        self._answered: set[str] = set()
        self._documents: dict[str, tuple[str, DirectiveDocument]] = {}
        self._told: list[Published] = []
        known = Known(self.view, self.book, self._answered, self._tables)
        self.previews = Previewing(rules.partitions, known, log, self._carry_out, self._tell, tally)

    def remember_answer(self, command: str) -> None:
        """A command whose outcome is on hub.outcomes: it is not judged a second time."""
        self._answered.add(command)

    async def open(self, now: datetime) -> None:
        """What a hub must have before anything else: a policy, and a first date if the settings name one."""
        opening = (
            first_policy(self.view, self._rules.policies, HUB, now),
            first_date(self.view, self._rules.initial_date, now),
        )
        await self._carry_out(event for event in opening if event is not None)
        await self.review(now)

    async def on_directive(
        self, position: Position, directive: str, event: DirectiveEvent, now: datetime
    ) -> None:
        """One event of kemnaker.directives."""
        step = self.book.fold(position, directive, event)
        said = {(key, status.version) for key, status in await self.review(now)}
        if step.faults or (directive, step.version) not in said:
            for key, status in self.statuses.answer(step, self.view, self.book, now):
                await self._log.publish(COVERAGE_DIRECTIVES, key, status)
        self._tally.directive_event(directive, step.version, faults=len(step.faults))

    async def on_command(self, identity: str, command: Command, now: datetime) -> None:
        """One command, by its id. Repeats of an answered command are passed over.

        A preview is answered when every partition has: here or after a later ``on_partial``; an erasure when
        it is carried out.
        """
        if identity in self._answered:
            return
        done = self.view.carried_out(identity)
        ruling = Ruling() if done else await self._judged(identity, command, now)
        await self.review(now)
        if command.kind in ANSWERED_LATER and not ruling.reasons:
            return
        event_ids = done or tuple(event.event_id for event in ruling.events)
        outcome = Outcome("ACCEPTED", (), event_ids, now)
        if ruling.reasons:
            outcome = Outcome("REFUSED", ruling.reasons, (), now)
        await self._answer(identity, command.kind, outcome)

    async def _answer(self, command: str, kind: CommandKind, outcome: Outcome) -> None:
        await self._log.publish(HUB_OUTCOMES, command, outcome)
        self._answered.add(command)
        self._tally.command(command, kind, outcome)

    async def _judged(self, identity: str, command: Command, now: datetime) -> Ruling:
        """Judge and carry out. If another worker's decision came first on the log, judge by that."""
        while True:
            ruling = rule(identity, command, self._hub(), now)
            await self._carry_out(ruling.events, identity)
            won = self.view.carried_out(identity)
            if all(event.event_id in won for event in ruling.events):
                if ruling.events and command.kind == "PREVIEW_DIRECTIVE":
                    self._tally.asked(ruling.events)
                return ruling

    def remember_partial(self, partial: Partial, cells: Cells | None = None) -> None:
        """Counts or an answer that lie on the topic; acted upon with ``open`` and ``sum_up``.

        ``cells`` are those of an answer if they were read as columns.
        """
        # An answer to a preview has no counts: added up, its partition would stand empty.
        if not self.previews.take(partial, cells) and self.partials.take(partial):
            self.receipts.touch((batch.topic, batch.batch) for batch in partial.batches)
            self._tally.partial()

    async def on_partial(self, partial: Partial, now: datetime, cells: Cells | None = None) -> None:
        """Counts of one partition; totals follow with the next ``sum_up``, the end of a preview at once."""
        self.remember_partial(partial, cells)
        if partial.preview is not None:
            await self.review(now)

    def on_manifest(self, batch: str, manifest: BatchManifest, offset: int) -> None:
        """What an agency announces; its receipt follows with the next ``sum_up``."""
        self.receipts.announce(batch, manifest, offset)

    async def tick(self, now: datetime, clock_s: float) -> None:
        """Follow the calendar, if the date is automatic, and whatever another worker has decided.

        ``clock_s`` is a rising clock in seconds, only for how long to wait for answers to previews.
        """
        if self._rules.automatic:
            step = automatic_step(self.view, calendar_day(now, self._rules.timezone), now)
            if step is not None:
                await self._carry_out([step])
        await self.previews.tick(now, clock_s)
        self.statuses.waiting = self.previews.waiting
        await self.review(now)

    async def review(self, now: datetime) -> list[Published]:
        """Decide what has become due, until nothing is, and publish each step of each directive."""
        self._told = []
        while True:
            granted = grant(self.view, self.totals.said, self._tables(), now)
            await self._carry_out([granted] if granted else [])
            while events := list(due(self.view, self.book, now)):
                await self._carry_out(events)
            await self.previews.ask(now)
            await self._tell(now)
            if not await self.previews.settle(now):
                break
        self._tally.standing(self.view, self.book)
        return self._told

    async def _tell(self, now: datetime) -> None:
        for key, status in list(self.statuses.changes(self.view, self.book, now)):
            await self._log.publish(COVERAGE_DIRECTIVES, key, status)
            self._tally.directive_step(key, status)
            self._told.append((key, status))

    async def sum_up(self, now: datetime, clock_s: float) -> None:
        """Publish the totals and receipts that differ; record complete FULL publications and rebuilds."""
        await self._carry_out(list(rebuilt(self.view, self.partials, now)))
        await self._carry_out(list(self.receipts.reconciled(self.view, self.partials, now)))
        for batch, receipt in list(self.receipts.changes(self.partials, now)):
            await self._log.publish(AGENCY_RECEIPTS, batch, receipt)
            self._tally.receipt(batch, receipt, self.receipts.became(batch, receipt))
            self.receipts.remember(batch, receipt)
        for command, outcome in list(
            proven(self.view, self.partials, self._rules.partitions, self._answered, now)
        ):
            await self._answer(command, "ERASE_PERSON", outcome)
        for region, totals in self.totals.changes(self.partials, self._in_force(), now, clock_s).items():
            await self._log.publish(COVERAGE_REGIONS, region, totals)
            self.totals.remember(region, totals)
        self._tally.batches(self.receipts.open)
        self._tally.sums(incomplete=self.totals.incomplete, held=self.totals.held)

    def _tables(self) -> Policy | None:
        policy = self.view.policy
        return self._rules.tables(policy) if policy is not None else None

    def _hub(self) -> Hub:
        return Hub(self.view, self.book, self._rules.policies)

    async def _carry_out(self, events: Iterable[ControlEvent], command: str | None = None) -> None:
        for event in events:
            if not self.view.holds(event):
                await self._log.decide(Decision(event, command))
                self._tally.event(event, command)

    def _in_force(self) -> dict[str, DirectiveDocument]:
        """Documents in force, each parsed once."""
        known = self._documents
        self._documents = {
            directive: known[directive]
            if known.get(directive, ("",))[0] == text
            else (text, DirectiveDocument.from_json(text))
            for directive, text in in_force_documents(self.view).items()
        }
        return {directive: document for directive, (_, document) in self._documents.items()}
