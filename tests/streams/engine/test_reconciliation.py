"""What an engine tells of a batch: classes by regency, and the digest of what can be used."""

from datetime import date, timedelta

from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from tests.oracle.examples import ANA, BUDI, RELEASE_2026_1, enrolment, membership, person
from tests.streams.engine import laws
from tests.streams.engine.world import TODAY, World

LATER = RELEASE_2026_1 + 1


def regencies(world: World, topic: str, batch: str) -> dict[str, dict[str, int]]:
    """Per regency the classes that are not zero, over all partitions."""
    found: dict[str, dict[str, int]] = {}
    for (_, told_topic, name), told in laws.told_of_batches(world).items():
        if (told_topic, name) == (topic, batch):
            for region, counts in told["regencies"].items():
                here = found.setdefault(region, {})
                for each, number in counts.items():
                    if isinstance(number, int) and number:
                        here[each] = here.get(each, 0) + number
    return found


def test_a_record_counts_where_it_says_the_person_lives(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person(version=LATER, region="74.71"))
    world.settle()
    world.publish(DTSEN_PERSONS, ANA, person(region="74.03"))
    world.publish(DTSEN_PERSONS, BUDI, person(region="74.03.06"))
    world.publish(DTSEN_PERSONS, BUDI, person(version=LATER, region="74.03", decile=11))
    world.publish(DTSEN_PERSONS, BUDI, person(version=LATER, region="99.99"))
    world.settle()
    assert regencies(world, DTSEN_PERSONS, "dtsen-1") == {
        "74.71": {"accepted": 1},
        "74.03": {"accepted": 1, "stale": 1, "quarantined": 1},
        "": {"quarantined": 1},
    }
    laws.check_all(world)


def test_a_membership_counts_where_the_hub_knows_the_person_to_live(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person(region="74.71.01"))
    world.settle()
    paid = membership(enrolment("BPU", date(2026, 4, 30), "JKK"))
    for token in (ANA, ANA, BUDI):
        world.publish(BPJS_MEMBERSHIPS, token, paid)
    world.settle()
    assert regencies(world, BPJS_MEMBERSHIPS, paid["batch"]) == {
        "74.71": {"accepted": 1, "duplicate": 1},
        "": {"accepted": 1},
    }


def test_a_restored_engine_goes_on_counting(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person(region="74.71"))
    world.settle()
    world.kill_all()
    world.start()
    world.publish(DTSEN_PERSONS, BUDI, person(region="74.03"))
    world.publish(DTSEN_PERSONS, ANA, person(version=LATER, region="74.71"))
    world.settle()
    assert regencies(world, DTSEN_PERSONS, "dtsen-1") == {"74.71": {"accepted": 2}, "74.03": {"accepted": 1}}
    laws.check_all(world)


def test_what_came_just_before_a_leap_of_the_date_is_told(world: World) -> None:
    """A month passes at once, as after an idle time: the batch is closed before its counts are told."""
    world.start()
    world.settle()
    world.publish(DTSEN_PERSONS, ANA, person(region="74.71"))
    world.step()
    world.set_date(TODAY + timedelta(days=30))
    world.settle()
    assert regencies(world, DTSEN_PERSONS, "dtsen-1") == {"74.71": {"accepted": 1}}
    laws.check_all(world)


def test_a_closed_batch_that_grows_again_is_told_whole(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person(region="74.71"))
    world.settle()
    world.set_date(TODAY + timedelta(days=30))
    world.settle()
    before = len(list(laws.partials(world)))
    world.publish(DTSEN_PERSONS, ANA, person(version=LATER, region="74.03"))
    world.settle()
    since = list(laws.partials(world))[before:]
    (grown,) = (batch for partial in since for batch in partial["batches"] if not partial["full"])
    assert {each["region"]: each["accepted"] for each in grown["regencies"]} == {"74.71": 1, "74.03": 1}
    laws.check_all(world)
