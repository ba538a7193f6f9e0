"""Whatever comes in whatever order, a preview is complete only from answers that belong together."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from schemas.events import Partial, PreviewWanted
from streams.control.decisions import decide, preview_subject
from streams.control.fold import Asked
from streams.control.preview_sum import add_up
from streams.control.previews import PreviewBook
from tests.fakes.answering import moves, partition_answer
from tests.streams.control.builders import document

_NOW = datetime(2026, 1, 5, tzinfo=UTC)
_DAY = date(2026, 1, 5)
_PARTITIONS = 2


def _asked(attempt: int, offset: int) -> Asked:
    wanted = PreviewWanted("p", attempt, "WHAT_IF", "d", 1, document())
    event = decide(preview_subject("p"), attempt, 0, "x", "y", _NOW, wanted)
    return Asked(wanted, event, offset, "c")


@st.composite
def _answers(draw: st.DrawFn) -> Partial:
    """One part of some engine's answer; its digest says how many enter, so that a mixture shows."""
    attempt, offset = draw(st.integers(1, 2)), draw(st.integers(7, 8))
    entering, parts = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    given_parts = partition_answer(
        _asked(attempt, offset).wanted,
        offset + 1,
        _DAY,
        draw(st.integers(0, _PARTITIONS - 1)),
        moves(entering=entering),
        parts=parts,
        state_offset=draw(st.integers(0, 1)),
    )
    return draw(st.sampled_from(given_parts))


def _source(partial: Partial) -> tuple[object, ...]:
    answer = partial.preview
    assert answer is not None
    return partial.partition, partial.state_offset, answer.parts, answer.digest


@given(stream=st.lists(_answers(), max_size=30), attempt=st.integers(1, 2))
def test_complete_only_from_whole_answers_of_one_attempt_and_offset(
    stream: list[Partial], attempt: int
) -> None:
    asked, book = _asked(attempt, 7), PreviewBook(_PARTITIONS)
    for each in stream:
        assert book.take(each)
    fitting = [
        each
        for each in stream
        if each.preview and each.preview.attempt == attempt and each.control_offset == 8
    ]
    whole = {
        source[0]
        for source in map(_source, fitting)
        if len({each.preview.part for each in fitting if each.preview and _source(each) == source})
        == source[2]
    }
    assert set(book.answers(asked)) == whole
    assert book.complete(asked) == (len(whole) == _PARTITIONS)
    assert set(book.missing(asked)) == set(range(_PARTITIONS)) - whole
    for number, answer in book.answers(asked).items():
        sources = {_source(replace(answer.partial, preview=part)) for part in answer.parts}
        assert len(sources) == 1
        assert next(iter(sources))[0] == number
    if book.complete(asked):
        figures = add_up(asked, book.answers(asked), None).figures
        assert _PARTITIONS <= figures.entering <= 2 * _PARTITIONS
        assert figures.control_offset == 8


@given(stream=st.lists(_answers(), max_size=20), data=st.data())
def test_repeats_and_other_previews_change_nothing(stream: list[Partial], data: st.DataObject) -> None:
    asked, book, twice = _asked(1, 7), PreviewBook(_PARTITIONS), PreviewBook(_PARTITIONS)
    for each in stream:
        book.take(each)
        for _ in range(data.draw(st.integers(1, 2))):
            twice.take(each)
        assert each.preview is not None
        twice.take(replace(each, preview=replace(each.preview, preview="q")))
    assert book.answers(asked) == twice.answers(asked)
    twice.keep(lambda name: 1 if name == "p" else None)
    assert book.answers(asked) == twice.answers(asked)
