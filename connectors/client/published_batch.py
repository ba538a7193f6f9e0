"""One publication of an agency: its records, and at its end a manifest that says how many there were."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connectors.client.outlet import EVENT_OF, Event, Outlet
from connectors.client.sent import Sent, Window
from schemas.errors import InvalidInput, Refused
from schemas.events import BatchManifest, PersonRanked
from schemas.ids import TOKEN_BYTES, BatchId, Nik, PersonToken
from schemas.names import (
    AGENCY_MANIFESTS,
    DTSEN_PERSONS,
    KEMNAKER_DIRECTIVES,
    TOPIC_OF_AGENCY,
    Agency,
    BatchScope,
)
from schemas.tokens import hex_keys

_SINGLES_AT_ONCE = 1_000


class PublishedBatch:
    """One publication of an agency. The manifest is sent only when every record was acknowledged.

    Once a record could not be delivered the batch is broken off: it takes no more and sends no manifest.
    Go on with ``Publisher.resume``, or publish again under a new batch id; facts that had already arrived
    are then counted as duplicates, which is harmless. What ``InvalidInput`` is raised for was not sent, and
    the batch goes on. Not for several threads at once.
    """

    def __init__(
        self,
        outlet: Outlet,
        batch_id: BatchId,
        agency: Agency,
        scope: BatchScope,
        window: Window | None,
        sent: Sent,
    ) -> None:
        self.id = batch_id
        self.topic = TOPIC_OF_AGENCY[agency]
        self._outlet = outlet
        self._agency: Agency = agency
        self._scope: BatchScope = scope
        self._window = window
        self._sent = sent
        self._failures_before = outlet.failures
        self._manifest: BatchManifest | None = None
        self._singles: list[tuple[bytes, Event]] = []

    def __repr__(self) -> str:
        stands = "closed" if self._manifest else "broken off" if self._broken else "open"
        return f"PublishedBatch({self.id!r}, {self.topic}, {self._scope}, {self.sent.count} sent, {stands})"

    @property
    def sent(self) -> Sent:
        """Count and digest of what was queued so far."""
        self._count_singles()
        return self._sent

    def send(self, person: Nik | PersonToken, event: Event) -> None:
        """Queue one event about a person; its ``batch`` must be this batch's id.

        Returns when the record is queued, and waits for room while the queue is full. Raises
        ``InvalidInput`` for what does not fit, and then it was not sent; ``Retryable`` or ``Refused`` for a
        record, this or an earlier one, that could not be delivered.
        """
        kind = EVENT_OF[self.topic]
        if type(event) is not kind or self.topic == KEMNAKER_DIRECTIVES:
            raise InvalidInput(
                f"{self._agency} publishes {kind.__name__} on {self.topic}",
                remedy="A directive goes out by Publisher.directive, facts about persons by a batch.",
            )
        if event.batch != self.id:
            raise InvalidInput(f"the event belongs to batch {event.batch!r}, this one is {self.id!r}")
        token = self._outlet.token(person)
        value = self._outlet.encode(self.topic, event)
        self._check_open()
        self._outlet.send(self.topic, [token.hex.encode()], [value], self.id)
        self._singles.append((token.raw, event))
        if len(self._singles) >= _SINGLES_AT_ONCE:
            self._count_singles()

    def send_rows(self, tokens: NDArray[np.uint8], rows: pa.RecordBatch) -> None:
        """Queue many events: ``tokens`` of shape (n, 16), ``rows`` with the columns of ``Publisher.schema``.

        The column ``batch`` is set to this batch's id. Raises as ``send``; after ``InvalidInput`` nothing
        was sent.
        """
        if getattr(tokens, "shape", None) != (len(rows), TOKEN_BYTES):
            raise InvalidInput(f"{len(rows)} rows need tokens of shape ({len(rows)}, {TOKEN_BYTES})")
        if tokens.dtype != np.uint8:
            raise InvalidInput("tokens are bytes: an array of uint8, as Tokenizer.tokens makes it")
        named = self._named(rows)
        values = self._outlet.encode_rows(self.topic, named)
        region = named["region"] if self.topic == DTSEN_PERSONS else None
        self.send_encoded(tokens, named["version"].to_numpy(), values, region)

    def send_encoded(
        self,
        tokens: NDArray[np.uint8],
        versions: NDArray[np.int64],
        values: Sequence[bytes],
        regions: pa.StringArray | None = None,
    ) -> None:
        """Queue values as they are, for those who encode themselves.

        ``tokens`` (n, 16), ``versions`` (n,) and, where the records have one, ``regions`` (n) must be what
        the values say: the manifest speaks of them.
        """
        self._check_open()
        self._outlet.send(self.topic, hex_keys(tokens), values, self.id)
        self._sent = self._sent.plus(tokens, versions, regions)

    def checkpoint(self) -> Sent:
        """Wait for every acknowledgement. What you sent until now is safe: note how far you are."""
        self._check_open()
        self._outlet.flush()
        return self.sent

    def close(self) -> BatchManifest:
        """Wait for every acknowledgement, then send the manifest. Leaving the ``with`` block does this.

        Closing again sends nothing more.
        """
        if self._manifest is None:
            self._check_open()
            self._outlet.flush()
            manifest = self.sent.manifest(
                self._agency, self.topic, self._scope, self._window, self._outlet.now()
            )
            value = self._outlet.encode(AGENCY_MANIFESTS, manifest)
            self._outlet.send(AGENCY_MANIFESTS, [self.id.encode()], [value], None)
            self._outlet.flush()
            self._manifest = manifest
        return self._manifest

    def _count_singles(self) -> None:
        """Take events that were sent one by one into account, many in one go: columns are slow for one."""
        if not self._singles:
            return
        tokens = np.frombuffer(b"".join(raw for raw, _ in self._singles), np.uint8).reshape(-1, TOKEN_BYTES)
        events = [event for _, event in self._singles]
        regions = [event.region for event in events if isinstance(event, PersonRanked)]
        versions = np.array([event.version for event in events], np.int64)
        self._sent = self._sent.plus(tokens, versions, pa.array(regions) if regions else None)
        self._singles = []

    @property
    def _broken(self) -> bool:
        """Whether something may have been lost since this batch was begun, be it of another batch."""
        return self._outlet.failures != self._failures_before

    def _check_open(self) -> None:
        if self._manifest is not None:
            raise InvalidInput(f"batch {self.id} is closed: its manifest is sent")
        if self._broken:
            raise Refused(
                f"batch {self.id} is broken off: a record could not be delivered",
                remedy="go on with Publisher.resume, or publish again under a new batch id",
            )

    def _named(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        ids = pa.array([self.id], pa.string()).take(pa.array(np.zeros(len(rows), np.int64)))
        at = rows.schema.get_field_index("batch")
        named = (
            rows.append_column("batch", ids) if at < 0 else rows.set_column(at, rows.schema.field(at), ids)
        )
        wanted = self._outlet.columns(self.topic)
        if named.schema.equals(wanted):
            return named
        try:
            return named.select(wanted.names).cast(wanted)
        except (
            KeyError,
            pa.ArrowInvalid,
            pa.ArrowTypeError,
            pa.ArrowNotImplementedError,
            ValueError,
        ):
            # Arrow's own message may quote a value.
            wrong = [name for name in wanted.names if not _fits(named.schema, wanted, name)]
            raise InvalidInput(f"columns that do not fit {self.topic}: {', '.join(wrong)}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()


def _fits(given: pa.Schema, wanted: pa.Schema, name: str) -> bool:
    return name in given.names and bool(given.field(name).type.equals(wanted.field(name).type))
