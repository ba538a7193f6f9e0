"""Partials and outcomes on the wire: columns read and write the same as one record at a time."""

from dataclasses import replace
from datetime import date

import pytest

from schemas.codec import AvroCodec
from schemas.errors import ContractBroken
from schemas.events import Outcome, Overlap, Partial, PreviewWanted
from schemas.names import HUB_OUTCOMES, HUB_PARTIALS
from streams.control.cells import as_columns
from streams.control.wire import Raw, Wire
from tests.fakes.answering import moves, partition_answer
from tests.fakes.registry import MemoryRegistry
from tests.streams.control.builders import NOW, Bench, advance, drafted
from tests.streams.control.counts import batch, partial, region

_WANTED = PreviewWanted("p", 1, "DRAFT", "d", 1, "{}")


@pytest.fixture
def codec() -> AvroCodec:
    return AvroCodec(MemoryRegistry())


def raw(codec: AvroCodec, value: Partial) -> Raw:
    return Raw(HUB_PARTIALS, 0, 0, b"0", codec.encode(HUB_PARTIALS, value.to_record()), 0, {})


@pytest.mark.parametrize(
    "counted",
    [
        partial(1, (region("74.71", 10, 6),), batches=(batch("b", 3),)),
        partial(0, day=None),
    ],
)
def test_counts_are_read_as_they_were_sent(codec: AvroCodec, counted: Partial) -> None:
    assert Wire(codec).read_partial(raw(codec, counted)) == (counted, None)


@pytest.mark.parametrize("passed", [False, True])
def test_an_answer_is_read_with_its_cells_as_columns(codec: AvroCodec, passed: bool) -> None:
    found = replace(moves(entering=3, staying=9), overlaps=(Overlap("x", 2),))
    (sent,) = partition_answer(_WANTED, 8, date(2026, 1, 5), 1, found, passed=passed)
    read, cells = Wire(codec).read_partial(raw(codec, sent))
    assert sent.preview is not None
    assert read == replace(sent, preview=replace(sent.preview, cells=()))
    assert cells is not None
    assert cells.equals(as_columns(sent.preview.cells))


def test_a_partial_that_cannot_be_read(codec: AvroCodec) -> None:
    whole = raw(codec, partial(0))
    assert whole.value is not None
    for value, reason in (
        (whole.value[:-3], "UNDECODABLE"),
        (b"\x07", "UNKNOWN_SCHEMA"),
        (None, "NULL_VALUE"),
    ):
        with pytest.raises(ContractBroken) as caught:
            Wire(codec).read_partial(replace(whole, value=value))
        assert caught.value.reason == reason


def test_an_outcome_is_written_as_the_reference_writes_it(codec: AvroCodec) -> None:
    bench = Bench()
    bench.start()
    bench.command("c0", advance("2026-01-01"))
    bench.directive(drafted())
    for outcome in (
        Outcome("ACCEPTED", (), ("e",), NOW, bench.preview()),
        Outcome("REFUSED", ("payload: no",), (), NOW),
    ):
        written = Wire(codec).write(HUB_OUTCOMES, outcome)
        assert written == codec.encode(HUB_OUTCOMES, outcome.to_record())
        assert Outcome.from_record(codec.decode(HUB_OUTCOMES, written)) == outcome
