import numpy as np

from streams.engine.batches import MOST_OPEN, OPEN_DAYS, OVERFLOW, REMEMBERED, BatchCounts

ACCEPTED, STALE = 0, 2


def test_a_batch_goes_on_counting_after_the_date_has_jumped() -> None:
    counts = BatchCounts()
    counts.add("t", "b", np.array([ACCEPTED, ACCEPTED]), 5, day=100)
    list(counts.take_changed())
    counts.forget_closed(100 + 50 * OPEN_DAYS)
    counts.add("t", "b", np.array([ACCEPTED, STALE]), 9, day=450)
    assert counts.open["t", "b"].by_class[:3] == [3, 0, 1]
    assert counts.open["t", "b"].first_offset == 5


def test_only_the_oldest_closed_batches_are_forgotten() -> None:
    counts = BatchCounts()
    for number in range(REMEMBERED + 3):
        counts.add("t", str(number), np.array([ACCEPTED]), 0, day=100 + number)
    list(counts.take_changed())
    counts.forget_closed(100 + OPEN_DAYS + 2)
    assert ("t", "0") not in counts.open
    assert ("t", "1") not in counts.open
    assert ("t", "2") in counts.open  # not closed yet
    assert len(counts.open) == REMEMBERED + 1


def test_what_was_not_written_is_not_forgotten() -> None:
    counts = BatchCounts()
    for number in range(REMEMBERED + 1):
        counts.add("t", str(number), np.array([ACCEPTED]), 0, day=1)
    counts.forget_closed(1_000)
    assert len(counts.open) == REMEMBERED + 1


def test_endless_batch_ids_do_not_take_endless_memory() -> None:
    counts = BatchCounts()
    for number in range(MOST_OPEN + 10):
        counts.add("t", str(number), np.array([ACCEPTED]), 0, day=1)
    assert len(counts.open) == MOST_OPEN + 1
    assert counts.open["t", OVERFLOW].by_class[ACCEPTED] == 10
