from hypothesis import given
from hypothesis import strategies as st

from deploy.supervision.restart import FIRST_DELAY_S, LONGEST_DELAY_S, WELL_AFTER_S, Restarts


def test_the_pause_doubles_while_a_process_keeps_crashing() -> None:
    restarts, delays = Restarts(), []
    for _ in range(8):
        restarts = restarts.after_crash(ran_s=0.1)
        delays.append(restarts.delay_s)
    assert delays == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert restarts.total == 8


def test_a_process_that_was_well_is_started_soon_again() -> None:
    restarts = Restarts(total=9, in_row=9).after_crash(ran_s=WELL_AFTER_S)
    assert (restarts.total, restarts.delay_s) == (10, FIRST_DELAY_S)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=2000))
def test_the_pause_stays_in_bounds_and_every_restart_is_counted(runs: list[float]) -> None:
    restarts = Restarts()
    for ran in runs:
        restarts = restarts.after_crash(ran)
        assert FIRST_DELAY_S <= restarts.delay_s <= LONGEST_DELAY_S
    assert restarts.total == len(runs)
