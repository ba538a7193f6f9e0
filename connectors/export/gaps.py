"""Reads coverage.persons once and keeps who of a region is a gap: the last record a person decides."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from connectors.export.verdicts import GapVerdicts
from schemas.codec import DecodedBatch
from schemas.errors import Retryable
from schemas.ids import TOKEN_BYTES
from schemas.names import COVERAGE_PERSONS, GapReason
from schemas.records import RecordBatch, TopicPartition

KEPT_COLUMNS = ("verdicts", "region", "covered_through", "business_date", "decided_at")
_RECORDS_AT_ONCE = 20_000
_POLL_S = 0.25
_PATIENCE_S = 15.0
_SLACK_ROWS = 100_000
"""Outdated rows that may lie beside as many good ones before they are thrown away."""

Progress = Callable[[str, int, int], None]
"""Called with a topic, how many of its offsets are read, and how many there are to read."""


class Reader(Protocol):
    """Reads fixed partitions, committed records only."""

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        """Read exactly these, from these offsets."""

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to ``max_records`` records by partition; waits at most ``timeout_s``."""

    def position(self, partition: TopicPartition) -> int:
        """Next offset to read."""


class Ends(Protocol):
    """Knows where partitions begin and end."""

    def partitions(self, topic: str) -> int:
        """How many there are; raises ``Refused`` without the topic."""

    def start_offset(self, partition: TopicPartition) -> int:
        """First offset still on the log."""

    def last_stable_offset(self, partition: TopicPartition) -> int:
        """Offset up to which committed records can be read."""


class Decoder(Protocol):
    """What reading needs of ``schemas.codec.AvroCodec``."""

    def columns(self, topic: str) -> pa.Schema:
        """The columns of a topic's values."""

    def decode_batch(self, topic: str, values: Sequence[bytes | None]) -> DecodedBatch:
        """Many values at once."""


@dataclass(frozen=True)
class Wanted:
    """Whose gaps: of a region and all below it, under one directive or any, for one reason or any."""

    region: str
    directive: str | None = None
    reason: GapReason | None = None

    def rows(self, states: pa.RecordBatch) -> NDArray[np.bool_]:
        """Which states are meant, shape (n,)."""
        region = states["region"]
        inside = pc.or_(pc.equal(region, self.region), pc.starts_with(region, self.region + "."))
        meant: NDArray[np.bool_] = inside.to_numpy(zero_copy_only=False)
        if meant.any():
            meant = meant & GapVerdicts.of(states["verdicts"], self.directive, self.reason).people()
        return meant


@dataclass(frozen=True)
class Gaps:
    """Who is a gap: ``tokens`` (n, 16) and their ``rows`` (n), as of ``offsets``, exclusive, by partition."""

    tokens: NDArray[np.uint8]
    rows: pa.RecordBatch
    offsets: Mapping[int, int]


class GapFold:
    """What is known so far. Memory goes with the people who are wanted, not with those who are read."""

    def __init__(self, codec: Decoder, wanted: Wanted, slack_rows: int = _SLACK_ROWS) -> None:
        self._codec, self._wanted, self._slack = codec, wanted, slack_rows
        columns = codec.columns(COVERAGE_PERSONS)
        self._schema = pa.schema([columns.field(name) for name in KEPT_COLUMNS])
        self._parts: list[pa.RecordBatch] = []
        self._rows = 0
        self._kept: dict[bytes, int] = {}

    def add(self, read: RecordBatch) -> None:
        """Take records of one partition, in its order. Raises ``ContractBroken`` for one that is no state."""
        decoded = self._codec.decode_batch(COVERAGE_PERSONS, read.values)
        for position, broken in decoded.rejects:
            if read.values[position] is not None:
                raise broken
        wanted = self._wanted.rows(decoded.rows)
        if not wanted.any() and not self._kept:
            return
        hits = np.zeros(len(read), np.bool_)
        hits[decoded.index[wanted]] = True
        numbers = self._rows + np.cumsum(hits) - 1
        for key, hit, number in zip(read.keys, hits.tolist(), numbers.tolist(), strict=True):
            if hit:
                self._kept[key or b""] = number
            else:
                self._kept.pop(key or b"", None)
        self._rows += int(hits.sum())
        self._parts.append(decoded.rows.select(KEPT_COLUMNS).filter(pa.array(wanted)))
        if self._rows > 2 * len(self._kept) + self._slack:
            self._compact()

    def gaps(self, offsets: Mapping[int, int]) -> Gaps:
        """What has been found; ``offsets`` say how far was read."""
        self._compact()
        raw = bytes.fromhex(b"".join(self._kept).decode("ascii"))
        tokens = np.frombuffer(raw, np.uint8).reshape(-1, TOKEN_BYTES)
        return Gaps(tokens, self._parts[0], offsets)

    def _compact(self) -> None:
        table = pa.Table.from_batches(self._parts, self._schema)
        rows = table.take(pa.array(list(self._kept.values()), pa.int64())).combine_chunks()
        empty = pa.RecordBatch.from_pylist([], schema=self._schema)
        self._parts = [*rows.to_batches(), empty][:1]
        self._kept = {key: number for number, key in enumerate(self._kept)}
        self._rows = len(self._kept)


def read_gaps(
    reader: Reader,
    ends: Ends,
    fold: GapFold,
    progress: Progress,
    clock: Callable[[], float] = time.monotonic,
) -> Gaps:
    """Read every partition up to the end it has now. Raises ``Retryable`` if the broker falls silent."""
    partitions = range(ends.partitions(COVERAGE_PERSONS))
    goals = {
        at: ends.last_stable_offset(at) for at in (TopicPartition(COVERAGE_PERSONS, n) for n in partitions)
    }
    begins = {at: min(ends.start_offset(at), goal) for at, goal in goals.items()}
    reader.assign(begins)
    heard, before = clock(), -1
    while any(reader.position(at) < goal for at, goal in goals.items()):
        for batch in reader.consume(_RECORDS_AT_ONCE, _POLL_S):
            if (part := _until(batch, goals[batch.source])) is not None:
                fold.add(part)
        done = sum(min(reader.position(at), goals[at]) - begin for at, begin in begins.items())
        progress(COVERAGE_PERSONS, done, sum(goals.values()) - sum(begins.values()))
        if done != before:
            heard, before = clock(), done
        elif clock() - heard > _PATIENCE_S:
            raise Retryable(f"no answer while reading {COVERAGE_PERSONS}", remedy="see `jangkau status`")
    return fold.gaps({at.partition: goal for at, goal in goals.items()})


def _until(batch: RecordBatch, goal: int) -> RecordBatch | None:
    """The records before the end that was seen: all partitions are of one moment, not of how long it took."""
    rows = int(np.searchsorted(batch.offsets, goal))
    if rows == len(batch):
        return batch
    if rows == 0:
        return None
    return RecordBatch(
        batch.source, batch.keys[:rows], batch.values[:rows], batch.offsets[:rows], batch.timestamps[:rows]
    )
