"""Strategies for plain records of the three schemas that travel in bulk."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from schemas import names

LONGS = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-130, 130), st.just(20261 << 32))
INTS = st.one_of(st.integers(-(2**31), 2**31 - 1), st.integers(-130, 130))
DATES = st.dates(date(1, 1, 1), date(9999, 12, 31))
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
TEXTS = st.one_of(st.text(max_size=12), st.text(min_size=60, max_size=70), st.just("74.71.01.1001"))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


def record(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields)


PROGRAMS = st.lists(st.sampled_from(names.PROGRAMS), max_size=5)
ENROLMENTS = record(
    segment=st.sampled_from(names.SEGMENTS),
    programs=PROGRAMS,
    paid_through=DATES,
    payer=st.sampled_from(names.PAYERS),
    funding_id=maybe(TEXTS),
)
VERDICTS = record(
    directive=TEXTS,
    version=INTS,
    status=st.sampled_from(names.VERDICT_STATUSES),
    missing=PROGRAMS,
    reason=maybe(st.sampled_from(names.GAP_REASONS)),
)
FACTS = record(version=LONGS, offset=LONGS)

RECORDS = {
    names.DTSEN_PERSONS: record(
        version=LONGS,
        batch=TEXTS,
        decile=maybe(INTS),
        extreme_poor=st.booleans(),
        birth_date=DATES,
        sex=st.sampled_from(names.SEXES),
        region=TEXTS,
        work_status=maybe(INTS),
        industry=maybe(INTS),
        presence=st.sampled_from(names.PRESENCES),
        replaced_by=maybe(TEXTS),
        observed_at=MOMENTS,
    ),
    names.BPJS_MEMBERSHIPS: record(
        version=LONGS,
        batch=TEXTS,
        cause=st.sampled_from(names.MEMBERSHIP_CAUSES),
        enrolments=st.lists(ENROLMENTS, max_size=9),
        observed_at=MOMENTS,
    ),
    names.COVERAGE_PERSONS: record(
        seq=LONGS,
        status=st.sampled_from(names.COVERAGE_STATUSES),
        verdicts=st.lists(VERDICTS, max_size=3),
        change=st.sampled_from(names.CHANGES),
        causes=st.lists(st.sampled_from(names.CAUSES), max_size=5),
        region=TEXTS,
        previous_region=maybe(TEXTS),
        covered_through=maybe(DATES),
        business_date=DATES,
        decided_at=MOMENTS,
        evidence=record(dtsen=maybe(FACTS), bpjs=maybe(FACTS), control_offset=LONGS),
    ),
}
BULK_TOPICS = sorted(RECORDS)
