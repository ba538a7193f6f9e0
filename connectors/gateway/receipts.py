"""What the hub says of batches and directives: the newest record of each, kept in memory, bounded."""

import bisect
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from heapq import nlargest
from threading import Lock
from typing import Any

from connectors.gateway.ports import Codec
from schemas.errors import ContractBroken
from schemas.events import BatchReceipt, DirectiveStatus
from schemas.names import AGENCY_RECEIPTS, COVERAGE_DIRECTIVES, Agency

RECEIPTS_AT_MOST = 50_000
"""Those touched longest ago are forgotten first."""

REGENCIES_AT_MOST = 500_000
"""Lines by regency in all of them; about 300 bytes each."""
_VERSIONS_AT_MOST = 10_000

_AT = "@"
"""Before the topic of an agency that used a batch id another had used first."""


class Batches:
    """The last receipt of each batch. Written by the follower's thread, read by the event loop.

    ``told`` hears of each receipt with its batch id, in the follower's thread.
    """

    def __init__(
        self,
        codec: Codec,
        most: int = RECEIPTS_AT_MOST,
        most_regencies: int = REGENCIES_AT_MOST,
        told: Callable[[str, BatchReceipt], None] | None = None,
    ) -> None:
        self._codec, self._most, self._most_regencies, self._told = codec, most, most_regencies, told
        self._regencies = 0
        self._lock = Lock()
        self._found: OrderedDict[str, BatchReceipt] = OrderedDict()

    def take(self, key: bytes, value: bytes | None) -> None:
        """A record of agency.receipts."""
        name = key.decode("utf-8", "replace")
        try:
            receipt = BatchReceipt.from_record(self._codec.decode(AGENCY_RECEIPTS, value or b""))
        except ContractBroken:
            return
        with self._lock:
            self._forget(name)
            self._found[name] = receipt
            self._regencies += len(receipt.regencies)
            while len(self._found) > self._most or self._regencies > self._most_regencies:
                self._forget(next(iter(self._found)))
        if self._told is not None:
            self._told(name, receipt)

    def _forget(self, name: str) -> None:
        found = self._found.pop(name, None)
        self._regencies -= len(found.regencies) if found is not None else 0

    def owner(self, batch: str) -> Agency | None:
        """The agency that used this id first, if a receipt tells."""
        with self._lock:
            found = self._found.get(batch)
        return found.agency if found else None

    def get(self, agency: Agency, batch: str) -> BatchReceipt | None:
        """The receipt of a batch of this agency."""
        with self._lock:
            found = self._found.get(batch)
            if found is not None and found.agency != agency:
                found = self._found.get(f"{batch}{_AT}{_topic(self._found.values(), agency)}")
        return found if found is not None and found.agency == agency else None

    def page(
        self, agency: Agency, complete: bool | None, after: str | None, limit: int
    ) -> tuple[list[tuple[str, BatchReceipt]], str | None]:
        """Receipts of an agency by batch id, and where to go on; ``complete`` picks out."""
        own = self._own(agency, complete)
        names = sorted(own)
        start = bisect.bisect_right(names, after) if after is not None else 0
        shown = names[start : start + limit]
        more = start + limit < len(names)
        return [(name, own[name]) for name in shown], shown[-1] if more else None

    def newest(self, agency: Agency, complete: bool | None, limit: int) -> list[tuple[str, BatchReceipt]]:
        """Receipts of an agency, the last changed first, without their lines by regency."""
        own = self._own(agency, complete).items()
        found = nlargest(limit, own, key=lambda item: item[1].updated_at)
        return [(name, replace(receipt, regencies=())) for name, receipt in found]

    def _own(self, agency: Agency, complete: bool | None) -> dict[str, BatchReceipt]:
        with self._lock:
            return {
                name: each
                for name, each in self._found.items()
                if each.agency == agency and complete in (None, each.complete)
            }


def _topic(receipts: Any, agency: Agency) -> str:
    return next((each.topic for each in receipts if each.agency == agency), "")


class Directives:
    """The last status of each version of each directive; ``told`` hears that one has changed."""

    def __init__(self, codec: Codec, told: Callable[[], None] | None = None) -> None:
        self._codec, self._told = codec, told
        self._lock = Lock()
        self._found: dict[tuple[str, int], DirectiveStatus] = {}

    def take(self, key: bytes, value: bytes | None) -> None:
        """A record of coverage.directives; a rejected step only where it is all there is."""
        name = key.decode("utf-8", "replace")
        try:
            status = DirectiveStatus.from_record(self._codec.decode(COVERAGE_DIRECTIVES, value or b""))
        except ContractBroken:
            return
        at = name, status.version
        with self._lock:
            if status.state == "REJECTED" and at in self._found:
                return
            if at in self._found or len(self._found) < _VERSIONS_AT_MOST:
                self._found[at] = status
        if self._told is not None:
            self._told()

    def all(self) -> Iterator[tuple[str, DirectiveStatus]]:
        """Every version, by name and number."""
        with self._lock:
            found = sorted(self._found.items())
        return ((name, status) for (name, _), status in found)

    def versions(self, name: str) -> list[DirectiveStatus]:
        """Every version of one directive, the oldest first."""
        return [status for each, status in self.all() if each == name]

    def get(self, name: str, version: int) -> DirectiveStatus | None:
        """One version."""
        with self._lock:
            return self._found.get((name, version))
