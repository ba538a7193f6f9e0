"""Batches as the client library hands them over: one of each partition, whatever was read of it."""

from collections.abc import Sequence

import numpy as np

from schemas.records import RecordBatch, TopicPartition


def joined(batches: Sequence[RecordBatch]) -> list[RecordBatch]:
    """One batch of each partition, in the order they came: as the client library hands them over."""
    of: dict[TopicPartition, list[RecordBatch]] = {}
    for batch in batches:
        of.setdefault(batch.source, []).append(batch)
    return [parts[0] if len(parts) == 1 else _one(parts) for parts in of.values()]


def _one(parts: Sequence[RecordBatch]) -> RecordBatch:
    headers = [part.headers.get(i, {}) for part in parts for i in range(len(part))]
    return RecordBatch(
        parts[0].source,
        [key for part in parts for key in part.keys],
        [value for part in parts for value in part.values],
        np.concatenate([part.offsets for part in parts]),
        np.concatenate([part.timestamps for part in parts]),
        dict(enumerate(headers)),
    )
