"""A rebuilt partition's generation is on hub.control once, and outlives the state it was written with."""

from dataclasses import replace

import pytest

from schemas.events import Partial, StateGeneration, control_event_id
from tests.fakes.control_log import Crash
from tests.streams.control.builders import Bench
from tests.streams.control.counts import partial, region


def _counted(partition: int, generation: int, persons: int = 10, *, at: int = 5) -> Partial:
    return partial(partition, (region("74.71", persons),), at=(generation, at, 5))


class Rebuilds(Bench):
    """A desk and the generations it has recorded."""

    def recorded(self) -> list[StateGeneration]:
        """Generations on hub.control, in its order."""
        bodies = [decision.event.body for decision in self.log.control]
        return [body for body in bodies if isinstance(body, StateGeneration)]


@pytest.fixture
def bench() -> Rebuilds:
    bench = Rebuilds()
    bench.start()
    return bench


def test_a_state_that_was_never_lost_is_not_recorded(bench: Rebuilds) -> None:
    bench.partial(_counted(0, 0), _counted(1, 0))
    assert bench.recorded() == []
    assert bench.desk.view.generation(0) == 0


def test_a_higher_generation_is_recorded_once(bench: Rebuilds) -> None:
    bench.partial(_counted(0, 0), _counted(1, 1))
    bench.partial(_counted(1, 1), _counted(1, 1, at=9))
    assert bench.recorded() == [StateGeneration(1, 1)]
    event = bench.log.control[-1].event
    assert (event.subject, event.version, event.step, event.by) == ("generation:1", 1, 0, "control")
    assert event.event_id == control_event_id("generation:1", 1, 0)
    assert (bench.desk.view.generation(0), bench.desk.view.generation(1)) == (0, 1)


def test_a_second_loss_counts_from_what_was_recorded(bench: Rebuilds) -> None:
    bench.partial(_counted(0, 1, at=500), _counted(1, 0))
    bench.partial(_counted(0, 2, persons=7, at=3))
    assert bench.recorded() == [StateGeneration(0, 1), StateGeneration(0, 2)]
    bench.partial(_counted(0, 1, persons=99, at=900))  # one late, of the state that was lost
    assert [decision.event.subject for decision in bench.log.control].count("generation:0") == 2
    assert bench.desk.totals.changes(bench.desk.partials, {}, bench.now, 0.0) == {}
    assert sum(counts.regions["74.71"].persons for counts in bench.desk.partials.newest()[1]) == 17


def test_after_a_restart_or_a_pause_the_repeats_of_the_engines_add_nothing(bench: Rebuilds) -> None:
    bench.partial(_counted(0, 3))
    bench.restart()
    bench.partial(_counted(0, 3), replace(_counted(0, 2), control_offset=9))
    bench.desk.partials.clear()
    bench.partial(_counted(0, 2), _counted(0, 3))
    assert bench.recorded() == [StateGeneration(0, 3)]


@pytest.mark.parametrize("lost", [False, True])
def test_a_worker_that_dies_while_writing_it_is_made_good(bench: Rebuilds, lost: bool) -> None:
    bench.log.die_after, bench.log.lose_last = 1, lost
    with pytest.raises(Crash):
        bench.partial(_counted(0, 1))
    assert len(bench.recorded()) == (0 if lost else 1)
    bench.restart()
    bench.partial(_counted(0, 1))
    assert bench.recorded() == [StateGeneration(0, 1)]
