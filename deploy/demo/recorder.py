"""A read_committed subscriber that writes down every record of coverage.persons as it comes."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.client import StateBatch, Subscriber
from connectors.population.rows import hex_texts
from schemas.records import TopicPartition

_COLUMNS = (
    "seq",
    "status",
    "verdicts",
    "change",
    "region",
    "previous_region",
    "covered_through",
    "business_date",
)
_IDLE_S = 0.3
_ROWS_A_FILE = 200_000


class Reader(Protocol):
    """Knows how far it has read, markers of transactions included."""

    def position(self, partition: TopicPartition) -> int:
        """Next offset to read."""


class Recorder:
    """Writes Parquet files under ``folder`` and counts how the persons stand."""

    def __init__(self, subscriber: Subscriber, reader: Reader, folder: Path) -> None:
        self._subscriber, self._reader, self._folder = subscriber, reader, folder
        self._last: dict[bytes, str] = {}
        self._open: list[pa.RecordBatch] = []
        self._files = 0
        self.records = 0
        self.standing: Counter[str] = Counter()

    def read(self) -> None:
        """Take in what there is, returning once nothing has come for a moment."""
        for batch in self._subscriber.batches(idle_s=_IDLE_S):
            self._count(batch)
            self._open.append(_recorded(batch))
            if sum(map(len, self._open)) >= _ROWS_A_FILE:
                self._write()

    def has_read(self, ends: Mapping[TopicPartition, int]) -> bool:
        """Whether everything before these offsets was read."""
        return all(self._reader.position(at) >= end for at, end in ends.items())

    def close(self) -> None:
        """Write what is still in memory, and release the connection."""
        if self._open or not self._files:
            self._write()
        self._subscriber.close()

    def one_with(self, status: str) -> str | None:
        """Somebody who stands so, as a token to try things with."""
        return next((token.hex() for token, found in self._last.items() if found == status), None)

    def _count(self, batch: StateBatch) -> None:
        for token, status in zip(batch.tokens, batch.rows.column("status").to_pylist(), strict=True):
            key = token.tobytes()
            before = self._last.get(key)
            if before is not None:
                self.standing[before] -= 1
            self._last[key] = status
            self.standing[status] += 1
        self.records += len(batch.rows)

    def _write(self) -> None:
        table = pa.Table.from_batches(self._open, None if self._open else _EMPTY)
        pq.write_table(table, self._folder / f"{self._files:05d}.parquet", compression="zstd")
        self._files += 1
        self._open = []


def _recorded(batch: StateBatch) -> pa.RecordBatch:
    rows = batch.rows.select(list(_COLUMNS))
    at = np.full(len(rows), batch.source.partition, np.int32)
    columns = [pa.array(at), pa.array(batch.offsets), hex_texts(batch.tokens), *rows.columns]
    return pa.RecordBatch.from_arrays(columns, names=["partition", "offset", "token", *_COLUMNS])


_VERDICT = pa.struct(
    [
        ("directive", pa.string()),
        ("version", pa.int32()),
        ("status", pa.string()),
        ("missing", pa.list_(pa.string())),
        ("reason", pa.string()),
    ]
)
_EMPTY = pa.schema(
    [
        ("partition", pa.int32()),
        ("offset", pa.int64()),
        ("token", pa.string()),
        ("seq", pa.int64()),
        ("status", pa.string()),
        ("verdicts", pa.list_(_VERDICT)),
        ("change", pa.string()),
        ("region", pa.string()),
        ("previous_region", pa.string()),
        ("covered_through", pa.date32()),
        ("business_date", pa.date32()),
    ]
)
