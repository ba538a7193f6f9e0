"""Keeping the state topic short: all live rows written again, then everything before them deleted."""

from dataclasses import dataclass

import numpy as np

from streams.engine.blocks import SweepMark, rows_digest
from streams.engine.partition import Partition, Rows

ROW_BYTES = 140
"""About what one row takes in a block; measured, and only used to decide when to sweep."""


@dataclass(frozen=True, slots=True)
class SweepLimits:
    """When to sweep and how much at once."""

    bytes_at_least: int = 16 << 20
    """A small state is not worth sweeping."""
    garbage_factor: int = 3
    """Sweep when the bytes since the last sweep exceed this many times the live size."""
    after_removal_s: float = 86_400.0
    """Blocks still tell of somebody erased: a sweep follows this long after. Brokers delete whole segments,
    so by then the one with these blocks must be full, or older than segment.ms of hub.state.
    """
    slice_rows: int = 50_000
    """Rows per transaction of a sweep: a pause of some ten milliseconds."""


@dataclass(slots=True)
class Sweep:
    """A sweep under way. ``start``: high watermark of the state before the first slice; ``cursor``: next
    row.
    """

    start: int
    cursor: int = 0


def sweep_is_due(partition: Partition, bytes_since: int, limits: SweepLimits) -> bool:
    """Whether the state has grown enough since the last sweep."""
    return bytes_since > max(limits.bytes_at_least, limits.garbage_factor * ROW_BYTES * partition.persons)


def next_slice(sweep: Sweep, partition: Partition, limits: SweepLimits) -> Rows:
    """Rows to write again in this transaction; moves the cursor."""
    end = min(sweep.cursor + limits.slice_rows, len(partition))
    rows = np.arange(sweep.cursor, end, dtype=np.intp)
    sweep.cursor = end
    return partition.present(rows)


def mark_if_done(sweep: Sweep, partition: Partition) -> SweepMark | None:
    """The mark of a sweep whose last slice is in this transaction, once all rows of the transaction are
    final.
    """
    if sweep.cursor < len(partition):
        return None
    return SweepMark(sweep.start, partition.persons, rows_digest(partition))
