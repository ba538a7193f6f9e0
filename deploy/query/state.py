"""Whether hub.state is whole: read as an engine would, and held against what was published."""

import binascii
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from schemas.codec import DecodedBatch
from schemas.errors import Refused, Retryable
from schemas.names import COVERAGE_PERSONS, HUB_CONTROL
from schemas.records import RecordBatch, TopicPartition
from streams.coverage.region_index import RegionIndex
from streams.engine.needs_rebuild import NeedsRebuild
from streams.engine.ports import LogAdmin, Reader
from streams.engine.reach import check_inputs, topic_ids
from streams.engine.restore import Restore
from streams.engine.token_index import TOKEN

_POLL_S = 0.2
_PATIENCE_S = 30.0
_RECORDS_AT_ONCE = 5_000
_REBUILD = "start the engine with --rebuild"

Told = Callable[[int, float], None]
"""Hears of a partition, and how much of its state is read, 0 to 1."""


class Codec(Protocol):
    """Reads what was published."""

    def decode_batch(self, topic: str, values: Sequence[bytes | None]) -> DecodedBatch:
        """Many values by our schema."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a partition, and what to do."""

    what: str
    remedy: str


@dataclass(slots=True)
class CheckedPartition:
    """One partition: what was read of it, and every fault. ``compared``: how many published records were held
    against it; None if that was not asked for.
    """

    number: int
    persons: int = 0
    rows: int = 0
    """Rows read, older ones of a person included."""
    bytes: int = 0
    compared: int | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.faults


class StateCheck:
    """Checks partitions one by one, also while engines run. Memory holds one partition."""

    def __init__(self, reader: Reader, admin: LogAdmin, codec: Codec, told: Told | None = None) -> None:
        self._reader, self._admin, self._codec = reader, admin, codec
        self._told: Told = told or (lambda number, share: None)
        self._ids = topic_ids(admin)

    def check(self, number: int, *, compare: bool = True) -> CheckedPartition:
        """Read one partition; with ``compare`` also what was published for it. Raises ``Retryable`` if the
        broker falls silent.
        """
        found = CheckedPartition(number)
        coverage = TopicPartition(COVERAGE_PERSONS, number)
        published = _Published(coverage, self._reader, self._admin, self._codec)
        before = published.now() if compare else None
        restore = Restore(number, self._reader, self._admin, RegionIndex())
        try:
            self._read(restore)
            self._check_whole(restore, number, bool(before))
        except (NeedsRebuild, Refused) as error:
            found.faults.append(Fault(str(error), error.remedy or _REBUILD))
        found.persons, found.rows, found.bytes = (
            restore.partition.persons,
            restore.rows_read,
            restore.bytes_read,
        )
        if before is not None and found.whole:
            # Engines go on meanwhile: the state lies between what was published before and after it was read.
            after = published.now()
            found.compared = len(before)
            if wrong := _not_between(restore, before, after):
                what = f"of {wrong} persons the state does not know the last record on {COVERAGE_PERSONS}"
                found.faults.append(Fault(f"state partition {number} lacks blocks: {what}", _REBUILD))
        return found

    def _read(self, restore: Restore) -> None:
        heard, reached = time.monotonic(), -1
        while not restore.step(_POLL_S):
            self._told(restore.partition.number, restore.progress)
            if restore.position != reached:
                heard, reached = time.monotonic(), restore.position
            elif time.monotonic() - heard > _PATIENCE_S:
                raise Retryable("no answer while reading hub.state", remedy="see `jangkau status`")

    def _check_whole(self, restore: Restore, number: int, published: bool) -> None:
        if restore.unfinished_rebuild:
            raise NeedsRebuild(
                f"state partition {number} is being rebuilt", remedy="wait until an engine has done it"
            )
        if restore.last is None:
            if published:
                raise NeedsRebuild(f"state partition {number} is empty, but verdicts of it were published")
            return
        control = TopicPartition(HUB_CONTROL, 0)
        known = restore.last.control_topic_id == self._admin.topic_id(HUB_CONTROL)
        if not known or restore.last.control_offset > self._admin.high_watermark(control):
            raise Refused(
                "the state was written under another hub.control than the one on this cluster",
                remedy="use the cluster the state belongs to, or restore hub.control",
            )
        check_inputs(number, restore.last, self._ids, self._admin)


class _Published:
    """The last seq of each person on a partition of coverage.persons; of somebody erased 0."""

    def __init__(self, at: TopicPartition, reader: Reader, admin: LogAdmin, codec: Codec) -> None:
        self._at, self._reader, self._admin, self._codec = at, reader, admin, codec
        self._next = admin.start_offset(at)
        self._last: dict[bytes, int] = {}

    def now(self) -> dict[bytes, int]:
        """As it is now; only what has come since is read."""
        end = self._admin.high_watermark(self._at)
        self._reader.assign({self._at: self._next})
        heard = time.monotonic()
        while self._reader.position(self._at) < end:
            for batch in self._reader.consume(_RECORDS_AT_ONCE, _POLL_S):
                heard = time.monotonic()
                self._take(batch)
            if time.monotonic() - heard > _PATIENCE_S:
                raise Retryable(f"no answer while reading {self._at.topic}", remedy="see `jangkau status`")
        self._next = self._reader.position(self._at)
        return dict(self._last)

    def _take(self, batch: RecordBatch) -> None:
        there = [i for i, value in enumerate(batch.values) if value is not None]
        decoded = self._codec.decode_batch(self._at.topic, [batch.values[i] for i in there])
        seqs = np.zeros(len(batch), np.int64)
        seqs[np.array(there, np.intp)[decoded.index]] = decoded.rows["seq"].to_numpy()
        self._last.update(zip(map(_token, batch.keys), seqs.tolist(), strict=True))


def _token(key: bytes | None) -> bytes:
    return binascii.unhexlify(key or b"")


def _not_between(restore: Restore, before: dict[bytes, int], after: dict[bytes, int]) -> int:
    """How many persons' seq in the state is none of those published while it was read. Of somebody erased or
    published anew meanwhile nothing is said.
    """
    tokens = [token for token, seq in before.items() if 0 < seq <= after[token]]
    if not tokens:
        return 0
    rows = restore.partition.index.find(np.frombuffer(b"".join(tokens), TOKEN))
    seqs = np.where(rows >= 0, restore.partition.published.seq[rows], 0)
    low = np.array([before[token] for token in tokens])
    high = np.array([after[token] for token in tokens])
    return int(np.count_nonzero((seqs < low) | (seqs > high)))
