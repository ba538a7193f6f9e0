"""Follows what the hub says beside coverage.persons: totals, receipts, quarantine, directives."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.codec import AvroCodec
from schemas.events import BatchReceipt, DirectiveStatus, Quarantined, RegionTotals
from schemas.names import AGENCY_RECEIPTS, COVERAGE_DIRECTIVES, COVERAGE_REGIONS, HUB_QUARANTINE
from schemas.records import RecordBatch, TopicPartition

_FOLLOWED = (COVERAGE_REGIONS, AGENCY_RECEIPTS, HUB_QUARANTINE, COVERAGE_DIRECTIVES)
_KEPT = {COVERAGE_REGIONS: "regions.parquet", AGENCY_RECEIPTS: "receipts.parquet"}
_RECORDS_AT_ONCE = 5_000
_POLL_S = 0.2


class Reader(Protocol):
    """Reads fixed partitions."""

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        """Read exactly these."""

    def consume(self, max_records: int, timeout_s: float) -> Sequence[RecordBatch]:
        """Up to so many committed records."""

    def close(self) -> None:
        """Release the connection."""


class Ends(Protocol):
    """Knows the topics."""

    def partitions(self, topic: str) -> int:
        """How many partitions a topic has."""


class Follower:
    """The newest of everything, by key, and every record of totals and receipts for the check."""

    def __init__(self, reader: Reader, ends: Ends, codec: AvroCodec) -> None:
        self._reader, self._codec = reader, codec
        every = [TopicPartition(topic, n) for topic in _FOLLOWED for n in range(ends.partitions(topic))]
        reader.assign(dict.fromkeys(every, 0))
        self._kept: dict[str, list[pa.RecordBatch]] = {topic: [] for topic in _KEPT}
        self.totals: dict[str, RegionTotals] = {}
        self.receipts: dict[str, BatchReceipt] = {}
        self.directives: dict[str, DirectiveStatus] = {}
        self.quarantined: Counter[str] = Counter()

    def read(self) -> None:
        """Take in what has come, waiting a moment for it."""
        for batch in self._reader.consume(_RECORDS_AT_ONCE, _POLL_S):
            self._take(batch)

    def save(self, folder: Path) -> None:
        """Write totals and receipts below ``folder``, as the check wants them."""
        for topic, name in _KEPT.items():
            pq.write_table(pa.Table.from_batches(self._kept[topic]), folder / name)

    def close(self) -> None:
        """Release the connection."""
        self._reader.close()

    def _take(self, batch: RecordBatch) -> None:
        topic = batch.source.topic
        decoded = self._codec.decode_batch(topic, batch.values)
        if decoded.rejects:
            raise decoded.rejects[0][1]
        keys = [(batch.keys[row] or b"").decode() for row in decoded.index]
        records = zip(keys, decoded.rows.to_pylist(), strict=True)
        if topic == COVERAGE_REGIONS:
            self.totals |= {key: RegionTotals.from_record(record) for key, record in records}
        elif topic == AGENCY_RECEIPTS:
            self.receipts |= {key: BatchReceipt.from_record(record) for key, record in records}
        elif topic == COVERAGE_DIRECTIVES:
            self.directives |= {key: DirectiveStatus.from_record(record) for key, record in records}
        else:
            self.quarantined.update(Quarantined.from_record(record).reason for _, record in records)
        if topic in _KEPT:
            self._kept[topic].append(_with_keys(batch, keys, decoded.rows))


def _with_keys(batch: RecordBatch, keys: list[str], rows: pa.RecordBatch) -> pa.RecordBatch:
    at = np.full(len(rows), batch.source.partition, np.int32)
    columns = [pa.array(at), pa.array(batch.offsets), pa.array(keys, pa.string()), *rows.columns]
    return pa.RecordBatch.from_arrays(columns, names=["partition", "offset", "key", *rows.schema.names])
