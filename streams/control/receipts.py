"""Receipts: of each batch what the manifest promised, what became of it, and what is missing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal

from schemas.errors import ContractBroken
from schemas.events import (
    BatchCounts,
    BatchManifest,
    BatchReceipt,
    ControlEvent,
    FullReconciled,
    PartitionStart,
)
from schemas.masking import masked
from schemas.names import AGENCY_FACTS, AGENCY_OF_TOPIC, Agency
from streams.control.decisions import HUB, decide
from streams.control.fold import ControlView
from streams.control.partials import BatchKey, PartialBook
from streams.control.reconciling import reconcile

Standing = Literal["complete", "mismatched"]
"""A batch is whole, or has other records than its manifest says."""

_AT = "@"
"""No batch id of the library has one: what follows is the topic of an agency that used a taken id."""


@dataclass(frozen=True, slots=True)
class _Announced:
    manifest: BatchManifest
    number: int


@dataclass(frozen=True, slots=True)
class OpenBatches:
    """Batches of an agency that are not whole, records they lack, and how many of them are other records."""

    batches: int = 0
    missing: int = 0
    mismatched: int = 0

    def plus(self, receipt: BatchReceipt) -> "OpenBatches":
        """With one more."""
        lacking = max(receipt.missing or 0, 0)
        other = receipt.digest_matches is False
        return OpenBatches(self.batches + 1, self.missing + lacking, self.mismatched + other)


class ReceiptBook:
    """What is known of every batch, and what agency.receipts already says.

    Fill it with ``remember`` from agency.receipts and ``announce`` from agency.manifests first.
    """

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self._announced: dict[BatchKey, _Announced] = {}
        self._said: dict[BatchKey, BatchReceipt] = {}
        self._touched: set[BatchKey] = set()
        self._first: dict[str, str] = {}

    def remember(self, batch: str, receipt: BatchReceipt) -> None:
        """A receipt that is on the topic."""
        own = batch.removesuffix(_AT + receipt.topic)
        if own == batch:
            self._first[batch] = receipt.topic
        self._said[receipt.topic, own] = receipt

    def announce(self, batch: str, manifest: BatchManifest, offset: int) -> None:
        """A manifest; ``offset`` is its place on agency.manifests. A later one of the batch replaces it.

        Raises ``ContractBroken`` WRONG_AGENCY for one that speaks of another agency's topic, INVALID_KEY for
        an id that would carry a NIK into receipts.
        """
        if masked(batch) != batch:
            raise ContractBroken("INVALID_KEY", "a batch id holds no number that may be a NIK")
        if AGENCY_OF_TOPIC.get(manifest.topic, manifest.agency) != manifest.agency:
            raise ContractBroken("WRONG_AGENCY", "this agency does not publish on the topic of the manifest")
        held = self._announced.get((manifest.topic, batch))
        if manifest.topic in AGENCY_FACTS and (held is None or held.number <= offset):
            self._announced[manifest.topic, batch] = _Announced(manifest, offset)
            self._touched.add((manifest.topic, batch))

    def became(self, batch: str, receipt: BatchReceipt) -> Standing | None:
        """How a batch stands by this receipt, if by the last one it did not; ask before ``remember``."""
        said = self._said.get((receipt.topic, batch.removesuffix(_AT + receipt.topic)))
        now = _standing(receipt)
        return now if said is None or now != _standing(said) else None

    @property
    def open(self) -> Mapping[Agency, OpenBatches]:
        """By agency the batches whose receipt is not complete."""
        found: dict[Agency, OpenBatches] = {}
        for receipt in self._said.values():
            if not receipt.complete:
                found[receipt.agency] = found.get(receipt.agency, OpenBatches()).plus(receipt)
        return found

    def touch(self, batches: Iterable[BatchKey]) -> None:
        """Look at these again: some partition has counted them."""
        self._touched.update(batches)

    def changes(self, book: PartialBook, now: datetime) -> Iterator[tuple[str, BatchReceipt]]:
        """Batch id and receipt of each touched batch whose receipt differs from the last one."""
        for topic, batch in sorted(self._touched):
            receipt = self._receipt((topic, batch), book.batch((topic, batch)), now)
            if receipt is not None and _says_more(self._said.get((topic, batch)), receipt):
                yield self._name((topic, batch)), receipt
        self._touched.clear()

    def reconciled(self, view: ControlView, book: PartialBook, now: datetime) -> Iterator[ControlEvent]:
        """The newest complete FULL publication of each agency among the touched batches.

        Nothing for one that hub.control has, or that is older than one it has. Ask before ``changes``.
        """
        newest: dict[Agency, tuple[int, ControlEvent]] = {}
        for key in self._touched & self._announced.keys():
            announced, counts = self._announced[key], book.batch(key)
            manifest = announced.manifest
            if manifest.scope != "FULL" or not manifest.count or not self._is_complete(key, counts, now):
                continue
            if announced.number >= newest.get(manifest.agency, (-1,))[0]:
                newest[manifest.agency] = announced.number, _full_event(key[1], announced, counts, now)
        yield from (event for _, event in newest.values() if not view.holds(event))

    def _receipt(
        self, key: BatchKey, counts: Mapping[int, BatchCounts], now: datetime
    ) -> BatchReceipt | None:
        announced = self._announced.get(key)
        if announced is None and key[0] not in AGENCY_OF_TOPIC:
            return None
        return reconcile(
            AGENCY_OF_TOPIC[key[0]],
            key[0],
            announced.manifest if announced else None,
            counts,
            self._partitions,
            now,
        )

    def _is_complete(self, key: BatchKey, counts: Mapping[int, BatchCounts], now: datetime) -> bool:
        receipt = self._receipt(key, counts, now)
        return receipt is not None and receipt.complete

    def _name(self, key: BatchKey) -> str:
        """The key on agency.receipts: the batch id, unless another agency has used it first."""
        topic, batch = key
        return batch if self._first.setdefault(batch, topic) == topic else batch + _AT + topic


def _full_event(
    batch: str, announced: _Announced, counts: Mapping[int, BatchCounts], now: datetime
) -> ControlEvent:
    """Versions follow the manifests' own order, so an older publication never replaces a newer one."""
    starts = tuple(PartitionStart(number, counts[number].first_offset) for number in sorted(counts))
    agency = announced.manifest.agency
    body = FullReconciled(agency, batch, starts)
    basis = f"all {announced.manifest.count} records of the publication are accounted for"
    return decide(f"full:{agency}", announced.number + 1, 0, HUB, basis, now, body)


def _standing(receipt: BatchReceipt) -> Standing | None:
    if receipt.complete:
        return "complete"
    too_many = receipt.missing is not None and receipt.missing < 0
    return "mismatched" if too_many or receipt.digest_matches is False else None


def _says_more(said: BatchReceipt | None, receipt: BatchReceipt) -> bool:
    """Whether to publish. After a restart partitions report one by one: a receipt never takes back."""
    if said is None:
        return True
    if receipt.partitions_reported < said.partitions_reported:
        return False
    return any(
        getattr(said, field.name) != getattr(receipt, field.name)
        for field in fields(BatchReceipt)
        if field.name != "updated_at"
    )
