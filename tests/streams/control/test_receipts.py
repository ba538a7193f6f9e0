"""Law 4 as agencies see it: every record of a batch is in exactly one class, or missing."""

from schemas.events import BatchManifest, BatchReceipt, ControlEvent, FullReconciled, Partial, PartitionStart
from schemas.names import Agency, BatchScope
from streams.control.fold import ControlView
from streams.control.partials import PartialBook
from streams.control.receipts import ReceiptBook
from tests.streams.control.builders import NOW
from tests.streams.control.counts import SENT, batch, partial


def manifest(
    count: int, scope: BatchScope = "PART", agency: Agency = "BPS", topic: str = "dtsen.persons"
) -> BatchManifest:
    return BatchManifest(agency, topic, scope, count, "0" * 16, None, None, SENT)


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
    assert desk.receipts.open == 1
    desk.take(partial(1, batches=(batch("b1", 5),)))
    third = desk.publish()["b1"]
    assert (third.accepted, third.missing, third.complete) == (9, 0, True)
    assert desk.receipts.open == 0
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
