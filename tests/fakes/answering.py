"""Engines that do nothing but answer previews, from persons given as movements."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import islice

from schemas.events import (
    BusinessDateSet,
    Overlap,
    Partial,
    PreviewAnswer,
    PreviewCell,
    PreviewWanted,
    Sample,
    UncoveredCell,
)
from schemas.names import Movement, Program
from streams.control.decisions import Decision

_SAMPLED = 40
_SENT = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Moves:
    """How many move in each regency of one partition, per movement, and what the uncovered lack."""

    regencies: Mapping[str, Mapping[Movement, int]]
    uncovered: tuple[UncoveredCell, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    public_payers: int = 0


def moves(regency: str = "74.71", entering: int = 0, leaving: int = 0, staying: int = 0) -> Moves:
    """Movements in one regency; who enters has never been registered and lacks JKK and JKM."""
    lacking: tuple[Program, ...] = ("JKK", "JKM")
    uncovered = (UncoveredCell(regency, lacking, False, entering),) if entering else ()
    return Moves({regency: {"ENTERING": entering, "LEAVING": leaving, "STAYING": staying}}, uncovered)


@dataclass
class AnsweringEngines:
    """One engine for each partition. ``moves`` says what each partition finds, whatever is asked.

    ``state_offset`` rises when an engine has worked since: answers are then from other rows.
    """

    moves: Sequence[Moves] = (moves(entering=3), moves(entering=2))
    parts: int = 1
    state_offset: int = 10
    absent: frozenset[int] = frozenset()
    past: frozenset[int] = frozenset()
    _answered: set[int] = field(default_factory=set)

    def answers(self, log: Sequence[Decision]) -> list[Partial]:
        """Answers to every question on the log that was not answered before, in its order."""
        said: list[Partial] = []
        day: date | None = None
        for offset, decision in enumerate(log):
            body = decision.event.body
            if isinstance(body, BusinessDateSet):
                day = body.date
            if isinstance(body, PreviewWanted) and offset not in self._answered:
                self._answered.add(offset)
                said += self.answer(body, offset, day)
        return said

    def answer(self, wanted: PreviewWanted, offset: int, day: date | None) -> list[Partial]:
        """What all partitions that are there say to one question that lies at ``offset``."""
        here = [number for number in range(len(self.moves)) if number not in self.absent]
        return [
            partial
            for number in here
            for partial in partition_answer(
                wanted,
                offset + 1,
                day,
                number,
                self.moves[number],
                parts=self.parts,
                state_offset=self.state_offset,
                passed=number in self.past,
            )
        ]


def partition_answer(
    wanted: PreviewWanted,
    control_offset: int,
    day: date | None,
    number: int,
    found: Moves,
    *,
    parts: int = 1,
    state_offset: int = 10,
    passed: bool = False,
) -> list[Partial]:
    """The answer of one partition in so many parts; the cells are dealt out among them."""
    cells = _cells(found)
    whole = PreviewAnswer(
        preview=wanted.preview,
        attempt=wanted.attempt,
        passed=passed,
        part=0,
        parts=1 if passed else parts,
        digest=hashlib.sha256(f"{number} {found.regencies}".encode()).hexdigest(),
        cells=(),
        uncovered=(),
        overlaps=(),
        public_payers=0,
        sample=(),
    )
    answers = [
        replace(
            whole,
            part=part,
            cells=() if passed else tuple(cells[part::parts]),
            uncovered=found.uncovered if part == 0 and not passed else (),
            overlaps=found.overlaps if part == 0 and not passed else (),
            public_payers=found.public_payers if part == 0 and not passed else 0,
            sample=tuple(_samples(number, cells)) if part == 0 and not passed else (),
        )
        for part in range(whole.parts)
    ]
    return [
        Partial(number, 0, state_offset, control_offset, day, (), False, 0, (), (), _SENT, answer)
        for answer in answers
    ]


def _cells(found: Moves) -> list[PreviewCell]:
    return [
        PreviewCell(movement, regency, 3, "FEMALE", "NEVER_REGISTERED", persons)
        for regency, movements in found.regencies.items()
        for movement, persons in movements.items()
        if persons
    ]


def _samples(number: int, cells: Iterable[PreviewCell]) -> Iterable[Sample]:
    for at, cell in enumerate(islice(cells, _SAMPLED)):
        yield Sample(cell.movement, f"{number:04x}{at:028x}")
