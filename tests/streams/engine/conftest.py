import pytest

from tests.oracle.examples import directive
from tests.streams.engine.world import TODAY, World


@pytest.fixture
def world() -> World:
    """A hub with a policy, a business date and a directive in force; no engine yet."""
    world = World.at_noon()
    world.set_policy()
    world.set_date(TODAY)
    world.put_in_force(directive())
    return world
