"""What the demo publishes: spoiled where it says so, for the reason it says, and nowhere else."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import schemas.regions
from connectors.population.drives import vulnerable_workers
from connectors.population.year import FIRST_MONTH
from deploy.demo.directive import scaled_directive
from schemas.errors import Refused
from schemas.events import BatchManifest, DirectiveEvent
from schemas.names import AGENCY_MANIFESTS, BPJS_MEMBERSHIPS, DTSEN_PERSONS, KEMNAKER_DIRECTIVES
from tests.connectors.population.conftest import make_people
from tests.deploy.demo.world import NOON, PARTITIONS, AnsweringHub, World
from tests.oracle.check import check
from tests.oracle.records import RawRecord, Rejected
from tests.oracle.regions import read_regions

NOW_MS = int(NOON.timestamp() * 1000)
REFERENCE = Path(schemas.regions.__file__).parent / "reference"


def _records(world: World) -> list[RawRecord]:
    found = []
    for topic in (DTSEN_PERSONS, BPJS_MEMBERSHIPS):
        for number, partition in enumerate(world.broker.topic(topic).partitions):
            rows = zip(partition.keys, partition.values, partition.headers, strict=True)
            for offset, (key, value, headers) in enumerate(rows):
                found.append(RawRecord(topic, number, offset, NOW_MS, key, value, headers or {}))
    return found


def test_exactly_what_is_planted_is_rejected_and_for_the_reason_planted() -> None:
    world = World()
    steps = world.play_a_month()
    regions = read_regions(REFERENCE)
    rejected: Counter[tuple[str, str]] = Counter()
    by_batch: Counter[str | None] = Counter()
    for raw in _records(world):
        result = check(raw, PARTITIONS, regions, world.codec.decode)
        if isinstance(result, Rejected):
            rejected[raw.topic, result.reason] += 1
            by_batch[result.batch] += 1
    planted = Counter((step.topic, reason) for step in steps for reason in step.spoiled)
    for topic in (DTSEN_PERSONS, BPJS_MEMBERSHIPS):
        planted[topic, "INVALID_KEY"] += 2
        planted[topic, "NULL_VALUE"] += 1
        planted[topic, "UNKNOWN_SCHEMA"] += 2
        planted[topic, "UNDECODABLE"] += 2
        planted[topic, "WRONG_PARTITION"] += 1
    assert rejected == planted
    assert by_batch == Counter(
        {batch.batch: batch.spoiled for batch in world.player.batches if batch.spoiled}
    )


def test_every_batch_has_a_manifest_of_what_was_sent() -> None:
    world = World()
    world.play_a_month()
    (partition,) = world.broker.topic(AGENCY_MANIFESTS).partitions
    manifests = {
        (key or b"").decode(): BatchManifest.from_record(world.codec.decode(AGENCY_MANIFESTS, value or b""))
        for key, value in zip(partition.keys, partition.values, strict=True)
    }
    assert {name: found.count for name, found in manifests.items()} == {
        batch.batch: batch.sent for batch in world.player.batches
    }
    assert sum(found.count for found in manifests.values()) == len(_records(world)) == world.player.published


def test_the_business_date_is_a_command() -> None:
    world = World()
    world.player.advance(date(2025, 4, 16))
    assert [json.loads(payload) for payload in world.hub.payloads] == [{"to": "2025-04-16"}]


def test_a_command_that_is_refused_ends_the_demo_with_the_reasons() -> None:
    world = World(AnsweringHub("REFUSED", "the date only rises"))
    with pytest.raises(Refused, match="the date only rises"):
        world.player.advance(date(2025, 4, 16))


def test_the_directive_is_announced_with_its_own_id() -> None:
    world, people = World(), make_people()
    document = scaled_directive(people)
    world.player.announce(document)
    (partition,) = world.broker.topic(KEMNAKER_DIRECTIVES).partitions
    assert partition.keys == [b"inpres-8-2025"]
    event = DirectiveEvent.from_record(world.codec.decode(KEMNAKER_DIRECTIVES, partition.values[0] or b""))
    assert event.document == document.canonical_json()


def test_targets_are_scaled_to_the_people_drawn() -> None:
    people = make_people(0.01)
    targets = {target.region.text: target.persons for target in scaled_directive(people).targets}
    workers = vulnerable_workers(people, FIRST_MONTH.astype("datetime64[D]")).sum()
    assert set(targets) == {*people.places.regencies, "74"}
    assert targets["74"] == sum(persons for code, persons in targets.items() if code != "74")
    assert abs(targets["74"] - 0.6 * workers) <= len(targets)
