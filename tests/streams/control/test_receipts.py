"""Law 4 as agencies see it: every record of a batch is in exactly one class, or missing."""

import pytest

from schemas.errors import ContractBroken
from schemas.events import (
    BatchManifest,
    BatchReceipt,
    ControlEvent,
    FullReconciled,
    Partial,
    PartitionStart,
    RegencyClasses,
    RegencyCount,
)
from schemas.names import Agency, BatchScope
from streams.control.fold import ControlView
from streams.control.partials import PartialBook
from streams.control.receipts import OpenBatches, ReceiptBook
from tests.streams.control.builders import NOW
from tests.streams.control.counts import SENT, batch, partial


def manifest(
    count: int,
    scope: BatchScope = "PART",
    agency: Agency = "BPS",
    topic: str = "dtsen.persons",
    digest: int = 0,
    regencies: tuple[RegencyCount, ...] = (),
) -> BatchManifest:
    return BatchManifest(agency, topic, scope, count, f"{digest:016x}", None, None, SENT, regencies)


def regency(region: str, accepted: int, quarantined: int = 0) -> RegencyClasses:
    return RegencyClasses(region, accepted, 0, 0, 0, quarantined, 0)


class Desk:
    """A receipt book with its partials."""

    def __init__(self) -> None:
        self.receipts, self.partials, self.view = ReceiptBook(partitions=2), PartialBook(), ControlView()

    def take(self, *partials: Partial) -> None:
        for each in partials:
            self.partials.take(each)
            self.receipts.touch((counts.topic, counts.batch) for counts in each.batches)

    def publish(self) -> dict[str, BatchReceipt]:
        changes = dict(self.receipts.changes(self.partials, NOW))
        for name, receipt in changes.items():
            self.receipts.remember(name, receipt)
        return changes

    def reconciled(self) -> list[ControlEvent]:
        events = list(self.receipts.reconciled(self.view, self.partials, NOW))
        for event in events:
            self.view.fold(event)
        return events


def test_a_manifest_then_counts_until_complete() -> None:
    desk = Desk()
    desk.receipts.announce("b1", manifest(10), 0)
    first = desk.publish()["b1"]
    assert (first.sent, first.missing, first.complete, first.partitions_reported) == (10, 10, False, 0)
    desk.take(partial(0, batches=(batch("b1", 4, duplicate=1),)))
    second = desk.publish()["b1"]
    assert (second.accepted, second.duplicate, second.missing, second.partitions_reported) == (4, 1, 5, 1)
    assert desk.receipts.open == {"BPS": OpenBatches(1, 5, 0)}
    desk.take(partial(1, batches=(batch("b1", 5),)))
    third = desk.publish()["b1"]
    assert (third.accepted, third.missing, third.complete) == (9, 0, True)
    assert desk.receipts.open == {}
    assert desk.publish() == {}


def test_counts_before_the_manifest() -> None:
    desk = Desk()
    desk.take(partial(0, batches=(batch("m1", 3, topic="bpjs.memberships"),)))
    first = desk.publish()["m1"]
    assert (first.agency, first.sent, first.missing, first.complete) == ("BPJSTK", None, None, False)
    desk.receipts.announce("m1", manifest(3, agency="BPJSTK", topic="bpjs.memberships"), 0)
    assert desk.publish()["m1"].complete


def test_more_counted_than_sent_is_not_complete() -> None:
    desk = Desk()
    desk.receipts.announce("b1", manifest(2), 0)
    desk.take(partial(0, batches=(batch("b1", 3),)))
    receipt = desk.publish()["b1"]
    assert (receipt.missing, receipt.complete) == (-1, False)


def test_after_a_restart_a_receipt_never_takes_back() -> None:
    desk = Desk()
    desk.receipts.announce("b1", manifest(8), 0)
    desk.take(partial(0, batches=(batch("b1", 4),)), partial(1, batches=(batch("b1", 4),)))
    (said,) = desk.publish().values()
    again = Desk()
    again.receipts.remember("b1", said)
    again.receipts.announce("b1", manifest(8), 0)
    assert again.publish() == {}
    again.take(partial(0, batches=(batch("b1", 4),)))
    assert again.publish() == {}
    again.take(partial(1, batches=(batch("b1", 4),)))
    assert again.publish() == {}


def test_a_complete_full_publication_is_recorded_with_its_beginnings() -> None:
    desk = Desk()
    desk.receipts.announce("full", manifest(9, "FULL"), 7)
    desk.receipts.announce("part", manifest(1), 8)
    desk.take(partial(0, batches=(batch("full", 4, first=100), batch("part", 1))))
    assert desk.reconciled() == []
    desk.take(partial(1, batches=(batch("full", 5, first=200),), at=(0, 11, 5)))
    (event,) = desk.reconciled()
    assert (event.subject, event.version) == ("full:BPS", 8)
    assert event.body == FullReconciled("BPS", "full", (PartitionStart(0, 100), PartitionStart(1, 200)))
    assert desk.reconciled() == []


def test_an_older_full_publication_never_replaces_a_newer_one() -> None:
    desk = Desk()
    desk.receipts.announce("old", manifest(2, "FULL"), 1)
    desk.receipts.announce("new", manifest(1, "FULL"), 2)
    desk.take(partial(0, batches=(batch("new", 1),)))
    assert [event.version for event in desk.reconciled()] == [3]
    desk.take(partial(1, batches=(batch("old", 2),)))
    assert desk.reconciled() == []


