"""A directive that comes region by region, and one that takes another's place step by step."""

import json
from datetime import date
from typing import Any

from schemas.directive import parse_directive
from schemas.events import DirectiveInForce
from schemas.names import DTSEN_PERSONS
from tests.oracle.examples import ANA, BUDI, directive, person
from tests.streams.engine import laws
from tests.streams.engine.world import TODAY, World

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def rolling(version: int = 1, **means: Any) -> dict[str, Any]:
    """First Kendari, in May Kolaka, in June everywhere."""
    steps = [
        {"from": "2026-04-01", "regions": ["74.71"]},
        {"from": MAY.isoformat(), "regions": ["74.01"]},
        {"from": JUNE.isoformat()},
    ]
    return directive(version=version, **means) | {"rollout": steps}


def started() -> World:
    """Ana lives in Kendari, Budi in Kolaka."""
    world = World.at_noon()
    world.set_policy()
    world.set_date(TODAY)
    world.publish(DTSEN_PERSONS, ANA, person())
    world.publish(DTSEN_PERSONS, BUDI, person(region="74.01.01"))
    world.start()
    return world


def versions(world: World, token: str) -> list[list[int]]:
    return [[v.version for v in state.verdicts] for state in world.published().get(token, [])]


def test_the_business_date_moves_it() -> None:
    world = started()
    world.put_in_force(rolling())
    world.settle()
    assert (versions(world, ANA), versions(world, BUDI)) == ([[1]], [])
    laws.check_all(world)
    world.set_date(MAY)
    world.settle()
    assert (versions(world, ANA), versions(world, BUDI)) == ([[1]], [[1]])
    laws.check_all(world)


def test_it_ends_in_the_view_of_an_immediate_activation() -> None:
    ends = []
    for document in (rolling(), directive()):
        world = started()
        world.put_in_force(document)
        for day in (MAY, JUNE):
            world.settle()
            world.set_date(day)
        world.settle()
        laws.check_all(world)
        ends.append({token: states[-1].verdicts for token, states in world.published().items()})
    assert ends[0] == ends[1]


def test_a_higher_version_takes_over_where_it_has_come_to_and_nobody_flaps() -> None:
    world = started()
    world.put_in_force(directive())
    world.settle()
    world.put_in_force(rolling(2))
    world.settle()
    assert (versions(world, ANA), versions(world, BUDI)) == ([[1], [2]], [[1]])
    laws.check_all(world)
    world.set_date(MAY)
    world.settle()
    assert (versions(world, ANA), versions(world, BUDI)) == ([[1], [2]], [[1], [2]])
    assert {s.change for states in world.published().values() for s in states[1:]} == {"CHANGED"}
    laws.check_all(world)


def test_paused_it_stands_still_and_resumed_it_goes_on() -> None:
    world = started()
    world.put_in_force(rolling())
    document = parse_directive(json.dumps(rolling())).canonical_json()
    name = "inpres-8-2025"
    world.control(f"directive:{name}", 1, 2, DirectiveInForce(name, 1, document, TODAY))
    world.set_date(JUNE)
    world.settle()
    assert versions(world, BUDI) == []
    laws.check_all(world)
    world.control(f"directive:{name}", 1, 3, DirectiveInForce(name, 1, document, None))
    world.settle()
    assert versions(world, BUDI) == [[1]]
    laws.check_all(world)


def test_whose_home_is_known_too_coarsely_is_counted_as_incomplete() -> None:
    world = started()
    steps = [{"from": "2026-04-01", "regions": ["74.71.01"]}, {"from": JUNE.isoformat()}]
    world.publish(DTSEN_PERSONS, ANA, person(version=person()["version"] + 1, region="74.71"))
    world.put_in_force(directive() | {"rollout": steps})
    world.settle()
    assert versions(world, ANA) == []
    laws.check_all(world)
