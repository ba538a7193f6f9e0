"""Hubs as many tests find them."""

from datetime import date

from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS
from streams.engine.limits import EngineLimits
from tests.oracle.examples import ANA, BUDI, directive, enrolment, membership, person
from tests.streams.engine.world import TODAY, World


def set_rules(world: World) -> None:
    """A policy, a business date and a directive in force."""
    world.set_policy()
    world.set_date(TODAY)
    world.put_in_force(directive())


def hub_with_rules() -> World:
    """At noon, with the rules set and no engine yet."""
    world = World.at_noon()
    set_rules(world)
    return world


def hub_that_published(limits: EngineLimits | None = None) -> World:
    """Its engine has published two persons, whose cover ends with April."""
    world = hub_with_rules()
    for token in (ANA, BUDI):
        world.publish(DTSEN_PERSONS, token, person())
        world.publish(BPJS_MEMBERSHIPS, token, membership(enrolment("BPU", date(2026, 4, 30))))
    world.start(limits=limits)
    world.settle()
    return world
