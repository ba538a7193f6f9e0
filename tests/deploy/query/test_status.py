"""A snapshot from topics alone: lag without engines, quarantine, date, directives, totals."""

from datetime import date

from deploy.query.status import QUARANTINE_WINDOW_S, snapshot
from monitoring.health import HubSnapshot
from schemas.events import DirectiveInForce
from schemas.names import (
    BPJS_MEMBERSHIPS,
    COVERAGE_REGIONS,
    DTSEN_PERSONS,
    HUB_CONTROL,
    HUB_QUARANTINE,
    HUB_STATE,
)
from schemas.records import Outgoing, TopicPartition
from schemas.sealing import SealingKey
from tests.fakes.hub_topics import HubTopics, business_date, control_event, quarantined
from tests.fakes.memory_log import MemoryTransactionalProducer
from tests.fakes.totals import directive_totals, region_totals


def _look(hub: HubTopics) -> HubSnapshot:
    return snapshot((), local=False, sources=hub.sources(), now=hub.broker.clock_ms / 1000)


def test_a_stopped_engine_is_seen_to_fall_behind_in_records_and_seconds() -> None:
    hub = HubTopics()
    for _ in range(10):
        hub.put_raw(DTSEN_PERSONS, 1, b"k", b"v")
    hub.commit(DTSEN_PERSONS, 1, 10)
    hub.broker.clock_ms += 60_000
    for _ in range(5):
        hub.put_raw(DTSEN_PERSONS, 1, b"k", b"v")
    hub.broker.clock_ms += 30_000
    parts = {(part.topic, part.partition): part for part in _look(hub).lag}
    behind = parts[DTSEN_PERSONS, 1]
    assert (behind.position, behind.records, behind.readable, behind.seconds) == (10, 5, 5, 30.0)
    assert parts[DTSEN_PERSONS, 0].records == 0
    assert parts[DTSEN_PERSONS, 0].seconds == 0.0


def test_never_committed_means_all_of_it_is_waiting() -> None:
    hub = HubTopics()
    for partition, records in ((0, 3), (1, 8)):
        for _ in range(records):
            hub.put_raw(BPJS_MEMBERSHIPS, partition, b"k", b"v")
    hub.broker.clock_ms += 5_000
    parts = [part for part in _look(hub).lag if part.topic == BPJS_MEMBERSHIPS]
    assert [(part.records, part.seconds) for part in parts] == [(3, 5.0), (8, 5.0)]


def test_a_publishers_open_transaction_is_apart() -> None:
    hub = HubTopics()
    writer = MemoryTransactionalProducer(hub.broker, "t")
    writer.init()
    writer.begin()
    writer.produce(Outgoing(TopicPartition(DTSEN_PERSONS, 0), [b"k"], [b"v"]))
    part = _look(hub).lag[0]
    assert (part.records, part.readable, part.seconds) == (1, 0, None)
    writer.abort()
    part = _look(hub).lag[0]
    assert (part.records, part.readable, part.seconds) == (0, 0, 0.0), "a marker is no work"


def test_date_and_directives_are_those_of_the_control_log() -> None:
    hub = HubTopics()
    for event in (
        business_date(date(2026, 3, 2)),
        business_date(date(2026, 3, 1)),
        control_event("directive:inpres-8-2025", 2, DirectiveInForce("inpres-8-2025", 2, "{}")),
        control_event("directive:inpres-8-2025", 1, DirectiveInForce("inpres-8-2025", 1, "{}")),
    ):
        hub.put(HUB_CONTROL, None, event)
    found = _look(hub)
    assert found.business_date == date(2026, 3, 2)
    assert found.directives == ("inpres-8-2025 v2",)


def test_quarantine_is_counted_by_reason_within_its_window() -> None:
    hub, sealing = HubTopics(), SealingKey.generate()
    hub.put(HUB_QUARANTINE, "old", quarantined(sealing, offset=1))
    hub.broker.clock_ms += int(QUARANTINE_WINDOW_S * 1000) + 1
    for offset, reason in ((2, "INVALID_KEY"), (3, "UNDECODABLE"), (4, "INVALID_KEY")):
        hub.put(HUB_QUARANTINE, "k", quarantined(sealing, offset=offset, reason=reason))
    assert dict(_look(hub).quarantined) == {"INVALID_KEY": 2, "UNDECODABLE": 1}


def test_last_commit_is_that_of_the_newest_state_block() -> None:
    hub = HubTopics()
    assert _look(hub).last_commit_age_s is None
    hub.put_raw(HUB_STATE, 0, None, b"block")
    hub.broker.clock_ms += 2_000
    hub.put_raw(HUB_STATE, 1, None, b"block")
    hub.broker.clock_ms += 7_000
    assert _look(hub).last_commit_age_s == 7.0


def test_the_nations_line_and_how_complete_it_is() -> None:
    hub = HubTopics()
    hub.put(COVERAGE_REGIONS, "74.71", region_totals("REGENCY", directive_totals(10, 5)))
    hub.put(COVERAGE_REGIONS, "ID", region_totals("NATION", directive_totals(10, 5)))
    hub.put(COVERAGE_REGIONS, "ID", region_totals("NATION", directive_totals(10, 6, target=8), reported=3))
    found = _look(hub)
    assert [(line.eligible, line.covered, line.gap, line.target) for line in found.nation] == [(10, 6, 4, 8)]
    assert (found.partitions_reported, found.partitions) == (3, 4)


def test_topics_that_do_not_exist_are_named() -> None:
    hub = HubTopics()
    hub.broker.delete_topic(DTSEN_PERSONS)
    found = _look(hub)
    assert found.missing_topics == (DTSEN_PERSONS,)
    assert {part.topic for part in found.lag} == {BPJS_MEMBERSHIPS}
