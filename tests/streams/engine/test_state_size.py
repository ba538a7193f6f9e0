"""hub.state stays as large as the people in it need, however often they change."""

from schemas.names import DTSEN_PERSONS, HUB_STATE
from streams.engine.limits import EngineLimits
from streams.engine.sweep import SweepLimits
from tests.oracle.examples import person
from tests.streams.engine import laws
from tests.streams.engine.world import World

OFTEN = EngineLimits(sweep=SweepLimits(bytes_at_least=1, slice_rows=5))
PEOPLE = [f"{number:032x}" for number in range(60)]
ROUNDS = 40


def size(world: World) -> int:
    """Bytes on hub.state that were not deleted."""
    return sum(len(value or b"") for _, value, _ in world.records(HUB_STATE))


def change_everybody(world: World, times: int) -> int:
    """Each one's fact anew, the ``times``-th time; the size of the state after that."""
    version, decile = (20261 << 32) + times, 1 + times % 4
    for token in PEOPLE:
        world.publish(DTSEN_PERSONS, token, person(version=version, decile=decile))
    world.settle()
    return size(world)


def test_endless_updates_do_not_grow_the_state(world: World) -> None:
    world.start(limits=OFTEN)
    sizes = [change_everybody(world, times) for times in range(ROUNDS)]
    assert max(sizes[ROUNDS // 2 :]) <= 1.2 * max(sizes[: ROUNDS // 2])
    laws.check_all(world)


def test_nor_when_engines_come_and_go_all_the_time(world: World) -> None:
    sizes = []
    for times in range(ROUNDS):
        world.kill_all()
        world.start(limits=OFTEN)
        sizes.append(change_everybody(world, times))
    assert max(sizes[ROUNDS // 2 :]) <= 1.2 * max(sizes[: ROUNDS // 2])
    laws.check_all(world)
