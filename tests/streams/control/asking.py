"""Previews asked of a bench, and what one partition says to the newest question."""

from datetime import date

from schemas.events import Partial, PreviewWanted
from tests.fakes.answering import moves, partition_answer
from tests.streams.control.builders import Bench, advance, drafted

DAY = date(2026, 1, 1)


def drafted_bench() -> Bench:
    """A desk with a business date and version 1 submitted."""
    made = Bench()
    made.start()
    made.command("c0", advance(DAY.isoformat()))
    made.directive(drafted())
    return made


def wanted(bench: Bench) -> tuple[PreviewWanted, int]:
    """The newest question and its offset."""
    places = [
        (each.event.body, offset)
        for offset, each in enumerate(bench.log.control)
        if isinstance(each.event.body, PreviewWanted)
    ]
    return places[-1]


def answered(bench: Bench, number: int, persons: int = 3, parts: int = 1) -> list[Partial]:
    """A partition's answer to the newest question."""
    asked, offset = wanted(bench)
    return partition_answer(asked, offset + 1, DAY, number, moves(entering=persons), parts=parts)
