"""Taking over a partition: its state read back from hub.state, in steps, so that the group stays served."""

from contextlib import suppress

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.errors import ContractBroken
from schemas.names import HUB_STATE
from schemas.records import RecordBatch, TopicPartition
from streams.coverage.region_index import RegionIndex
from streams.engine import blocks
from streams.engine.batches import Count
from streams.engine.blocks import PartitionBlock, SweepMark
from streams.engine.guard import Spent
from streams.engine.needs_rebuild import NeedsRebuild, OtherLayout
from streams.engine.partition import Partition
from streams.engine.ports import LogAdmin, Reader

_RECORDS_PER_STEP = 200

_LOOKS_AT_TAIL = 10
"""Steps. The tail tells how many persons there are. What lies there may not be committed yet; then the
columns grow as rows come, which costs more.
"""

_UNDECODABLE = (
    pa.ArrowException,
    ContractBroken,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OSError,
    StopIteration,
)
"""What decoding raises for bytes that no engine wrote."""


class Restore:
    """Reads one state partition up to the high watermark seen at the start of the takeover.

    The last stable offset would not do: a predecessor's transaction may be decided but not yet
    marked. Reading committed records until the position reaches the high watermark waits for it.

    It looks at the end first, and makes room for as many persons as are named there: growing column by
    column is a third of the work otherwise.
    """

    def __init__(self, number: int, reader: Reader, admin: LogAdmin, regions: RegionIndex) -> None:
        self.partition = Partition(number)
        self.last: PartitionBlock | None = None
        self.mark: SweepMark | None = None
        self._removals: dict[int, int] = {}
        """The broker's time of each removal block, by its offset."""
        self.rows_read = 0
        self.bytes_read = 0
        self._log = TopicPartition(HUB_STATE, number)
        self._reader = reader
        self._regions = regions
        self.start = admin.start_offset(self._log)
        self.target = admin.high_watermark(self._log)
        self._persons = 0
        self._unread: OtherLayout | None = None
        """Why the newest generation, as far as read, cannot be used; a rebuild after it makes that good."""
        tail = max(self.start, self.target - blocks.TAIL_RECORDS)
        self._looks_left = _LOOKS_AT_TAIL if tail > self.start else 0
        reader.assign({self._log: tail})

    @property
    def position(self) -> int:
        """Next offset of the state partition."""
        return self._reader.position(self._log)

    @property
    def progress(self) -> float:
        """How much of the state partition has been read, 0 to 1."""
        if self._looks_left:
            return 0.0
        length = self.target - self.start
        return min((self.position - self.start) / length, 1.0) if length else 1.0

    def step(self, timeout_s: float) -> bool:
        """Read a little; returns whether all is read and proven whole. Raises ``NeedsRebuild`` if it
        is not whole.
        """
        if self._looks_left:
            self._look_at_tail(timeout_s)
            return False
        if self.position < self.target:
            for batch in self._reader.consume(_RECORDS_PER_STEP, timeout_s):
                self._apply(batch)
        if self.position < self.target:
            return False
        if self._unread is not None:
            raise self._unread
        self._check_reach()
        return True

    @property
    def removals_ms(self) -> list[int]:
        """The broker's times of removal blocks that no sweep has deleted yet, oldest first."""
        start = self.start if self.mark is None else self.mark.start
        return [time_ms for offset, time_ms in self._removals.items() if offset >= start]

    @property
    def unfinished_rebuild(self) -> bool:
        """Whether the state stops within a rebuild that never completed."""
        return self.last is not None and self.last.rebuilding

    def _look_at_tail(self, timeout_s: float) -> None:
        self._looks_left -= 1
        for batch in self._reader.consume(blocks.TAIL_RECORDS, timeout_s):
            self._looks_left = 0
            for key, value in zip(batch.keys, batch.values, strict=True):
                if key == blocks.PARTITION_KEY and value is not None:
                    # A hint: what is wrong with a block is told when it is read in its turn.
                    with suppress(NeedsRebuild, *_UNDECODABLE):
                        # The index counts each token of a block as if it were new.
                        self._persons = PartitionBlock.decode(value).persons + blocks.BLOCK_ROWS
        if not self._looks_left:
            self.partition = Partition(self.partition.number, persons=self._persons)
            self._reader.assign({self._log: self.start})

    def _apply(self, batch: RecordBatch) -> None:
        for at, (key, value) in enumerate(zip(batch.keys, batch.values, strict=True)):
            if value is None:
                continue
            self.bytes_read += len(value)
            offset = int(batch.offsets[at])
            try:
                self._apply_block(key, value)
            except OtherLayout as why:
                self._unread, self.last, self.mark = why, None, None
            except _UNDECODABLE as error:
                raise NeedsRebuild(
                    f"state partition {self._log.partition} is damaged: the record at offset {offset} is no "
                    f"block of a state",
                    remedy="start the engine with --rebuild",
                ) from error
            if key == blocks.REMOVED_KEY:
                self._removals[offset] = int(batch.timestamps[at])

    def _apply_block(self, key: bytes | None, value: bytes) -> None:
        if key == blocks.ROWS_KEY:
            self._enter_generation(blocks.generation_of(value))
            self.rows_read += blocks.apply_rows(self.partition, value, self._regions.intern_all)
        elif key == blocks.REMOVED_KEY:
            self._remove(*blocks.decode_removed(value))
        else:
            self._apply_partition_block(PartitionBlock.decode(value))

    def _remove(self, generation: int, tokens: NDArray[np.void]) -> None:
        self._enter_generation(generation)
        rows = self.partition.index.find(tokens)
        self.partition.remove(rows[rows >= 0])

    def _apply_partition_block(self, block: PartitionBlock) -> None:
        self._enter_generation(block.generation)
        self.last = block
        self.partition.positions = dict(block.positions)
        self.partition.spent = Spent.from_json(block.spent)
        self.partition.inputs.stopped = dict(block.stopped)
        for entry in block.batches:
            regencies = {int(digits): by_class for digits, by_class in entry.regencies.items()}
            count = Count(entry.by_class, entry.first_offset, entry.day, entry.digest, regencies)
            self.partition.batches.put(entry.topic, entry.batch, count)
        if block.sweep is not None and block.sweep.start >= self.start:
            self._check_sweep(block.sweep)
            self.mark, self._unread = block.sweep, None

    def _enter_generation(self, generation: int) -> None:
        """A rebuild begins a state of its own: what was before it is void."""
        if generation != self.partition.generation:
            self.partition = Partition(self.partition.number, generation=generation, persons=self._persons)
            self.last = self.mark = self._unread = None

    def _check_sweep(self, mark: SweepMark) -> None:
        held = self.partition.persons
        if (held, blocks.rows_digest(self.partition)) != (mark.rows, mark.digest):
            raise NeedsRebuild(
                f"state partition {self._log.partition} is damaged: {held} persons read, {mark.rows} "
                f"were written",
                remedy="start the engine with --rebuild",
            )

    def _check_reach(self) -> None:
        if self.start > 0 and self.mark is None:
            raise NeedsRebuild(
                f"state partition {self._log.partition} begins at offset {self.start} and holds no "
                f"complete sweep after it: "
                "part of the state was deleted",
                remedy="start the engine with --rebuild",
            )
