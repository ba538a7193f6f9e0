"""What became of the batches agencies have published, as agency.receipts has it."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from deploy.query.ports import Decoder, Ends
from deploy.query.scan import Progress, follow, scan
from schemas.errors import ContractBroken, InvalidInput
from schemas.events import BatchReceipt
from schemas.names import AGENCY_RECEIPTS, Agency
from streams.engine.ports import Reader

_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which batches to list; ``None`` for any."""

    agency: Agency | None = None
    incomplete: bool = False

    def matches(self, receipt: BatchReceipt) -> bool:
        """Whether it is one of those."""
        return (self.agency is None or receipt.agency == self.agency) and not (
            self.incomplete and receipt.complete
        )


class ReceiptReading:
    """The last receipt of each batch; passes over records that cannot be read."""

    def __init__(self, reader: Reader, ends: Ends, codec: Decoder) -> None:
        self._reader, self._ends, self._codec = reader, ends, codec

    def all(self, progress: Progress | None = None) -> Mapping[str, BatchReceipt]:
        """By batch id, as of now."""
        found: dict[str, BatchReceipt] = {}
        for row in scan(self._reader, self._ends, AGENCY_RECEIPTS, progress=progress):
            self._take(found, row.key, row.value)
        return found

    def wait(
        self, batch: str, wait_s: float, clock: Callable[[], float] = time.monotonic
    ) -> BatchReceipt | None:
        """The receipt once the batch is complete, or as it is after ``wait_s``; ``None`` if there is none."""
        found = dict(self.all())
        until = clock() + wait_s
        while not _complete(found.get(batch)) and clock() < until:
            for row in follow(self._reader, _POLL_S):
                self._take(found, row.key, row.value)
        return found.get(batch)

    def _take(self, found: dict[str, BatchReceipt], key: bytes | None, value: bytes | None) -> None:
        name = (key or b"").decode("utf-8", "replace")
        if value is None:
            found.pop(name, None)
            return
        try:
            found[name] = BatchReceipt.from_record(self._codec.decode(AGENCY_RECEIPTS, value))
        except ContractBroken:
            return


def resembling(batch: str, names: Iterable[str]) -> InvalidInput:
    """What to say of a batch nobody has heard of."""
    near = sorted(name for name in names if batch.casefold() in name.casefold())[:5]
    hint = f"similar: {', '.join(near)}" if near else "`jangkau batch list` shows those there are"
    return InvalidInput(f"no receipt of a batch {batch!r}", remedy=hint)


def _complete(receipt: BatchReceipt | None) -> bool:
    return receipt is not None and receipt.complete
