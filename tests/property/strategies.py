"""Made-up records, small on purpose: few persons and few versions, so that they meet and collide.

Lists are short and values few: what matters is that every edge is met, not that the numbers are many.
Records are as ``tests.oracle`` takes them: decoded dicts in ``RawRecord``. Good ones pass section 1
of docs/rules.md at ``BROKER_MS``; a flawed one fails one of its checks.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.oracle.partition import partition_of
from tests.oracle.records import RawRecord, Record
from tests.oracle.vocabulary import MEMBERSHIPS, PAYERS, PERSONS, PROGRAMS, SEGMENTS, SEXES

PARTITIONS = 4
TOKENS = [Random(seed).randbytes(16).hex() for seed in (0, 2, 3, 6, 15, 21)]
"""Everybody there is. ``test_strategies`` sees that no partition is without a person."""

BROKER_MS = round(datetime(2026, 4, 10, 5, tzinfo=UTC).timestamp() * 1000)
"""Broker time of every record: 10 April 2026, noon in Jakarta."""

OBSERVED = datetime(2026, 4, 1, tzinfo=UTC)
BATCHES = st.sampled_from(["a", "b"])
HOMES = ["74.71", "74.71.01", "74.71.01.1001", "74.01", "74.01.01", "91.01", "91.01.02.2003", "93.01"]
"""Regency, district, village of two regencies, and a retired code with today's."""

tokens = st.sampled_from(TOKENS)
releases = st.sampled_from([20254, 20261])
corrections = st.integers(0, 2)
person_versions = st.builds(lambda release, correction: release * 2**32 + correction, releases, corrections)
membership_versions = st.integers(0, 3)


def _around(*days: date, spread: int = 1) -> list[date]:
    """These days, and those next to them."""
    return [day + timedelta(days=off) for day in days for off in range(-spread, spread + 1)]


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 3, 1)


BUSINESS_DATES = [
    *_around(date(2026, 1, 1), date(2026, 4, 15), date(2026, 5, 16), date(2026, 6, 30)),
    *(date(2025, 2, 28), date(2025, 3, 1), date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)),
]
business_dates = st.sampled_from(BUSINESS_DATES)
LEAPLINGS = [date(1960, 2, 29), date(1962, 2, 28), date(2008, 2, 29), date(2008, 3, 1)]


def birth_dates(day: date) -> SearchStrategy[date]:
    """Birthdays that matter at ``day``: coming of age, turning 65, born on a 29 February or just now."""
    turning = [_years_before(day, years) for years in (18, 19, 64, 65)]
    extremes = [date(1900, 1, 1), date(2026, 4, 10)]
    possible = [born for born in _around(*turning) if born <= date(2026, 4, 10)]
    return st.sampled_from([date(1985, 1, 1)] * 6 + possible + LEAPLINGS + extremes)


def paid_days(day: date) -> SearchStrategy[date]:
    """Days paid through from half a year before ``day`` to two months after it, month ends and others."""
    first = day.replace(day=1)
    ends = [first - timedelta(days=1)]
    for _ in range(5):
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    ahead = [day, first + timedelta(days=45)]
    off = [ends[0] - timedelta(days=16), ends[1] - timedelta(days=1), ends[1] + timedelta(days=1)]
    return st.sampled_from([*ends, *ahead, *off, date(1978, 1, 1)])


SPRING = date(2026, 4, 16)
"""The day records are made up around where no other is told."""


@st.composite
def _usually(draw: st.DrawFn, usual: SearchStrategy[Any], other: SearchStrategy[Any]) -> Any:
    """``other`` one time in eight."""
    return draw(other if draw(st.integers(0, 7)) == 5 else usual)


def persons(day: date = SPRING) -> SearchStrategy[dict[str, Any]]:
    """``PersonRanked`` that counts; weighted to those a directive may mean at ``day``."""
    usual = {
        "version": person_versions,
        "batch": BATCHES,
        "decile": st.sampled_from([None, 1, 4, 5, 10]),
        "extreme_poor": st.booleans(),
        "birth_date": birth_dates(day),
        "sex": st.sampled_from(SEXES),
        "region": st.sampled_from(HOMES),
        "work_status": st.sampled_from([None, 0, 1, 4, 8]),
        "industry": st.sampled_from([None, 1, 12, 26]),
        "presence": st.sampled_from(["PRESENT"] * 5 + ["ABROAD", "DECEASED", "REMOVED"]),
        "replaced_by": st.none(),
        "observed_at": st.just(OBSERVED),
    }
    merged = {**usual, "presence": st.just("MERGED"), "replaced_by": st.just("0" * 32)}
    return _usually(st.fixed_dictionaries(usual), st.fixed_dictionaries(merged))


