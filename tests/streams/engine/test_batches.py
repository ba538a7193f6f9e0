import numpy as np

from streams.engine.batches import MOST_OPEN, NOWHERE, OPEN_DAYS, OVERFLOW, REMEMBERED, BatchCounts, Growth
from streams.engine.blocks import BatchEntry, PartitionBlock, SweepMark

ACCEPTED, STALE = 0, 2
HERE, THERE = 7471, 7403
DIGITS = np.array([0, THERE, HERE])


def grown(classes: list[int], first: int = 0, *, day: int = 1, at: int = HERE, digest: int = 0) -> Growth:
    """Records of these classes, all about one regency; ``digest`` is that of each."""
    slots = np.full(len(classes), DIGITS.tolist().index(at))
    words = np.full(len(classes), digest, np.uint64)
    return Growth.of(np.array(classes), slots, DIGITS, words, first, day)


def test_a_batch_goes_on_counting_after_the_date_has_jumped() -> None:
    counts = BatchCounts()
    counts.add("t", "b", grown([ACCEPTED, ACCEPTED], 5, day=100))
    list(counts.take_changed())
    counts.forget_closed(100 + 50 * OPEN_DAYS)
    counts.add("t", "b", grown([ACCEPTED, STALE], 9, day=450))
    assert counts.open["t", "b"].by_class[:3] == [3, 0, 1]
    assert counts.open["t", "b"].first_offset == 5


def test_only_the_oldest_closed_batches_are_forgotten() -> None:
    counts = BatchCounts()
    for number in range(REMEMBERED + 3):
        counts.add("t", str(number), grown([ACCEPTED], 0, day=100 + number))
    list(counts.take_changed())
    counts.forget_closed(100 + OPEN_DAYS + 2)
    assert ("t", "0") not in counts.open
    assert ("t", "1") not in counts.open
    assert ("t", "2") in counts.open  # not closed yet
    assert len(counts.open) == REMEMBERED + 1


def test_what_was_not_written_is_not_forgotten() -> None:
    counts = BatchCounts()
    for number in range(REMEMBERED + 1):
        counts.add("t", str(number), grown([ACCEPTED], 0, day=1))
    counts.forget_closed(1_000)
    assert len(counts.open) == REMEMBERED + 1


def test_endless_batch_ids_do_not_take_endless_memory() -> None:
    counts = BatchCounts()
    for number in range(MOST_OPEN + 10):
        counts.add("t", str(number), grown([ACCEPTED], 0, day=1))
    assert len(counts.open) == MOST_OPEN + 1
    assert counts.open["t", OVERFLOW].by_class[ACCEPTED] == 10


def test_classes_by_regency_and_the_digest() -> None:
    counts = BatchCounts()
    counts.add("t", "b", grown([ACCEPTED, STALE], at=HERE, digest=2**63))
    counts.add("t", "b", grown([ACCEPTED], at=THERE, digest=2**63 + 5))
    counts.add("t", "b", grown([ACCEPTED], at=0, digest=2**63))
    count = counts.open["t", "b"]
    assert count.by_class[:3] == [3, 0, 1]
    assert {digits: by_class[:3] for digits, by_class in count.regencies.items()} == {
        HERE: [1, 0, 1],
        THERE: [1, 0, 0],
        0: [1, 0, 0],
    }
    assert count.digest == 5


def test_the_state_gets_only_the_regencies_that_grew_and_puts_them_together() -> None:
    counts, restored = BatchCounts(), BatchCounts()
    for growth in (grown([ACCEPTED], at=HERE), grown([STALE, STALE], at=THERE), grown([STALE], at=HERE)):
        counts.add("t", "b", growth)
        ((key, count),) = counts.take_changed()
        assert len(count.regencies) == 1
        restored.put(*key, count)
    assert restored.open == counts.open
    assert list(counts.take_changed()) == []
    counts.repeat_all()
    ((_, whole),) = counts.take_changed()
    assert whole == counts.open["t", "b"]


def test_endless_regencies_do_not_take_endless_memory() -> None:
    counts = BatchCounts(most_regencies=1)
    counts.add("t", "b", grown([ACCEPTED], at=HERE))
    counts.add("t", "b", grown([ACCEPTED, STALE], at=THERE))
    assert set(counts.open["t", "b"].regencies) == {HERE, NOWHERE}
    assert counts.open["t", "b"].regencies[NOWHERE][:3] == [1, 0, 1]


def test_with_half_of_the_regencies_closed_batches_are_forgotten() -> None:
    counts = BatchCounts(most_regencies=4)
    for number, day in enumerate((1, 2, 100)):
        counts.add("t", str(number), grown([ACCEPTED], day=day))
    list(counts.take_changed())
    counts.forget_closed(100)
    assert [name for _, name in counts.open] == ["1", "2"]


def test_a_partition_block_is_cut_so_that_each_part_fits_into_a_record() -> None:
    entries = [
        BatchEntry("dtsen.persons", f"{number:0100}", [10**9] * 6, 10**9, 20_000, 2**63, regencies)
        for number, regencies in enumerate([{str(1101 + each): [10**9] * 6 for each in range(514)}] * 30)
    ]
    mark = SweepMark(5, 7, 9)
    block = PartitionBlock(1, {"dtsen.persons": 3}, {}, 4, "c", entries, mark)
    parts = [PartitionBlock.decode(part.encode()) for part in block.split()]
    assert max(len(part.encode()) for part in parts) < 512 * 1024
    assert [entry for part in parts for entry in part.batches] == entries
    assert [part.sweep for part in parts] == [None] * (len(parts) - 1) + [mark]
    assert list(PartitionBlock(1, {}, {}, 4, "c").split()) == [PartitionBlock(1, {}, {}, 4, "c")]
