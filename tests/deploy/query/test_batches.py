"""Receipts as the commands read them."""

from dataclasses import replace
from datetime import UTC, datetime

from deploy.query.batches import ReceiptReading, Wanted, resembling
from schemas.events import BatchReceipt
from schemas.names import AGENCY_RECEIPTS
from tests.fakes.hub_topics import HubTopics

NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)
RECEIPT = BatchReceipt(
    agency="BPS",
    topic="dtsen.persons",
    sent=5,
    accepted=3,
    duplicate=0,
    stale=0,
    conflict=0,
    quarantined=1,
    erased=0,
    missing=1,
    complete=False,
    partitions_reported=2,
    partitions=2,
    updated_at=NOON,
    scope="PART",
)


def _reading(hub: HubTopics) -> ReceiptReading:
    found = hub.sources()
    return ReceiptReading(found.reader, found.ends, found.codec)


def test_the_last_receipt_of_each_batch_counts() -> None:
    hub = HubTopics()
    hub.put(AGENCY_RECEIPTS, "b-1", RECEIPT)
    hub.put(AGENCY_RECEIPTS, "b-2", RECEIPT)
    hub.put_raw(AGENCY_RECEIPTS, 0, b"b-3", b"no receipt")
    whole = replace(RECEIPT, missing=0, accepted=4, complete=True)
    hub.put(AGENCY_RECEIPTS, "b-1", whole)
    hub.put_raw(AGENCY_RECEIPTS, 0, b"b-2", None)
    assert _reading(hub).all() == {"b-1": whole}


def test_waiting_ends_when_the_batch_is_whole() -> None:
    hub, now = HubTopics(), [0.0]
    hub.put(AGENCY_RECEIPTS, "b-1", RECEIPT)

    def clock() -> float:
        now[0] += 1.0
        if now[0] == 5.0:
            hub.put(AGENCY_RECEIPTS, "b-1", replace(RECEIPT, missing=0, complete=True))
        return now[0]

    receipt = _reading(hub).wait("b-1", 1_000.0, clock)
    assert receipt is not None
    assert receipt.complete
    assert now[0] < 20.0


def test_waiting_ends_with_what_there_is() -> None:
    hub, now = HubTopics(), iter(range(100))
    hub.put(AGENCY_RECEIPTS, "b-1", RECEIPT)
    assert _reading(hub).wait("b-1", 3.0, lambda: float(next(now))) == RECEIPT
    assert _reading(hub).wait("b-9", 0.0) is None


def test_which_are_listed() -> None:
    assert Wanted().matches(RECEIPT)
    assert Wanted("BPS", incomplete=True).matches(RECEIPT)
    assert not Wanted("BPJSTK").matches(RECEIPT)
    assert not Wanted(incomplete=True).matches(replace(RECEIPT, complete=True))


def test_a_batch_nobody_has_heard_of() -> None:
    assert resembling("BPS-1", ["bps-1", "bps-12", "tk-1"]).remedy == "similar: bps-1, bps-12"
    assert "jangkau batch list" in (resembling("x", []).remedy or "")