def enrolments(paid: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    """One enrolment, usually with the programs directives ask for."""
    programs = [["JKK", "JKM"], ["JKK"], ["JKM", "JHT"], ["JKM", "JKK", "JKM"], list(PROGRAMS), []]
    return st.fixed_dictionaries(
        {
            "segment": st.sampled_from(SEGMENTS),
            "programs": st.sampled_from(programs),
            "paid_through": paid,
            "payer": st.sampled_from(PAYERS),
            "funding_id": st.sampled_from([None, "", "5.1.02", "hibah-é"]),
        }
    )


def memberships(day: date = SPRING) -> SearchStrategy[dict[str, Any]]:
    """``MembershipSnapshot`` that counts."""
    return st.fixed_dictionaries(
        {
            "version": membership_versions,
            "batch": BATCHES,
            "cause": st.sampled_from(["PAID", "DIED", "PUBLISHED"]),
            "enrolments": st.lists(enrolments(paid_days(day)), max_size=3),
            "observed_at": st.just(OBSERVED),
        }
    )


def raw(
    token: str, value: bytes | Record | None, offset: int = 0, topic: str = "", **other: Any
) -> RawRecord:
    """The record where it belongs; the topic is told from the value unless given."""
    if not topic:
        topic = MEMBERSHIPS if not isinstance(value, bytes | None) and "enrolments" in value else PERSONS
    place = partition_of(token.encode(), PARTITIONS)
    fields: dict[str, Any] = {"partition": place, "key": token.encode(), **other}
    return RawRecord(topic=topic, offset=offset, timestamp_ms=BROKER_MS, value=value, **fields)


@st.composite
def misplaced(draw: st.DrawFn) -> RawRecord:
    """A record that fails before its content is looked at."""
    token, value = draw(tokens), draw(persons() | memberships())
    good = raw(token, value, headers=draw(st.sampled_from([{}, {"batch": b"a"}, {"batch": b"\xff"}])))
    flaws: list[dict[str, Any]] = [
        {"key": None},
        {"key": token.upper().encode()},
        {"key": b"0" * 16},
        {"partition": (good.partition + 1) % PARTITIONS},
        {"value": None},
        {"value": b""},
        {"value": b"\x00\x7f\xff\xff\xff"},
    ]
    return replace(good, **draw(st.sampled_from(flaws)))


_PAID_TOO_FAR = {
    "segment": "PU",
    "programs": ["JKK"],
    "paid_through": date(2101, 1, 1),
    "payer": "EMPLOYER",
    "funding_id": None,
}


PERSON_FLAWS: list[dict[str, Any]] = [
    {"version": -1},
    {"version": 20265 * 2**32},
    {"version": 20273 * 2**32},
    {"region": "74.99"},
    {"birth_date": date(2026, 4, 11)},
    {"decile": 11},
    {"work_status": 9},
    {"industry": 0},
    {"presence": "MERGED", "replaced_by": None},
]
MEMBERSHIP_FLAWS: list[dict[str, Any]] = [
    {"version": -1},
    {"version": (BROKER_MS + 86_400_001) * 1000},
    {"enrolments": [_PAID_TOO_FAR]},
    {"enrolments": [{**_PAID_TOO_FAR, "paid_through": date(2026, 3, 31)}] * 9},
]


@st.composite
def _sent(draw: st.DrawFn, wild: bool) -> RawRecord:
    kind = draw(st.sampled_from(["good"] * 4 + ["flawed", "misplaced"])) if wild else "good"
    if kind == "misplaced":
        return draw(misplaced())
    person = draw(st.booleans())
    value = draw(persons() if person else memberships())
    if kind == "flawed":
        value |= draw(st.sampled_from(PERSON_FLAWS if person else MEMBERSHIP_FLAWS))
    return raw(draw(tokens), value)


@st.composite
def histories(draw: st.DrawFn, *, wild: bool = True, max_size: int = 12) -> list[RawRecord]:
    """What lies in both agency topics, in the order it was sent; offsets rise with gaps per partition.

    Some records come twice, word for word, so that every class occurs. Without ``wild`` every one counts.
    """
    sent = draw(st.lists(_sent(wild), max_size=max_size))
    for _ in range(draw(st.integers(0, 4)) if sent else 0):
        sent.insert(draw(st.integers(0, len(sent))), draw(st.sampled_from(sent)))
    offsets: dict[tuple[str, int], int] = {}
    history = []
    for record in sent:
        at = record.topic, record.partition
        offsets[at] = offsets.get(at, -1) + draw(st.sampled_from([1, 1, 3]))
        history.append(replace(record, offset=offsets[at]))
    return history


@st.composite
def scenes(draw: st.DrawFn, *, max_persons: int = 3) -> tuple[list[RawRecord], date]:
    """A few persons, most of whom both agencies know, and a business date that matters to them."""
    day = draw(business_dates)
    history: list[RawRecord] = []
    for token in TOKENS[: draw(st.integers(1, max_persons))]:
        known_to = draw(st.sampled_from(["both"] * 5 + [PERSONS, PERSONS, MEMBERSHIPS]))
        if known_to != MEMBERSHIPS:
            history.append(raw(token, draw(persons(day)), len(history)))
        if known_to != PERSONS:
            history.append(raw(token, draw(memberships(day)), len(history)))
    return history, day


@st.composite
def interleavings(draw: st.DrawFn, history: list[RawRecord]) -> list[RawRecord]:
    """The same records as another reader may meet them: in order within each partition, else mixed."""
    queues: dict[tuple[str, int], list[RawRecord]] = {}
    for record in history:
        queues.setdefault((record.topic, record.partition), []).append(record)
    mixed = []
    while queues:
        at = draw(st.sampled_from(sorted(queues)))
        mixed.append(queues[at].pop(0))
        if not queues[at]:
            del queues[at]
    return mixed


@st.composite
def cuts(draw: st.DrawFn, length: int) -> list[slice]:
    """Consecutive slices that cover ``length`` records."""
    inner = draw(st.sets(st.integers(1, length - 1), max_size=5)) if length > 1 else set()
    edges = [0, *sorted(inner), length]
    return [slice(a, b) for a, b in pairwise(edges)]
