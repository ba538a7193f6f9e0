"""When a record came, told from where the log ended at each look."""

import pytest

from deploy.query.arrivals import Arrivals


def seen(*ends: tuple[int, float]) -> Arrivals:
    arrivals = Arrivals()
    for end, at in ends:
        arrivals.saw_end(end, at)
    return arrivals


def test_nothing_seen_is_nothing_said() -> None:
    assert Arrivals().came(0) is None
    assert seen((10, 5.0)).came(10) is None


def test_what_lay_there_at_the_first_look_came_then_at_the_latest() -> None:
    assert seen((10, 5.0), (20, 7.0)).came(3) == 5.0


@pytest.mark.parametrize(("offset", "came"), [(10, 5.2), (14, 6.0), (19, 7.0)])
def test_it_came_between_two_looks(offset: int, came: float) -> None:
    assert seen((10, 5.0), (20, 7.0), (30, 9.0)).came(offset) == pytest.approx(came)


def test_after_a_long_silence_it_is_not_old() -> None:
    arrivals = seen((10, 5.0), (10, 3000.0), (11, 3002.0))
    assert arrivals.came(10) == 3002.0
    assert seen((10, 5.0), (10, 3000.0), (12, 3002.0)).came(10) == 3001.0


def test_a_silence_later_does_not_make_it_younger() -> None:
    assert seen((10, 5.0), (20, 7.0), (20, 3000.0)).came(19) == 7.0


def test_what_was_read_tells_of_what_lay_there_before_the_first_look() -> None:
    arrivals = seen((1001, 5000.0))
    arrivals.was_read(0, 1000.0)
    assert arrivals.came(0) == 1000.0
    assert arrivals.came(500) == pytest.approx(3000.0)
    assert arrivals.came(1000) == 5000.0


def test_hours_of_standstill_keep_their_beginning() -> None:
    arrivals = seen(*((10 * number, float(number)) for number in range(1, 20_000)))
    assert arrivals.came(0) == 1.0


def test_a_log_made_anew_has_no_past() -> None:
    assert seen((10, 5.0), (20, 7.0), (4, 9.0)).came(2) == 9.0
