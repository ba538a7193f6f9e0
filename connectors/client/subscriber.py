"""Following ``coverage.persons``: typed states one by one or Arrow batches, going on where one stopped."""

import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connectors.client.connection import Login, connection
from connectors.client.position_source import PositionSource
from connectors.client.regions import RegionFilter
from connectors.client.sequence import SequenceCheck
from connectors.client.state_batch import StateBatch, tokens_of
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.subscription import KafkaSubscription
from schemas.codec import AvroCodec
from schemas.errors import InvalidInput
from schemas.events import CoverageState
from schemas.ids import PersonToken
from schemas.names import COVERAGE_PERSONS
from schemas.records import RecordBatch, TopicPartition

_BATCH_RECORDS = 20_000
_POLL_S = 0.2
_MS_PER_S = 1000


class Source(Protocol):
    """Where records come from, and where it is said how far one has got."""

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` committed records by partition; waits at most ``timeout_s``."""

    def ready(self) -> bool:
        """Whether silence means that there is nothing to read."""

    def done(self, positions: Mapping[TopicPartition, int]) -> None:
        """Everything before these positions has been dealt with."""

    def on_gone(self, tell: Callable[[Sequence[TopicPartition]], None]) -> None:
        """Have ``tell`` called with partitions that may be read again from an earlier position."""

    def close(self) -> None:
        """Release the connection."""


class Subscriber:
    """Reads what was committed, each record at least once; ``seq`` tells repeats from news.

    Iterate over it for ``(PersonToken, CoverageState | None)``, ``None`` being a tombstone; over
    ``batches()`` for Arrow. A record counts as done when the next one (or the next batch) is asked
    for; ``positions`` says how far that is.

    One thread reads; ``stop`` may be called from any other, or from a signal handler. While Kafka is
    away reading waits, and goes on by itself. Records wait at Kafka, not here: of what was not asked for
    at most some 256 MB lie in memory.

        with Subscriber.connect(servers, registry, group="kendari", regions="74.71") as subscriber:
            for token, state in subscriber:
                ...
    """

    def __init__(
        self,
        source: Source,
        codec: AvroCodec,
        *,
        regions: str | Iterable[str] | None = None,
        check_seq: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._source = source
        self._codec = codec
        self._clock = clock
        self._regions = None if regions is None else RegionFilter(regions)
        self._sequence = SequenceCheck() if check_seq else None
        self._positions: dict[TopicPartition, int] = {}
        self._stopped = False
        if self._sequence is not None:
            source.on_gone(self._sequence.forget)

    @classmethod
    def connect(
        cls,
        bootstrap_servers: str,
        registry_url: str,
        *,
        group: str | None = None,
        positions: Mapping[TopicPartition, int] | None = None,
        regions: str | Iterable[str] | None = None,
        registry_login: Login | None = None,
        security: Mapping[str, str] | None = None,
        secret_files: Mapping[str, Path] | None = None,
        check_seq: bool = True,
    ) -> Self:
        """A subscriber on a cluster.

        With ``group`` Kafka keeps the positions and several processes share the partitions. Without,
        all partitions are read from ``positions``, those not named from the start of the log; keep
        ``positions`` together with what you make of the records and nothing is ever taken twice.

        ``regions``, Kemendagri codes as ``"74"`` or ``["74.71", "74.72"]``, leaves out whom they do not
        concern: what comes is of persons who live there, of those who have just left (``region`` says
        where to), and every tombstone.

        ``security`` are librdkafka's properties for TLS and SASL, ``secret_files`` those whose value is in a
        file, ``registry_login`` a user and the file with the password.

        Raises ``InvalidInput`` for arguments that cannot be right, ``Retryable`` if Kafka does not answer
        within ten seconds, ``Refused`` if there is no such topic.
        """
        if group is not None and positions is not None:
            raise InvalidInput(
                "group and positions exclude each other: either Kafka keeps the positions or you do"
            )
        config, codec = connection(
            "jangkau-subscriber", bootstrap_servers, registry_url, registry_login, security, secret_files
        )
        source: Source
        if group is not None:
            # A group would wait for ever for a topic or a cluster that is not there.
            KafkaAdmin(config).partitions(COVERAGE_PERSONS)
            source = KafkaSubscription(config, group, [COVERAGE_PERSONS])
        else:
            source = PositionSource.on_kafka(config, COVERAGE_PERSONS, positions or {})
        return cls(source, codec, regions=regions, check_seq=check_seq)

    def __repr__(self) -> str:
        which = "all regions" if self._regions is None else "regions " + ", ".join(self._regions.codes)
        return f"Subscriber({COVERAGE_PERSONS}, {which}, {len(self._positions)} partitions read)"

    @property
    def positions(self) -> Mapping[TopicPartition, int]:
        """Next offset of each partition something was read of."""
        return dict(self._positions)

    def stop(self) -> None:
        """End ``records`` and ``batches`` within a quarter of a second, once the record in hand is done.

        From any thread or a signal handler; afterwards the subscriber can only be closed.
        """
        self._stopped = True

    def __iter__(self) -> Iterator[tuple[PersonToken, CoverageState | None]]:
        return self.records()

    def records(self, *, idle_s: float | None = None) -> Iterator[tuple[PersonToken, CoverageState | None]]:
        """States one by one, for ever, or until nothing has come for ``idle_s``, or until ``stop``.

        Raises ``SequenceBroken``, ``ContractBroken`` for a record that cannot be read, ``Retryable``.
        """
        for batch in self._fetched(idle_s):
            stamps = zip(batch.offsets.tolist(), batch.timestamps.tolist(), strict=True)
            for key, value, (offset, timestamp) in zip(batch.keys, batch.values, stamps, strict=True):
                token = _token(key)
                state = None if value is None else self._state(value)
                if self._regions is None or state is None or self._regions.concerns(state):
                    seq = None if state is None else state.seq
                    leaving = {offset} if self._leaves(state) else set()
                    self._check(batch.source, [(token.raw, seq, offset, timestamp)], leaving)
                    yield token, state
                self._done(batch.source, offset + 1)
                if self._stopped:
                    return

    def batches(self, *, idle_s: float | None = None) -> Iterator[StateBatch]:
        """States as Arrow batches, for ever, or until nothing has come for ``idle_s``, or until ``stop``.

        Raises as ``records``.
        """
        for batch in self._fetched(idle_s):
            decoded = self._decoded(batch)
            if len(decoded.rows) or len(decoded.removed):
                yield decoded
            self._done(batch.source, batch.next_offset)
            if self._stopped:
                return

    def _fetched(self, idle_s: float | None) -> Iterator[RecordBatch]:
        quiet_since = time.monotonic()
        while not self._stopped and (idle_s is None or time.monotonic() - quiet_since < idle_s):
            for batch in self._source.consume(_BATCH_RECORDS, _POLL_S):
                yield batch
                quiet_since = time.monotonic()
            if not self._source.ready():
                quiet_since = time.monotonic()

    def _state(self, value: bytes) -> CoverageState:
        return CoverageState.from_record(self._codec.decode(COVERAGE_PERSONS, value))

    def _decoded(self, batch: RecordBatch) -> StateBatch:
        gone = np.array([value is None for value in batch.values], bool)
        values = [value for value in batch.values if value is not None]
        decoded = self._codec.decode_batch(COVERAGE_PERSONS, values)
        if decoded.rejects:
            raise decoded.rejects[0][1]
        tokens, rows, there = tokens_of(batch.keys), decoded.rows, np.flatnonzero(~gone)
        if self._regions is not None:
            concerned = self._regions.concerned(rows)
            rows, there = rows.filter(pa.array(concerned)), there[concerned]
        if self._sequence is not None:
            self._check_rows(batch, tokens, rows, there, np.flatnonzero(gone))
        return StateBatch(
            source=batch.source,
            tokens=tokens[there],
            rows=rows,
            offsets=batch.offsets[there],
            removed=tokens[gone],
            removed_offsets=batch.offsets[gone],
            next_offset=batch.next_offset,
        )

    def _check_rows(
        self,
        batch: RecordBatch,
        tokens: NDArray[np.uint8],
        rows: pa.RecordBatch,
        there: NDArray[np.intp],
        gone: NDArray[np.intp],
    ) -> None:
        """``rows`` are the records at the indices ``there``; those at ``gone`` are tombstones."""
        seqs: dict[int, int | None] = dict.fromkeys(gone.tolist())
        seqs |= dict(zip(there.tolist(), rows["seq"].to_pylist(), strict=True))
        order = sorted(seqs)
        leaving: set[int] = set()
        if self._regions is not None:
            left = there[~self._regions.stay(rows)]
            leaving = {*batch.offsets[gone].tolist(), *batch.offsets[left].tolist()}
        stamps = zip(batch.offsets[order].tolist(), batch.timestamps[order].tolist(), strict=True)
        records = [
            (tokens[at].tobytes(), seqs[at], offset, stamp)
            for at, (offset, stamp) in zip(order, stamps, strict=True)
        ]
        self._check(batch.source, records, leaving)

    def _leaves(self, state: CoverageState | None) -> bool:
        """Whether nobody here follows this person any more."""
        return self._regions is not None and (state is None or not self._regions.holds(state.region))

    def _check(
        self,
        source: TopicPartition,
        records: Iterable[tuple[bytes, int | None, int, int]],
        leaving: Container[int] = (),
    ) -> None:
        if self._sequence is not None:
            now_ms = int(self._clock().timestamp() * _MS_PER_S)
            self._sequence.check(source, records, now_ms, leaving)

    def _done(self, partition: TopicPartition, position: int) -> None:
        self._positions[partition] = position
        self._source.done({partition: position})

    def close(self) -> None:
        """Say how far one got, and release the connection."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _token(key: bytes | None) -> PersonToken:
    return PersonToken.parse((key or b"").decode("ascii", "replace"))
