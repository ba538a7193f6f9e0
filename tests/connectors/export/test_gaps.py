"""Who is a gap by the last record a person, whatever came before and after."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.export.gaps import GapFold, Gaps, Wanted, read_gaps
from connectors.export.table import gap_table
from schemas.errors import ContractBroken, Retryable
from schemas.events import CoverageState
from schemas.names import COVERAGE_PERSONS
from schemas.records import RecordBatch, TopicPartition
from schemas.regions import Regions
from tests.connectors.export.states import BAUBAU, KENDARI, covered, gap, state, token
from tests.fakes.hub_topics import HubTopics
from tests.fakes.memory_log import MemoryReader


def _silent(topic: str, done: int, total: int) -> None:
    assert topic == COVERAGE_PERSONS
    assert 0 <= done <= total


def _hub(*records: tuple[int, CoverageState | None]) -> HubTopics:
    hub = HubTopics()
    for number, value in records:
        hub.put_person(COVERAGE_PERSONS, token(number), value)
    return hub


def _gaps(hub: HubTopics, wanted: Wanted, slack_rows: int = 100_000) -> Gaps:
    read = hub.sources()
    return read_gaps(read.reader, read.ends, GapFold(hub.codec, wanted, slack_rows), _silent)


def _list(hub: HubTopics, wanted: Wanted, slack_rows: int = 100_000) -> list[dict[str, Any]]:
    table: pa.Table = gap_table(_gaps(hub, wanted, slack_rows), wanted, Regions.load().name)
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _who(hub: HubTopics, wanted: Wanted) -> set[str]:
    return {row["token"] for row in _list(hub, wanted)}


def test_a_row_says_who_where_what_and_why() -> None:
    both = state("74.71.01.1001", gap(), gap("sultra-2026", ("JKK", "JHT")), through=date(2026, 5, 31))
    (row,) = _list(_hub((1, both)), Wanted(KENDARI))
    assert row["token"] == token(1)
    assert (row["directives"], row["missing"]) == (["inpres-8-2025", "sultra-2026"], ["JKK", "JKM", "JHT"])
    assert row["reasons"] == ["NEVER_REGISTERED"]
    assert row["region_name"].endswith(", Kota Kendari")
    assert (row["covered_through"], row["business_date"]) == (date(2026, 5, 31), date(2026, 4, 10))


def test_a_region_is_itself_and_what_lies_below() -> None:
    hub = _hub(
        (1, state(KENDARI, gap())),
        (2, state("74.71.01", gap())),
        (3, state("74.71.01.1001", gap())),
        (4, state(BAUBAU, gap())),
        (5, state("73.71", gap())),
    )
    assert _who(hub, Wanted(KENDARI)) == {token(1), token(2), token(3)}
    assert _who(hub, Wanted("74")) == {token(n) for n in (1, 2, 3, 4)}
    assert _who(hub, Wanted("74.71.01.1001")) == {token(3)}
    assert _who(hub, Wanted("74.7")) == set()


def test_the_last_record_of_a_person_decides() -> None:
    hub = _hub(
        *[(n, state(KENDARI, gap())) for n in range(1, 7)],
        (1, state(KENDARI, covered(), seq=2)),
        (2, state(BAUBAU, gap(), seq=2)),
        (3, state(KENDARI, seq=2)),
        (4, None),
        (5, state(KENDARI, gap(reason="LAPSED"), seq=2)),
        (7, state(BAUBAU, gap())),
        (7, state(KENDARI, gap(), seq=2)),
        (8, None),
        (8, state(KENDARI, gap())),
    )
    found = {row["token"]: row["reasons"] for row in _list(hub, Wanted(KENDARI))}
    never = ["NEVER_REGISTERED"]
    assert found == {token(5): ["LAPSED"], token(6): never, token(7): never, token(8): never}


def test_only_the_verdicts_that_are_asked_for_count() -> None:
    hub = _hub(
        (1, state(KENDARI, gap(), covered("sultra-2026"))),
        (2, state(KENDARI, covered(), gap("sultra-2026", ("JHT",), "PROGRAM_PARTIAL"))),
        (3, state(KENDARI, gap(reason="LAPSED"), gap("sultra-2026", ("JHT",), "LAPSED"))),
    )
    assert _who(hub, Wanted(KENDARI, "inpres-8-2025")) == {token(1), token(3)}
    assert _who(hub, Wanted(KENDARI, reason="LAPSED")) == {token(3)}
    (row,) = _list(hub, Wanted(KENDARI, "sultra-2026", "LAPSED"))
    assert (row["directives"], row["missing"], row["reasons"]) == (["sultra-2026"], ["JHT"], ["LAPSED"])
    assert _list(hub, Wanted(KENDARI, "none")) == []


def test_a_list_of_nobody_has_its_columns() -> None:
    gaps = _gaps(_hub(), Wanted(KENDARI))
    table = gap_table(gaps, Wanted(KENDARI), Regions.load().name)
    assert (len(table), table.column_names[0]) == (0, "token")
    assert set(gaps.offsets.values()) == {0}


class Growing(MemoryReader):
    """A log that somebody appends to while it is read."""

    def __init__(self, hub: HubTopics) -> None:
        super().__init__(hub.broker)
        self._hub = hub
        self._more = True

    def consume(self, max_records: int, timeout_s: float) -> Any:
        if self._more:
            self._more = False
            self._hub.put_person(COVERAGE_PERSONS, token(1), None)
            self._hub.put_person(COVERAGE_PERSONS, token(2), state(KENDARI, gap()))
        return super().consume(max_records, timeout_s)


def test_what_comes_while_it_is_read_is_not_in_the_list() -> None:
    hub = _hub((1, state(KENDARI, gap())), (3, state(BAUBAU, gap())))
    fold = GapFold(hub.codec, Wanted(KENDARI))
    gaps = read_gaps(Growing(hub), hub.sources().ends, fold, _silent)
    assert gaps.tokens.tobytes().hex() == token(1)
    assert sum(gaps.offsets.values()) == 2


def test_a_record_that_is_no_state_stops_the_list() -> None:
    hub = _hub((1, state(KENDARI, gap())))
    hub.put_raw(COVERAGE_PERSONS, -1, token(1).encode(), b"\x00\x00")
    with pytest.raises(ContractBroken):
        _gaps(hub, Wanted(KENDARI))


def test_a_silent_broker_is_said() -> None:
    hub = _hub((1, state(KENDARI, gap())))

    class Silent(MemoryReader):
        def consume(self, max_records: int, timeout_s: float) -> Any:
            return []

    clock = iter(range(0, 1000, 5))
    fold = GapFold(hub.codec, Wanted(KENDARI))
    with pytest.raises(Retryable, match="no answer"):
        read_gaps(Silent(hub.broker), hub.sources().ends, fold, _silent, lambda: next(clock))


_STATES = st.one_of(
    st.none(),
    st.builds(
        state, st.sampled_from([KENDARI, "74.71.01", BAUBAU]), st.sampled_from([gap(), covered(), gap("b-1")])
    ),
    st.builds(state, st.just(KENDARI)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), _STATES), max_size=40), st.integers(0, 5), st.integers(1, 40))
def test_any_order_gives_what_one_by_one_gives(
    records: list[tuple[int, CoverageState | None]], slack_rows: int, at_once: int
) -> None:
    hub = HubTopics()
    wanted, fold = (
        Wanted(KENDARI, "inpres-8-2025"),
        GapFold(hub.codec, Wanted(KENDARI, "inpres-8-2025"), slack_rows),
    )
    source = TopicPartition(COVERAGE_PERSONS, 0)
    values = [
        None if each is None else hub.codec.encode(COVERAGE_PERSONS, each.to_record()) for _, each in records
    ]
    for start in range(0, len(records), at_once):
        part = slice(start, start + at_once)
        keys = [token(number).encode() for number, _ in records[part]]
        stamps = pa.array(range(start, start + len(keys)), pa.int64()).to_numpy()
        fold.add(RecordBatch(source, keys, values[part], stamps, stamps))
    last = dict(records)
    expected = {
        token(number)
        for number, each in last.items()
        if each is not None
        and each.region.startswith(KENDARI)
        and any(v.status == "GAP" and v.directive == "inpres-8-2025" for v in each.verdicts)
    }
    found = gap_table(fold.gaps({}), wanted, Regions.load().name)
    assert set(found["token"].to_pylist()) == expected
    assert len(found) == len(expected)
