"""What the recorder and the follower keep of what a hub publishes."""

import dataclasses
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from deploy.demo.follower import Follower
from schemas.errors import ContractBroken
from schemas.events import BatchReceipt, CoverageState, Quarantined
from schemas.names import (
    AGENCY_RECEIPTS,
    COVERAGE_DIRECTIVES,
    COVERAGE_PERSONS,
    COVERAGE_REGIONS,
    HUB_QUARANTINE,
)
from schemas.records import Outgoing, TopicPartition
from tests.connectors.client.samples import state
from tests.deploy.demo.world import NOON, World, directive_status
from tests.fakes.memory_log import MemoryReader
from tests.fakes.totals import directive_totals, region_totals

ANA, BUDI = "0a" * 16, "0b" * 16


def _say(world: World, token: str, state: CoverageState, partition: int = 0) -> None:
    world.write(COVERAGE_PERSONS, partition, token.encode(), state)


def test_every_record_is_written_down_with_its_place(tmp_path: Path) -> None:
    world = World()
    recorder = world.recorder(tmp_path)
    _say(world, ANA, dataclasses.replace(state(1), status="GAP"))
    _say(world, BUDI, dataclasses.replace(state(1), status="GAP"), partition=3)
    recorder.read()
    assert recorder.one_with("GAP") in (ANA, BUDI)
    _say(world, ANA, dataclasses.replace(state(2), status="COVERED"))
    end = {TopicPartition(COVERAGE_PERSONS, 0): 2, TopicPartition(COVERAGE_PERSONS, 3): 1}
    assert not recorder.has_read(end)
    recorder.read()
    assert recorder.has_read(end)
    recorder.close()
    rows = pq.read_table(tmp_path).to_pylist()
    assert [(row["token"], row["partition"], row["offset"], row["seq"]) for row in rows] == [
        (ANA, 0, 0, 1),
        (BUDI, 3, 0, 1),
        (ANA, 0, 1, 2),
    ]
    assert recorder.records == 3
    assert {status: number for status, number in recorder.standing.items() if number} == {
        "GAP": 1,
        "COVERED": 1,
    }


def test_nothing_recorded_is_still_a_file_to_check(tmp_path: Path) -> None:
    recorder = World().recorder(tmp_path)
    recorder.close()
    table = pq.read_table(tmp_path)
    assert len(table) == 0
    assert {"token", "seq", "verdicts", "previous_region"} <= set(table.column_names)


def _receipt(accepted: int) -> BatchReceipt:
    return BatchReceipt("BPS", "dtsen.persons", 5, accepted, 0, 0, 0, 1, 0, 4 - accepted, False, 4, 4, NOON)


def _read(follower: Follower) -> None:
    """Once a topic, so that the memory log gives all of them."""
    for _ in range(4):
        follower.read()


def test_the_follower_keeps_the_newest_and_saves_everything(tmp_path: Path) -> None:
    world = World()
    follower = Follower(MemoryReader(world.broker), world.admin, world.codec)
    world.write(COVERAGE_REGIONS, 0, b"ID", region_totals("NATION", directive_totals(10, 4)))
    world.write(COVERAGE_REGIONS, 0, b"ID", region_totals("NATION", directive_totals(10, 5)))
    world.write(AGENCY_RECEIPTS, 0, b"b-1", _receipt(2))
    world.write(AGENCY_RECEIPTS, 0, b"b-1", _receipt(4))
    broken = Quarantined(
        topic="dtsen.persons",
        partition=0,
        offset=3,
        reason="NULL_VALUE",
        detail="",
        batch=None,
        schema_id=None,
        sealed_key=None,
        sealed_value=None,
        key_id="k",
        recorded_at=NOON,
    )
    world.write(HUB_QUARANTINE, 0, b"dtsen.persons/0/3", broken)
    world.write(COVERAGE_DIRECTIVES, 0, b"inpres-8-2025", directive_status("IN_FORCE"))
    _read(follower)
    assert follower.totals["ID"].directives[0].covered == 5
    assert follower.receipts["b-1"].accepted == 4
    assert follower.quarantined == {"NULL_VALUE": 1}
    assert follower.directives["inpres-8-2025"].state == "IN_FORCE"
    follower.save(tmp_path)
    assert [row["accepted"] for row in pq.read_table(tmp_path / "receipts.parquet").to_pylist()] == [2, 4]
    regions = pq.read_table(tmp_path / "regions.parquet").to_pylist()
    assert [(row["key"], row["offset"]) for row in regions] == [("ID", 0), ("ID", 1)]


def test_what_cannot_be_read_is_an_error_and_not_passed_over() -> None:
    world = World()
    follower = Follower(MemoryReader(world.broker), world.admin, world.codec)
    world.producer.produce(Outgoing(TopicPartition(COVERAGE_REGIONS, 0), [b"ID"], [b"\x07"]))
    with pytest.raises(ContractBroken):
        _read(follower)
