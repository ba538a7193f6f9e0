"""Law 5: totals add up, at one control offset, and say when they are incomplete."""

from datetime import date

import pytest

from schemas.directive import DirectiveDocument, parse_directive
from schemas.events import Partial, RegionTotals
from streams.control.partials import PartialBook
from streams.control.totals import PATIENCE_S, TotalsBook, target_at
from tests.streams.control.builders import NOW, document
from tests.streams.control.counts import DAY, NAME, partial, region


class Sums:
    """Two partitions, and what their totals publish."""

    def __init__(self, *partials: Partial) -> None:
        self.book, self.totals = PartialBook(), TotalsBook(partitions=2)
        self.take(*partials)

    def take(self, *partials: Partial) -> None:
        for each in partials:
            self.book.take(each)

    def publish(
        self, clock_s: float = 0.0, documents: dict[str, DirectiveDocument] | None = None
    ) -> dict[str, RegionTotals]:
        changes = self.totals.changes(self.book, documents or {}, NOW, clock_s)
        for code, totals in changes.items():
            self.totals.remember(code, totals)
        return changes


def test_regencies_add_up_to_provinces_and_the_nation() -> None:
    sums = Sums(
        partial(0, (region("74.71", 10, 6), region("74.01", 5, 3), region("", 0, unknown=4))),
        partial(1, (region("74.71", 20, 9), region("91.71", 7))),
    )
    found = sums.publish()
    assert next(iter(found)) == "ID"
    assert set(found) == {"ID", "74", "91", "74.71", "74.01", "91.71"}
    assert {code: totals.level for code, totals in found.items()} == {
        "ID": "NATION",
        "74": "PROVINCE",
        "91": "PROVINCE",
        "74.71": "REGENCY",
        "74.01": "REGENCY",
        "91.71": "REGENCY",
    }
    assert {code: totals.persons for code, totals in found.items()} == {
        "ID": 42, "74": 35, "91": 7, "74.71": 30, "74.01": 5, "91.71": 7,
    }  # fmt: skip
    (directive,) = found["74"].directives
    assert (directive.eligible, directive.covered, directive.gap) == (18, 6, 12)
    assert directive.gap == directive.never_registered
    assert found["ID"].discrepancies.member_unknown_to_dtsen == 4
    assert found["ID"].discrepancies.dead_at_dtsen_alive_at_bpjs == 5
    assert found["74"].discrepancies.member_unknown_to_dtsen == 0
    assert all(totals.partitions_reported == totals.partitions == 2 for totals in found.values())
    assert all((totals.control_offset, totals.business_date) == (5, DAY) for totals in found.values())


def test_only_what_differs_is_published() -> None:
    sums = Sums(partial(0, (region("74.71", 10, 6),)), partial(1, (region("74.01", 5),)))
    assert sums.publish()
    assert sums.publish() == {}
    sums.take(partial(1, (region("74.01", 6),), at=(0, 11, 5), full=False))
    assert set(sums.publish()) == {"ID", "74", "74.01"}


def test_partitions_at_another_control_offset_are_not_added() -> None:
    sums = Sums(partial(0, (region("74.71", 10),)), partial(1, (region("74.71", 5),)))
    assert sums.publish()["ID"].persons == 15
    sums.take(partial(0, (region("74.71", 11),), at=(0, 12, 6)))
    assert sums.publish(100.0) == {}  # partition 1 will follow
    assert sums.publish(100.0 + PATIENCE_S - 1) == {}
    late = sums.publish(100.0 + PATIENCE_S)
    assert late["ID"].persons == 11
    assert (late["ID"].partitions_reported, late["ID"].partitions, late["ID"].control_offset) == (1, 2, 6)
    assert sums.totals.incomplete == 3
    sums.take(partial(1, (region("74.71", 5),), at=(0, 10, 6), full=False))
    whole = sums.publish(200.0)
    assert (whole["ID"].persons, whole["ID"].partitions_reported) == (16, 2)
    assert sums.totals.incomplete == 0


def test_a_changed_only_partial_replaces_just_the_regions_it_lists() -> None:
    sums = Sums(
        partial(0, (region("74.71", 10), region("74.01", 4))),
        partial(0, (region("74.71", 12),), at=(0, 11, 5), full=False),
        partial(1),
    )
    found = sums.publish()
    assert (found["74.71"].persons, found["74.01"].persons) == (12, 4)


def test_a_region_that_empties_is_published_once_more() -> None:
    sums = Sums(partial(0, (region("74.71", 10, 6), region("91.71", 4))), partial(1))
    sums.publish()
    sums.take(partial(0, (region("74.71", 10, 6),), at=(0, 11, 5)))
    found = sums.publish()
    assert set(found) == {"ID", "91", "91.71"}
    assert (found["91"].persons, found["91"].directives) == (0, ())


def test_older_and_repeated_partials_change_nothing() -> None:
    new = partial(0, (region("74.71", 10),), at=(0, 11, 6))
    sums = Sums(new, partial(1, at=(0, 3, 6)))
    sums.publish()
    for stale in (new, partial(0, (region("74.71", 99),), at=(0, 10, 7)), partial(0, at=(0, 11, 5))):
        sums.take(stale)
        assert sums.publish() == {}


def test_a_new_generation_counts_only_once_it_is_whole() -> None:
    sums = Sums(partial(0, (region("74.71", 10), region("74.01", 1))), partial(1))
    sums.publish()
    sums.take(partial(0, (region("74.71", 3),), at=(1, 2, 5), full=False))
    assert sums.publish() == {}
    sums.take(partial(0, (region("74.71", 4),), at=(1, 2, 5)))
    assert sums.publish()["ID"].persons == 4


def test_nothing_is_published_before_there_is_a_date() -> None:
    sums = Sums(partial(0, (region("74.71", 10),), day=None), partial(1, day=None))
    assert sums.publish(1000.0) == {}


TARGETS = [
    {"region": "74.71", "date": "2026-06-30", "persons": 100},
    {"region": "74.71", "date": "2026-12-31", "persons": 300},
    {"region": "74", "date": "2026-12-31", "persons": 5000},
]


@pytest.mark.parametrize(
    ("code", "day", "wanted"),
    [
        ("74.71", date(2026, 1, 1), (100, date(2026, 6, 30))),
        ("74.71", date(2026, 6, 30), (100, date(2026, 6, 30))),
        ("74.71", date(2026, 7, 1), (300, date(2026, 12, 31))),
        ("74.71", date(2027, 7, 1), (300, date(2026, 12, 31))),
        ("74", date(2026, 1, 1), (5000, date(2026, 12, 31))),
        ("74.01", date(2026, 1, 1), (None, None)),
        ("ID", date(2026, 1, 1), (None, None)),
    ],
)
def test_the_target_due_next(code: str, day: date, wanted: tuple[int | None, date | None]) -> None:
    assert target_at(parse_directive(document(targets=TARGETS)), code, day) == wanted


def test_totals_carry_the_target_of_the_version_counted() -> None:
    sums = Sums(partial(0, (region("74.71", 10, 6),)), partial(1, (region("74.71", 3, 3, version=2),)))
    found = sums.publish(documents={NAME: parse_directive(document(2, targets=TARGETS))})
    first, second = found["74.71"].directives
    assert (first.version, first.target) == (1, None)
    assert (second.version, second.target, second.target_date) == (2, 100, date(2026, 6, 30))
