"""Following ``coverage.persons``: typed states one by one or Arrow batches, going on where one stopped."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connectors.client.position_source import PositionSource
from connectors.client.sequence import SequenceCheck
from connectors.kafka.config import KafkaConfig
from connectors.kafka.subscription import KafkaSubscription
from schemas.codec import AvroCodec
from schemas.errors import ContractBroken
from schemas.events import CoverageState
from schemas.ids import TOKEN_BYTES, PersonToken
from schemas.names import COVERAGE_PERSONS
from schemas.records import RecordBatch, TopicPartition
from schemas.registry import SchemaRegistry

_BATCH_RECORDS = 20_000
_POLL_S = 0.2
_KEY_CHARACTERS = 2 * TOKEN_BYTES
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


@dataclass(frozen=True)
class StateBatch:
    """Consecutive records of one partition.

    ``rows`` are the states as Arrow (n rows), ``tokens`` (n, 16) whose they are, ``offsets`` (n) where
    they stand. ``removed`` (m, 16) and ``removed_offsets`` (m) are tombstones: that person is to be
    forgotten. When a person is in both, the higher offset counts.
    """

    source: TopicPartition
    tokens: NDArray[np.uint8]
    rows: pa.RecordBatch
    offsets: NDArray[np.int64]
    removed: NDArray[np.uint8]
    removed_offsets: NDArray[np.int64]
    next_offset: int


class Subscriber:
    """Reads what was committed, each record at least once; ``seq`` tells repeats from news.

    Iterate over it for ``(PersonToken, CoverageState | None)``, ``None`` being a tombstone; over
    ``batches()`` for Arrow. A record counts as done when the next one (or the next batch) is asked
    for; ``positions`` says how far that is.
    """

    def __init__(
        self,
        source: Source,
        codec: AvroCodec,
        *,
        check_seq: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._source = source
        self._codec = codec
        self._clock = clock
        self._sequence = SequenceCheck() if check_seq else None
        self._positions: dict[TopicPartition, int] = {}
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
        security: Mapping[str, str] | None = None,
        secret_files: Mapping[str, Path] | None = None,
        check_seq: bool = True,
    ) -> Self:
        """A subscriber on a cluster.

        With ``group`` Kafka keeps the positions and several processes share the partitions. Without,
        all partitions are read from ``positions``, those not named from the start of the log; keep
        ``positions`` together with what you make of the records and nothing is ever taken twice.
        """
        config = KafkaConfig(bootstrap_servers, security or {}, secret_files or {}, "jangkau-subscriber")
        source: Source
        if group is not None:
            source = KafkaSubscription(config, group, [COVERAGE_PERSONS])
        else:
            source = PositionSource.on_kafka(config, COVERAGE_PERSONS, positions or {})
        return cls(source, AvroCodec(SchemaRegistry(registry_url)), check_seq=check_seq)

    @property
    def positions(self) -> Mapping[TopicPartition, int]:
        """Next offset of each partition something was read of."""
        return dict(self._positions)

    def __iter__(self) -> Iterator[tuple[PersonToken, CoverageState | None]]:
        return self.records()

    def records(self, *, idle_s: float | None = None) -> Iterator[tuple[PersonToken, CoverageState | None]]:
        """States one by one, for ever, or until nothing has come for ``idle_s``.

        Raises ``SequenceBroken``, ``ContractBroken`` for a record that cannot be read, ``Retryable``.
        """
        for batch in self._fetched(idle_s):
            stamps = zip(batch.offsets.tolist(), batch.timestamps.tolist(), strict=True)
            for key, value, (offset, timestamp) in zip(batch.keys, batch.values, stamps, strict=True):
                token = _token(key)
                state = None if value is None else self._state(value)
                seq = None if state is None else state.seq
                self._check(batch.source, [(token.raw, seq, offset, timestamp)])
                yield token, state
                self._done(batch.source, offset + 1)

    def batches(self, *, idle_s: float | None = None) -> Iterator[StateBatch]:
        """States as Arrow batches, for ever, or until nothing has come for ``idle_s``.

        Raises as ``records``.
        """
        for batch in self._fetched(idle_s):
            yield self._decoded(batch)
            self._done(batch.source, batch.next_offset)

    def _fetched(self, idle_s: float | None) -> Iterator[RecordBatch]:
        quiet_since = time.monotonic()
        while idle_s is None or time.monotonic() - quiet_since < idle_s:
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
        tokens = _tokens(batch.keys)
        if self._sequence is not None:
            seqs: list[int | None] = [None] * len(batch)
            for row, seq in zip(np.flatnonzero(~gone).tolist(), decoded.rows["seq"].to_pylist(), strict=True):
                seqs[row] = seq
            keys = [token.tobytes() for token in tokens]
            self._check(
                batch.source, zip(keys, seqs, batch.offsets.tolist(), batch.timestamps.tolist(), strict=True)
            )
        return StateBatch(
            source=batch.source,
            tokens=tokens[~gone],
            rows=decoded.rows,
            offsets=batch.offsets[~gone],
            removed=tokens[gone],
            removed_offsets=batch.offsets[gone],
            next_offset=batch.next_offset,
        )

    def _check(self, source: TopicPartition, records: Iterable[tuple[bytes, int | None, int, int]]) -> None:
        if self._sequence is not None:
            self._sequence.check(source, records, int(self._clock().timestamp() * _MS_PER_S))

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


def _tokens(keys: Sequence[bytes | None]) -> NDArray[np.uint8]:
    """Shape (n, 16); raises ``ContractBroken`` INVALID_KEY."""
    joined = b"".join([key or b"" for key in keys])
    if len(joined) != len(keys) * _KEY_CHARACTERS or any(len(key or b"") != _KEY_CHARACTERS for key in keys):
        raise ContractBroken("INVALID_KEY", "a key is not a person token")
    try:
        raw = bytes.fromhex(joined.decode("ascii"))
    except ValueError:
        raise ContractBroken("INVALID_KEY", "a key is not a person token") from None
    return np.frombuffer(raw, np.uint8).reshape(len(keys), TOKEN_BYTES)
