"""What the sink keeps, on both databases."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from connectors.sql.ports import Position, Work
from schemas.errors import Refused, Retryable
from schemas.names import COVERAGE_DIRECTIVES, COVERAGE_PERSONS, COVERAGE_REGIONS
from schemas.records import TopicPartition
from tests.connectors.sql.conftest import Place
from tests.connectors.sql.sinks import SinkObserver, fill, make_sink
from tests.connectors.sql.states import (
    INPRES,
    NOW,
    CoverageTopics,
    covered,
    gap,
    standing,
    state,
    token,
    totals,
)

_HEX = "replace(cast(token as text), '-', '')"
ANA, BUDI = token(1), token(2)


def current(place: Place) -> dict[str, tuple[int, str]]:
    rows = place.fetch(f"SELECT {_HEX}, seq, status FROM coverage_person")
    return {key: (seq, status) for key, seq, status in rows}


def history(place: Place) -> list[tuple[str, int]]:
    return place.fetch(f"SELECT {_HEX}, seq FROM coverage_person_history ORDER BY 1, 2")


def gaps(place: Place) -> list[tuple[str, str, str]]:
    return place.fetch(f"SELECT {_HEX}, directive, reason FROM coverage_gap ORDER BY 1, 2")


def as_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def moment(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def test_every_field_of_a_state_is_kept(place: Place) -> None:
    topics = CoverageTopics()
    published = state(
        3,
        gap("IN_ARREARS"),
        covered('b"odd\\name'),
        region="74.71.01.1001",
        previous_region="73.01",
        change="CHANGED",
        causes=("CLOCK", "MEMBERSHIP"),
        covered_through=date(2026, 5, 31),
    )
    topics.person(ANA, published)
    fill(topics, place.store())
    (row,) = place.fetch(
        f"SELECT {_HEX}, seq, status, verdicts, region, regency, province, cast(covered_through as text), "
        "cast(business_date as text), decided_at, change, causes, previous_region, evidence "
        "FROM coverage_person"
    )
    plain = list(row)
    assert [as_json(plain[at]) for at in (3, 11, 13)] == [
        [
            {
                "directive": INPRES,
                "version": 1,
                "status": "GAP",
                "missing": ["JKK", "JKM"],
                "reason": "IN_ARREARS",
            },
            {"directive": 'b"odd\\name', "version": 1, "status": "COVERED", "missing": [], "reason": None},
        ],
        ["CLOCK", "MEMBERSHIP"],
        {"dtsen": {"version": 20261 << 32, "offset": 7}, "bpjs": None, "control_offset": 3},
    ]
    assert moment(plain[9]) == published.decided_at
    rest = [plain[at] for at in (0, 1, 2, 4, 5, 6, 7, 8, 10, 12)]
    days = ["2026-05-31", "2026-04-30"]
    assert rest == [ANA, 3, "GAP", "74.71.01.1001", "74.71", "74", *days, "CHANGED", "73.01"]
    same = "token, seq, status, verdicts, region, covered_through, business_date, decided_at, change, causes"
    assert place.fetch(
        f"SELECT {same}, previous_region, evidence FROM coverage_person_history"
    ) == place.fetch(f"SELECT {same}, previous_region, evidence FROM coverage_person")


def test_the_last_state_counts_and_all_are_history(place: Place) -> None:
    topics = CoverageTopics()
    topics.person(ANA, state(1, gap()), state(2, covered()), state(3, gap("PROGRAM_PARTIAL"), covered("x")))
    topics.person(BUDI, state(1, covered()), state(2))
    fill(topics, place.store(), batch_records=2)
    assert current(place) == {ANA: (3, "GAP"), BUDI: (2, "NOT_ELIGIBLE")}
    assert history(place) == [(ANA, 1), (ANA, 2), (ANA, 3), (BUDI, 1), (BUDI, 2)]
    assert gaps(place) == [(ANA, INPRES, "PROGRAM_PARTIAL")]


def test_a_tombstone_takes_everything_and_the_count_begins_anew(place: Place) -> None:
    topics = CoverageTopics()
    topics.persons({ANA: state(1, gap()), BUDI: state(5, gap())})
    fill(topics, place.store())
    topics.person(ANA, state(2, covered()), None, state(1, gap("LAPSED")))
    topics.person(BUDI, None)
    fill(topics, place.store())
    assert current(place) == {ANA: (1, "GAP")}
    assert history(place) == [(ANA, 1)]
    assert gaps(place) == [(ANA, INPRES, "LAPSED")]


def test_regions_and_directives_follow_their_topics(place: Place) -> None:
    topics = CoverageTopics()
    topics.region("ID", totals(gaps=5))
    topics.region("74", totals(gaps=2))
    topics.directive(INPRES, standing(1))
    topics.directive("draft", standing(1, document="not: json", notes=("a\x00b",)))
    fill(topics, place.store())
    topics.region("ID", totals(gaps=4))
    topics.region("74", None)
    topics.directive(INPRES, standing(2))
    fill(topics, place.store())
    ((region, directives, discrepancies),) = place.fetch(
        "SELECT region, directives, discrepancies FROM coverage_region"
    )
    assert (region, as_json(directives)[0]["gap"], as_json(directives)[0]["target_date"]) == (
        "ID",
        4,
        "2026-12-31",
    )
    assert as_json(discrepancies)["member_unknown_to_dtsen"] == 2
    rows = place.fetch("SELECT id, version, state, document, by_whom, notes FROM directive ORDER BY id DESC")
    assert [row[:3] for row in rows] == [(INPRES, 2, "IN_FORCE"), ("draft", 1, "IN_FORCE")]
    assert [as_json(row[3]) for row in rows] == [{"id": "x"}, "not: json"]
    assert as_json(rows[1][5]) == ["a\ufffdb"]


def test_a_state_read_again_changes_nothing(place: Place) -> None:
    topics = CoverageTopics()
    topics.person(ANA, state(1, gap()), state(2, covered()))
    fill(topics, place.store())
    before = place.fetch("SELECT * FROM coverage_person"), history(place), gaps(place)
    place.run("DELETE FROM sink_position")
    fill(topics, place.store(), batch_records=1)
    assert (place.fetch("SELECT * FROM coverage_person"), history(place), gaps(place)) == before


def test_positions_are_those_of_the_rows(place: Place) -> None:
    topics = CoverageTopics()
    topics.person(ANA, state(1, gap()))
    observer = SinkObserver()
    fill(topics, place.store(), observer=observer)
    topics.person(ANA, state(2, covered()))
    topics.region("ID", totals())
    fill(topics, place.store(), observer=observer)
    assert observer.records == {COVERAGE_PERSONS: 2, COVERAGE_REGIONS: 1}
    offsets = place.fetch("SELECT topic, sum(next_offset) FROM sink_position GROUP BY topic ORDER BY topic")
    assert offsets == [(COVERAGE_DIRECTIVES, 0), (COVERAGE_PERSONS, 2), (COVERAGE_REGIONS, 1)]
    assert set(observer.lags.values()) == {0}


class FailsOnce:
    """A store whose transaction fails once, before or after it was committed; then it is away for a while."""

    def __init__(self, place: Place, *, committed: bool) -> None:
        self._inner, self._committed = place.store(), committed
        self._left = 1
        self.away = 2

    def open(self) -> dict[TopicPartition, Position]:
        if not self._left and self.away:
            self.away -= 1
            raise Retryable("away")
        return self._inner.open()

    def write(self, work: Work, positions: Mapping[TopicPartition, Position]) -> None:
        if self._left and work.persons is not None:
            self._left = 0
            if self._committed:
                self._inner.write(work, positions)
            raise Retryable("the connection broke")
        self._inner.write(work, positions)

    def empty(self) -> None:
        self._inner.empty()

    def close(self) -> None:
        self._inner.close()


@pytest.mark.parametrize("committed", [False, True])
def test_a_transaction_of_unknown_outcome_is_neither_lost_nor_written_twice(
    place: Place, committed: bool
) -> None:
    topics = CoverageTopics()
    for number in range(5):
        topics.person(token(number), *(state(seq, gap()) for seq in range(1, 4)))
    observer = SinkObserver()
    store = FailsOnce(place, committed=committed)
    fill(topics, store, observer=observer, batch_records=4)
    assert store.away == 0
    assert len(observer.waits) == 3
    assert observer.failures == 1
    assert len(history(place)) == 15
    assert set(current(place).values()) == {(3, "GAP")}


@pytest.mark.parametrize("how", ["topic", "cluster", "shorter", "away"])
def test_positions_of_another_log_are_refused_and_a_refill_helps(place: Place, how: str) -> None:
    topics = CoverageTopics()
    topics.persons({ANA: state(1, gap()), BUDI: state(1, gap())})
    fill(topics, place.store())
    cluster, now = "cluster-1", NOW
    if how == "topic":
        topics = CoverageTopics()
        topics.person(BUDI, state(1, covered()))
    elif how == "cluster":
        cluster = "cluster-2"
    elif how == "shorter":
        place.run("UPDATE sink_position SET next_offset = 99")
    else:
        now = NOW + timedelta(days=14, seconds=1)
    sink = make_sink(topics, place.store(), cluster=cluster, now=now)
    with pytest.raises(Refused) as refused:
        sink.run(once=True)
    sink.close()
    assert "--refill" in (refused.value.remedy or "")
    assert current(place).keys() == {ANA, BUDI}
    again = make_sink(topics, place.store(), cluster=cluster, now=now)
    again.run(once=True, refill=True)
    again.close()
    assert current(place) == (
        {BUDI: (1, "COVERED")} if how == "topic" else {ANA: (1, "GAP"), BUDI: (1, "GAP")}
    )


def test_a_record_that_cannot_be_read_stops_the_sink_and_can_be_gone_past(place: Place) -> None:
    topics = CoverageTopics()
    topics.persons({ANA: state(1, gap()), BUDI: state(1, gap())})
    bad = token(77)
    topics.raw(COVERAGE_PERSONS, bad.encode(), b"\x00\x00\x00\x00\x01rubbish")
    topics.raw(COVERAGE_PERSONS, b"7471010101900000", None)
    with pytest.raises(Refused, match=r"record coverage\.persons/\d/\d cannot be read") as refused:
        fill(topics, place.store())
    assert "7471010101900000" not in f"{refused.value} {refused.value.remedy}"
    bad_places = [
        (TopicPartition(COVERAGE_PERSONS, number), int(offset))
        for number, partition in enumerate(topics.broker.topic(COVERAGE_PERSONS).partitions)
        for offset, key in zip(partition.offsets, partition.keys, strict=True)
        if key in (bad.encode(), b"7471010101900000")
    ]
    with pytest.raises(Refused):
        fill(topics, place.store(), passed_over=tuple(bad_places[:1]))
    fill(topics, place.store(), passed_over=tuple(bad_places))
    assert current(place) == {ANA: (1, "GAP"), BUDI: (1, "GAP")}


@pytest.mark.parametrize("topic", [COVERAGE_REGIONS, COVERAGE_DIRECTIVES])
def test_the_same_for_totals_and_directives(place: Place, topic: str) -> None:
    topics = CoverageTopics()
    topics.raw(topic, b"ID", b"rubbish")
    with pytest.raises(Refused, match=f"record {topic}/0/0 cannot be read"):
        fill(topics, place.store())
    fill(topics, place.store(), passed_over=((TopicPartition(topic, 0), 0),))
    assert place.fetch("SELECT count(*) FROM coverage_region") == [(0,)]


def test_the_view_says_how_current_it_is(place: Place) -> None:
    topics = CoverageTopics()
    topics.person(ANA, state(1, gap()))
    fill(topics, place.store(), now=NOW)
    later = NOW + timedelta(hours=1)
    fill(topics, place.store(), now=later)
    seen = [moment(row[0]).astimezone(UTC) for row in place.fetch("SELECT seen_at FROM sink_position")]
    assert set(seen) == {later}
