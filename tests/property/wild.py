"""Records as their schemas allow, with some fields anything at all: several checks may fail at once."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.oracle.vocabulary import PRESENCES
from tests.property.strategies import (
    BROKER_MS,
    SPRING,
    TOKENS,
    enrolments,
    memberships,
    paid_days,
    persons,
    tokens,
)

NOWHERE = ["74", "74.99", "74.71.99", "74.71.99.1001", "7471", "99.01", "", "74.71.01.10", "xx.yy"]

_ints = st.integers(-(2**31), 2**31 - 1)
_longs = st.integers(-(2**63), 2**63 - 1)
_code_edges = st.none() | st.integers(-1, 28) | _ints | st.just(255)
_calendar_edges = st.sampled_from(
    [date(1899, 12, 31), date(1900, 1, 1), date(2026, 4, 10), date(2026, 4, 11), date(2101, 1, 1)]
)
_version_edges = st.builds(
    lambda release, correction: release * 2**32 + correction,
    st.sampled_from([0, 1999, 19994, 20001, 20260, 20261, 20265, 20272, 20273, 29994, 30001]),
    st.integers(0, 2**32 - 1),
)


@st.composite
def wild_persons(draw: st.DrawFn) -> dict[str, Any]:
    """``PersonRanked`` as its schema allows, with some fields anything at all."""
    record = draw(persons())
    wild: dict[str, SearchStrategy[Any]] = {
        "version": _longs | _version_edges,
        "birth_date": _ints | _calendar_edges,
        "region": st.sampled_from(NOWHERE) | st.text(max_size=14),
        "decile": _code_edges,
        "work_status": _code_edges,
        "industry": _code_edges,
        "presence": st.sampled_from(PRESENCES),
        "replaced_by": st.none() | tokens | st.sampled_from(["", TOKENS[0].upper(), "0" * 33]),
    }
    for name in draw(st.lists(st.sampled_from(sorted(wild)), max_size=3, unique=True)):
        record[name] = draw(wild[name])
    return record


@st.composite
def wild_memberships(draw: st.DrawFn) -> dict[str, Any]:
    """``MembershipSnapshot`` as its schema allows, with some fields anything at all."""
    record = draw(memberships())
    day_ahead = (BROKER_MS + 86_400_000) * 1000
    wild: dict[str, SearchStrategy[Any]] = {
        "version": _longs | st.sampled_from([-1, day_ahead, day_ahead + 1]),
        "enrolments": st.lists(enrolments(_ints | _calendar_edges), max_size=2)
        | st.lists(enrolments(paid_days(SPRING)), min_size=7, max_size=10),
    }
    for name in draw(st.lists(st.sampled_from(sorted(wild)), max_size=2, unique=True)):
        record[name] = draw(wild[name])
    return record
