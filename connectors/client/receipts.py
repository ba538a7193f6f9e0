"""Reading ``agency.receipts``: what became of every record of a batch."""

import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from connectors.client.connection import Login
from connectors.client.latest import Latest
from schemas.events import BatchReceipt
from schemas.ids import BatchId
from schemas.names import AGENCY_RECEIPTS

_LOOK_AGAIN_S = 0.3


class Receipts:
    """The last receipt of each batch, for publishers. One thread reads.

    Only the ids that are asked for are looked at; the topic holds one record a batch.

        with Receipts.connect(servers, registry) as receipts:
            receipt = receipts.wait(batch.id, timeout_s=60)
    """

    def __init__(self, latest: Latest) -> None:
        self._latest = latest
        self._known: dict[str, BatchReceipt] = {}

    @classmethod
    def connect(
        cls,
        bootstrap_servers: str,
        registry_url: str,
        *,
        registry_login: Login | None = None,
        security: Mapping[str, str] | None = None,
        secret_files: Mapping[str, Path] | None = None,
    ) -> Self:
        """On a cluster. Raises as ``Subscriber.connect``."""
        return cls(
            Latest.connect(
                bootstrap_servers, registry_url, [AGENCY_RECEIPTS], registry_login, security, secret_files
            )
        )

    def __repr__(self) -> str:
        return f"Receipts({len(self._known)} batches)"

    def of(self, batch: BatchId | str) -> BatchReceipt | None:
        """The receipt of a batch as it is now; ``None`` if the hub has seen nothing of it yet."""
        for entry in self._latest.there():
            if entry.value is None:
                self._known.pop(entry.key, None)
            else:
                self._known[entry.key] = BatchReceipt.from_record(entry.value)
        return self._known.get(batch)

    def wait(self, batch: BatchId | str, *, timeout_s: float) -> BatchReceipt | None:
        """The receipt as soon as it is complete; when the time is over, as it is then.

        ``complete`` says that as many records were counted as the manifest promises.
        """
        end = time.monotonic() + timeout_s
        while True:
            receipt = self.of(batch)
            if (receipt is not None and receipt.complete) or time.monotonic() >= end:
                return receipt
            time.sleep(min(_LOOK_AGAIN_S, max(0.0, end - time.monotonic())))

    def close(self) -> None:
        """Release the connection."""
        self._latest.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
