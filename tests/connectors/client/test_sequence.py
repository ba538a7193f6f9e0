"""A jump or a repeat is an error only where the log still holds every record."""

from datetime import timedelta

import pytest

from connectors.client.sequence import FULL_HISTORY, SequenceBroken, SequenceCheck
from schemas.records import TopicPartition

AT = TopicPartition("coverage.persons", 0)
NOW_MS = 1_800_000_000_000
WEEK_MS = FULL_HISTORY // timedelta(milliseconds=1)


def check(*records: tuple[int | None, int]) -> None:
    """Records of one person: seq and age in milliseconds."""
    rows = [(b"person", seq, offset, NOW_MS - age) for offset, (seq, age) in enumerate(records)]
    SequenceCheck().check(AT, rows, NOW_MS)


def test_counting_on_is_fine() -> None:
    check((1, 50), (2, 40), (3, 30))


def test_the_first_record_seen_may_have_any_number() -> None:
    check((17, 50), (18, 40))


@pytest.mark.parametrize("seqs", [(1, 3), (1, 1), (5, 4)])
def test_a_jump_or_repeat_among_young_records(seqs: tuple[int, int]) -> None:
    with pytest.raises(SequenceBroken, match=f"seq {seqs[1]} follows seq {seqs[0]}"):
        check((seqs[0], 2), (seqs[1], 1))


def test_a_jump_from_an_old_record_is_compaction() -> None:
    check((1, WEEK_MS + 1), (9, 1))
    with pytest.raises(SequenceBroken):
        check((1, WEEK_MS), (9, 1))


def test_a_tombstone_ends_the_count() -> None:
    check((1, 9), (2, 8), (None, 7), (1, 6), (2, 5))
    with pytest.raises(SequenceBroken):
        check((1, 9), (None, 8), (2, 7))


def test_persons_count_apart_and_what_is_forgotten_is_not_checked() -> None:
    sequence = SequenceCheck()
    sequence.check(AT, [(b"a", 1, 0, NOW_MS), (b"b", 1, 1, NOW_MS), (b"a", 2, 2, NOW_MS)], NOW_MS)
    sequence.forget([AT])
    sequence.check(AT, [(b"a", 1, 0, NOW_MS)], NOW_MS)
