import re
from collections import Counter
from datetime import date
from typing import Any

import pyarrow as pa

from connectors.population import ledger
from connectors.population.rows import MEMBERSHIP_SCHEMA, PERSON_SCHEMA
from connectors.population.steps import Advance, Announce, MonthOver, Publish
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from tests.connectors.population.conftest import Played, make_year

_NOT_CONTENT = {"batch", "observed_at"}


def _good(publish: Publish, rows: pa.Table) -> int:
    """Records before the spoiled ones, which come last."""
    return len(rows) - len(publish.spoiled)


def _content(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _NOT_CONTENT}


def test_what_wins_of_all_that_was_published_is_the_ledger(played: Played) -> None:
    held: dict[tuple[str, str], dict[str, Any]] = {}
    for publish, tokens, rows in played.published:
        good = _good(publish, rows)
        for token, row in zip(tokens[:good], rows.slice(0, good).to_pylist(), strict=True):
            key = (publish.topic, token.tobytes().hex())
            if key not in held or row["version"] > held[key]["version"]:
                held[key] = row
    for topic, slices in (
        (DTSEN_PERSONS, ledger.ranked_people(played.year)),
        (BPJS_MEMBERSHIPS, ledger.held_memberships(played.year)),
    ):
        truth = {(topic, row.pop("token")): row for part in slices for row in part.to_pylist()}
        assert {key for key in held if key[0] == topic} == set(truth)
        for key, row in truth.items():
            assert _content(held[key]) == _content(row)


def test_records_come_late_twice_and_stale(played: Played) -> None:
    held: dict[tuple[str, bytes], int] = {}
    seen: Counter[str] = Counter()
    for publish, tokens, rows in played.published:
        good = _good(publish, rows)
        versions = rows.column("version").to_pylist()[:good]
        for token, version in zip(tokens[:good], versions, strict=True):
            before = held.get((publish.topic, token.tobytes()), -1)
            seen["new" if version > before else "duplicate" if version == before else "stale"] += 1
            held[publish.topic, token.tobytes()] = max(before, version)
    assert seen["duplicate"] > 50
    assert seen["stale"] > 10


def test_versions_of_one_person_with_one_version_never_differ(played: Played) -> None:
    """Otherwise the hub would hold a conflict, and the ledger could not say who wins."""
    content: dict[tuple[str, bytes, int], dict[str, Any]] = {}
    for publish, tokens, rows in played.published:
        good = _good(publish, rows)
        for token, row in zip(tokens[:good], rows.slice(0, good).to_pylist(), strict=True):
            key = (publish.topic, token.tobytes(), row["version"])
            assert content.setdefault(key, _content(row)) == _content(row)


def test_dates_rise_and_every_month_ticks_three_times(played: Played) -> None:
    dates = [step.to for step in played.steps if isinstance(step, Advance)]
    assert dates == sorted(set(dates))
    assert len(dates) == 36
    assert (dates[0], dates[-1]) == (date(2025, 4, 1), date(2026, 3, 31))
    assert sum(isinstance(step, MonthOver) for step in played.steps) == 12
    assert sum(isinstance(step, Announce) for step in played.steps) == 1


def test_rows_have_the_fields_of_the_wire_and_no_nik(played: Played) -> None:
    sixteen = re.compile(r"(?<!\d)\d{16}(?!\d)")
    niks = set(played.year.people.nik.tolist())
    for publish, _, rows in played.published:
        assert rows.schema == (PERSON_SCHEMA if publish.topic == DTSEN_PERSONS else MEMBERSHIP_SCHEMA)
        for name in rows.schema.names:
            if rows.schema.field(name).type == pa.string():
                assert not any(sixteen.search(text or "") for text in rows.column(name).unique().to_pylist())
        assert not niks & set(rows.column("version").to_pylist())


def test_every_record_carries_its_publication(played: Played) -> None:
    batches = [publish.batch for publish, _, _ in played.published]
    assert len(batches) == len(set(batches))
    for publish, _, rows in played.published:
        assert rows.column("batch").unique().to_pylist() == [publish.batch]


def test_first_publications_are_full(played: Played) -> None:
    by_topic = {publish.topic: len(set(map(bytes, tokens))) for publish, tokens, _ in played.published[:2]}
    assert by_topic[DTSEN_PERSONS] == played.year.people.ranked
    assert [publish.scope for publish, _, _ in played.published[:3]] == ["FULL", "FULL", "PART"]


def test_spoiled_records_name_the_reason_expected(played: Played) -> None:
    reasons = {reason for publish, _, _ in played.published for reason in publish.spoiled}
    assert reasons == {
        "INVALID_DECILE",
        "UNKNOWN_REGION",
        "INVALID_DATE",
        "INVALID_VERSION",
        "VERSION_AHEAD",
        "INVALID_WORK_STATUS",
        "INVALID_INDUSTRY",
        "INVALID_REPLACED_BY",
        "TOO_MANY_ENROLMENTS",
    }


def test_a_shorter_year_leaves_nothing_behind() -> None:
    year = make_year(months=1)
    newest: dict[tuple[str, bytes], int] = {}
    for step in year.steps():
        if isinstance(step, Publish):
            parts = list(step.slices)
            if step.spoiled:
                parts.pop()
            for part in parts:
                for token, version in zip(part.tokens, part.rows.column("version").to_pylist(), strict=True):
                    key = (step.topic, token.tobytes())
                    newest[key] = max(newest.get(key, -1), version)
    people, members = year.people, year.members
    for person in range(people.ranked):
        assert newest[DTSEN_PERSONS, year.tokens[person].tobytes()] == people.version[person]
    for member in (members.version > 0).nonzero()[0]:
        assert newest[BPJS_MEMBERSHIPS, year.tokens[member].tobytes()] == members.version[member]


def test_the_same_seed_says_the_same() -> None:
    def said() -> list[tuple[str, int]]:
        return [
            (step.batch, sum(int(part.rows.column("version").to_numpy().sum()) for part in step.slices))
            for step in make_year(months=2, seed=11).steps()
            if isinstance(step, Publish)
        ]

    assert said() == said()
