"""The course of previews: asked of every partition, added up when all have answered, acted upon.

What is pending is read from the topics: a question of a command that has no outcome, or of an approved
version that is neither in force nor held. So a worker that starts goes on where another died.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from schemas.events import ControlEvent, DirectivePreviewed, Outcome, Partial, PreviewResult
from schemas.names import HUB_OUTCOMES
from schemas.policy import Policy
from streams.control.activation import Activation, activations, again, judge, overtaken, question
from streams.control.cells import Cells
from streams.control.decisions import decide, previewed_subject
from streams.control.drafts import DirectiveBook
from streams.control.fold import Asked, ControlView
from streams.control.patience import NOTE_AFTER_S, PATIENCE_S, Next, Patience
from streams.control.ports import ControlLog
from streams.control.preview_sum import add_up
from streams.control.previews import PreviewBook
from streams.control.statuses import Waiting
from streams.control.tally import Tally

_REMEDY = "see `jangkau status`, and preview again when every engine works"


class CarryOut(Protocol):
    """Writes what is not yet on hub.control and waits until it is read back."""

    async def __call__(self, events: Iterable[ControlEvent], command: str | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What previews are led by; the desk keeps it."""

    view: ControlView
    book: DirectiveBook
    answered: set[str]
    tables: Callable[[], Policy | None]


Tell = Callable[[datetime], Awaitable[None]]
"""Publishes every status that has changed."""


class Previewing:
    """Leads previews from question to outcome. One call at a time.

    ``adds_up`` is false on a worker that does not read hub.partials: another sees the answers, and
    this one can tell neither that a preview is complete nor that it is not.
    """

    def __init__(
        self,
        partitions: int,
        known: Known,
        log: ControlLog,
        carry_out: CarryOut,
        tell: Tell,
        tally: Tally,
    ) -> None:
        self._known, self._log, self._tally = known, log, tally
        self._carry_out, self._tell = carry_out, tell
        self._patience = Patience()
        self._waiting: dict[tuple[str, int], str] = {}
        self.answers = PreviewBook(partitions)
        self.adds_up = True

    @property
    def waiting(self) -> Waiting:
        """For whom activations wait, in words; at most a ``tick`` old."""
        return self._waiting

    def take(self, partial: Partial, cells: Cells | None = None) -> bool:
        """Fold one partial; true if it answers a preview. ``settle`` acts on it."""
        return self.answers.take(partial, cells)

    async def ask(self, now: datetime) -> None:
        """Ask what the activation of each version whose day has come would do, if it is not asked yet."""
        known = self._known
        for activation in list(activations(known.view, known.book)):
            if known.view.preview(activation.preview) is None:
                await self._carry_out([question(activation, now)])
                self._tally.preview("ACTIVATION", "asked")

    async def settle(self, now: datetime) -> bool:
        """Act on every preview that is complete; true if there was one."""
        settled = False
        # In the order they were asked, so that a worker that reads all answers at once decides as one
        # that saw them come.
        for asked, activation in sorted(self._pending(), key=lambda pending: pending[0].offset):
            if not self.adds_up or not self.answers.complete(asked) or self._patience.stale(asked):
                continue
            settled = True
            if activation is not None and overtaken(self._known.view, asked):
                await self._ask_again(asked, now)
                continue
            result = add_up(asked, self.answers.answers(asked), self._known.tables())
            self._tally.preview_ended(asked.wanted, asked.command, "complete")
            if activation is not None:
                await self._carry_out([judge(activation, result.figures, now)])
            elif asked.command is not None:
                await self._answer(asked, asked.command, result, now)
        return settled

    async def tick(self, now: datetime, clock_s: float) -> None:
        """Ask again, or give up, what has waited too long; ``clock_s`` is a rising clock in seconds."""
        await self.settle(now)
        heard, self._waiting = self.answers.listen(), {}
        pending = list(self._pending())
        for asked, activation in pending if self.adds_up else ():
            step = self._patience.next(asked, self.answers, heard, clock_s)
            if step is Next.ASK_AGAIN:
                await self._ask_again(asked, now)
            elif step is Next.GIVE_UP and asked.command is not None:
                await self._give_up(asked, asked.command, now)
            if activation is not None and self._patience.age_s(asked, clock_s) >= NOTE_AFTER_S:
                missing = self.answers.missing(asked)
                if missing:
                    key = activation.directive, activation.version
                    self._waiting[key] = f"waits: {_partitions(missing)} not answered the preview"
        least = {asked.wanted.preview: asked.wanted.attempt for asked, _ in self._pending()}
        self._patience.forget(least)
        # Answers to a question that has not been read back yet are kept.
        unread = self._known.view.preview
        self.answers.keep(lambda name: least.get(name, 0 if unread(name) is None else None))
        self._tally.open_previews(len(least))

    def _pending(self) -> Iterator[tuple[Asked, Activation | None]]:
        view = self._known.view
        for asked in view.previews():
            if asked.command is not None and asked.command not in self._known.answered:
                yield asked, None
        for activation in activations(view, self._known.book):
            question_of_it = view.preview(activation.preview)
            if question_of_it is not None:
                yield question_of_it, activation

    async def _ask_again(self, asked: Asked, now: datetime) -> None:
        await self._carry_out([again(asked, now)], asked.command)
        self._tally.preview(asked.wanted.purpose, "repeated")

    async def _answer(self, asked: Asked, command: str, result: PreviewResult, now: datetime) -> None:
        if asked.wanted.purpose == "DRAFT":
            await self._record(asked, command, result, now)
            # Before the outcome: whoever has that may approve, and finds the digest among the statuses.
            await self._tell(now)
        events = self._known.view.carried_out(command)
        await self._outcome(command, Outcome("ACCEPTED", (), events, now, result))

    async def _record(self, asked: Asked, command: str, result: PreviewResult, now: datetime) -> None:
        """hub.control keeps the figures; a worker that died after that does not write them twice."""
        directive, version = result.directive, result.version
        last = self._known.view.previewed(directive, version)
        if last is not None and last.body.figures == result.figures:
            return
        step = last.event.step + 1 if last else 1
        body = DirectivePreviewed(directive, version, result.figures)
        by, basis = asked.event.by, asked.event.basis
        event = decide(previewed_subject(directive), version, step, by, basis, now, body)
        await self._carry_out([event], command)

    async def _give_up(self, asked: Asked, command: str, now: datetime) -> None:
        missing = self.answers.missing(asked)
        reason = f"{_partitions(missing)} not answered within {PATIENCE_S:.0f} s: {_REMEDY}"
        self._tally.preview_ended(asked.wanted, command, "incomplete", missing=len(missing))
        await self._outcome(command, Outcome("REFUSED", (reason,), (), now))

    async def _outcome(self, command: str, outcome: Outcome) -> None:
        await self._log.publish(HUB_OUTCOMES, command, outcome)
        self._known.answered.add(command)
        self._tally.command(command, "PREVIEW_DIRECTIVE", outcome)


def _partitions(numbers: Iterable[int]) -> str:
    listed = [str(number) for number in numbers]
    return f"partition {listed[0]} has" if len(listed) == 1 else f"partitions {', '.join(listed)} have"
