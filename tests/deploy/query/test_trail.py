"""One person's trail, and the evidence of their verdict, read from their partition alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from deploy.cli.progress import ReadingProgress
from deploy.query.evidence import read_fact
from deploy.query.holds import read_holds
from deploy.query.trail import Trail, read_trail
from deploy.view.explanation import lines
from deploy.view.trail import CAUSE, CHANGE, MEMBERSHIP_CAUSE, trail_sentences
from schemas.events import (
    CoverageState,
    Evidence,
    HeldDirective,
    Hold,
    Lookup,
    MembershipSnapshot,
    PersonRanked,
)
from schemas.ids import PersonToken
from schemas.names import (
    BPJS_MEMBERSHIPS,
    CAUSES,
    CHANGES,
    COVERAGE_PERSONS,
    DTSEN_PERSONS,
    HUB_HOLDS,
    HUB_LOOKUPS,
    MEMBERSHIP_CAUSES,
)
from schemas.partitioner import partition_for
from schemas.records import TopicPartition
from tests.fakes.hub_topics import HubTopics
from tests.fakes.memory_log import MemoryReader

ME, OTHER = PersonToken.parse("0f" * 16), PersonToken.parse("a1" * 16)
NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)
VERSION = (20261 << 32) + 2
PARTITION = partition_for(ME.hex.encode(), 2)


def _person(version: int = VERSION) -> PersonRanked:
    return PersonRanked(
        version, "bps-2026-1", 3, False, date(1990, 5, 4), "MALE", "74.71", 1, None, "PRESENT", None, NOON
    )


def _hub() -> HubTopics:
    hub = HubTopics()
    looked = Lookup("l-1", "kasi", "pengaduan 3", NOON)
    for token in (OTHER, ME):
        hub.put_person(DTSEN_PERSONS, token.hex, _person())
        hub.put_person(HUB_LOOKUPS, token.hex, looked)
    hub.put_person(HUB_LOOKUPS, ME.hex, looked)
    hub.put_person(BPJS_MEMBERSHIPS, ME.hex, MembershipSnapshot(1767225600000000, "tk-1", "PAID", (), NOON))
    state = CoverageState(
        1,
        "GAP",
        (),
        "OPENED",
        ("DTSEN",),
        "74.71",
        None,
        None,
        date(2026, 3, 1),
        NOON,
        Evidence(None, None, 1),
    )
    hub.put_person(COVERAGE_PERSONS, ME.hex, state)
    hold = Hold("WAITING", (HeldDirective("x", 1),), "74.71", VERSION, 0, date(2026, 3, 1), 4, NOON)
    hub.put_person(HUB_HOLDS, ME.hex, hold)
    hub.put_person(HUB_HOLDS, OTHER.hex, hold)
    hub.put_person(HUB_HOLDS, ME.hex, None)
    return hub


def _trail() -> Trail:
    return read_trail(_hub().sources(), ME)


def test_a_trail_has_this_person_and_nobody_else() -> None:
    trail = _trail()
    assert [lookup.by for lookup in trail.lookups] == ["kasi"]
    assert [(fact.topic, fact.partition, fact.batch, fact.cause) for fact in trail.facts] == [
        (DTSEN_PERSONS, PARTITION, "bps-2026-1", None),
        (BPJS_MEMBERSHIPS, PARTITION, "tk-1", "PAID"),
    ]
    assert [(one.seq, one.status) for one in trail.published] == [(1, "GAP")]
    assert [step.hold is None for step in trail.holds] == [False, True]


def test_only_the_persons_partition_is_read() -> None:
    hub = _hub()
    asked: list[TopicPartition] = []

    class Watched(MemoryReader):
        def assign(self, positions: Mapping[TopicPartition, int]) -> None:
            asked.extend(positions)
            super().assign(positions)

    read_trail(replace(hub.sources(), reader=Watched(hub.broker)), ME)
    assert {at.partition for at in asked} == {PARTITION}


def test_a_record_that_cannot_be_read_is_passed_over() -> None:
    hub = _hub()
    hub.put_raw(DTSEN_PERSONS, -1, ME.hex.encode(), b"not avro")
    assert len(read_trail(hub.sources(), ME).facts) == 2


def test_the_sentences_name_who_and_what_and_show_no_sixteen_digits() -> None:
    said = lines(trail_sentences(_trail()))
    assert "– 1 Mar 2026 05:00 UTC: kasi, penjelasan, untuk: pengaduan 3." in said
    assert any("BPJS Ketenagakerjaan version 1 Jan 2026 00:00 UTC" in line for line in said)
    assert any("record 1, not yet covered, became not covered because of DTSEN data" in line for line in said)
    assert any("penahanan berakhir" in line for line in said)
    assert not any("1767225600000000" in line for line in said)


def test_a_person_nobody_knows_has_an_empty_trail() -> None:
    said = lines(trail_sentences(read_trail(HubTopics().sources(), ME)))
    assert "Penahanan: tidak ada." in said
    assert len(said) == 8


def test_every_cause_and_change_has_words() -> None:
    assert set(CAUSES) == set(CAUSE)
    assert set(CHANGES) == set(CHANGE)
    assert set(MEMBERSHIP_CAUSES) == set(MEMBERSHIP_CAUSE)


def test_the_record_a_fact_came_from_is_read_back() -> None:
    hub = _hub()
    at = TopicPartition(DTSEN_PERSONS, PARTITION)
    (mine,) = [fact.offset for fact in read_trail(hub.sources(), ME).facts if fact.topic == DTSEN_PERSONS]
    found = read_fact(hub.sources(), ME, at, mine, VERSION)
    assert (found.kept, found.batch, found.observed_at) == (True, "bps-2026-1", NOON)


@pytest.mark.parametrize(("token", "version", "offset"), [(OTHER, VERSION, 0), (ME, 7, 0), (ME, VERSION, 99)])
def test_what_is_not_this_fact_is_not_taken_for_it(token: PersonToken, version: int, offset: int) -> None:
    hub = HubTopics()
    hub.put_person(DTSEN_PERSONS, ME.hex, _person())
    at = TopicPartition(DTSEN_PERSONS, PARTITION)
    assert not read_fact(hub.sources(), token, at, offset, version).kept


def test_a_record_that_is_deleted_is_no_longer_kept() -> None:
    hub = HubTopics()
    hub.put_person(DTSEN_PERSONS, ME.hex, _person())
    at = TopicPartition(DTSEN_PERSONS, PARTITION)
    hub.broker.partition(at).delete_before(1)
    assert not read_fact(hub.sources(), ME, at, 0, VERSION).kept


@pytest.mark.parametrize(("region", "held"), [("ID", 1), ("74", 1), ("74.71", 1), ("74.01", 0)])
def test_holds_of_a_region_without_those_that_ended(region: str, held: int) -> None:
    read = _hub().sources()
    found = read_holds(read.reader, read.ends, read.codec, region)
    assert list(found) == [OTHER.hex] * held


def test_progress_is_said_only_when_it_takes_long(capsys: pytest.CaptureFixture[str]) -> None:
    times = iter([0.0, 1.0, 2.5, 3.0])
    progress = ReadingProgress(lambda: next(times))
    for done in (10, 50, 60):
        progress("dtsen.persons", done, 100)
    assert capsys.readouterr().err == "membaca / reading dtsen.persons: 50 %\n"