def test_as_many_records_but_others_are_not_the_batch() -> None:
    desk = Desk()
    desk.receipts.announce("b1", manifest(5, "FULL", digest=9), 0)
    desk.take(partial(0, batches=(batch("b1", 3, digest=2**64 - 1),)))
    assert desk.publish()["b1"].digest_matches is None
    desk.take(partial(1, batches=(batch("b1", 2, digest=11),)))
    assert desk.reconciled() == []
    other = desk.publish()["b1"]
    assert (other.missing, other.digest_matches, other.complete) == (0, False, False)
    assert desk.receipts.open == {"BPS": OpenBatches(1, 0, 1)}
    desk.take(partial(1, batches=(batch("b1", 2, digest=10),), at=(0, 11, 5)))
    assert len(desk.reconciled()) == 1
    right = desk.publish()["b1"]
    assert (right.digest_matches, right.complete) == (True, True)


def test_what_is_in_quarantine_cannot_be_compared() -> None:
    desk = Desk()
    desk.receipts.announce("b1", manifest(3, digest=9), 0)
    desk.take(partial(0, batches=(batch("b1", 2, quarantined=1, digest=4),)))
    receipt = desk.publish()["b1"]
    assert (receipt.digest_matches, receipt.complete) == (None, True)


def test_the_receipt_says_where_records_are_missing() -> None:
    desk = Desk()
    nowhere = (RegencyCount("74", 1), RegencyCount("nowhere", 1))
    promised = (RegencyCount("74.03", 4), RegencyCount("74.71", 6), *nowhere)
    desk.receipts.announce("b1", manifest(12, regencies=promised), 0)
    here = (regency("", 0, 1), regency("74.71", 3, 1))
    desk.take(partial(0, batches=(batch("b1", 3, quarantined=2, regencies=here),)))
    there = (regency("74.03", 4), regency("74.71", 1))
    desk.take(partial(1, batches=(batch("b1", 5, regencies=there),)))
    receipt = desk.publish()["b1"]
    found = {
        each.region: (each.sent, each.accepted, each.quarantined, each.missing) for each in receipt.regencies
    }
    assert found == {"": (None, 0, 1, None), "74.03": (4, 4, 0, 0), "74.71": (6, 4, 1, 1)}
    assert (receipt.missing, receipt.scope) == (2, "PART")


def test_a_partial_that_is_not_full_leaves_other_regencies_as_they_were() -> None:
    desk = Desk()
    first = (regency("74.03", 2), regency("74.71", 1))
    desk.take(partial(0, batches=(batch("b1", 3, regencies=first),)))
    desk.take(
        partial(0, full=False, at=(0, 11, 5), batches=(batch("b1", 4, regencies=(regency("74.71", 2),)),))
    )
    assert {each.region: each.accepted for each in desk.publish()["b1"].regencies} == {"74.03": 2, "74.71": 2}


def test_a_manifest_for_another_agencys_topic_is_refused() -> None:
    desk = Desk()
    with pytest.raises(ContractBroken, match="does not publish"):
        desk.receipts.announce("b1", manifest(1, agency="BPJSTK"), 0)
    assert desk.publish() == {}


def test_a_batch_id_of_another_agency_does_not_take_over_its_receipt() -> None:
    desk = Desk()
    desk.receipts.announce("b1", manifest(1), 0)
    desk.take(partial(0, batches=(batch("b1", 1), batch("b1", 7, topic="bpjs.memberships"))))
    said = desk.publish()
    assert {name: (receipt.agency, receipt.accepted) for name, receipt in said.items()} == {
        "b1": ("BPJSTK", 7),
        "b1@dtsen.persons": ("BPS", 1),
    }
    again = Desk()
    for name, receipt in reversed(said.items()):
        again.receipts.remember(name, receipt)
    again.take(partial(0, batches=(batch("b1", 2), batch("b1", 8, topic="bpjs.memberships"))))
    assert {name: receipt.agency for name, receipt in again.publish().items()} == {
        "b1": "BPJSTK",
        "b1@dtsen.persons": "BPS",
    }


def test_the_regencies_of_a_closed_batch_are_not_kept_but_what_was_said_stays() -> None:
    desk, told = Desk(), (regency("74.03", 2), regency("74.71", 1))
    desk.take(partial(0, batches=(batch("b1", 3, regencies=told),)))
    said = desk.publish()["b1"]
    desk.take(partial(0, at=(0, 20, 5), batches=(batch("b2", 1),)))
    assert desk.partials.batch(("dtsen.persons", "b1"))[0].regencies == (regency("", 3),)
    assert set(desk.publish()) == {"b2"}
    assert len(said.regencies) == 2


def test_a_closed_batch_that_grows_again_has_its_regencies_back() -> None:
    desk = Desk()
    desk.take(partial(0, batches=(batch("b1", 3, regencies=(regency("74.03", 2), regency("74.71", 1))),)))
    desk.take(partial(0, at=(0, 20, 5)))
    every = (regency("74.03", 2), regency("74.71", 2))
    desk.take(partial(0, full=False, at=(0, 21, 5), batches=(batch("b1", 4, regencies=every),)))
    assert desk.partials.batch(("dtsen.persons", "b1"))[0].regencies == every
