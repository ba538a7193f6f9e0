"""Somebody erased: forgotten in memory, and tombstones of their record and of a hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from schemas.names import COVERAGE_PERSONS, HUB_HOLDS
from schemas.records import Outgoing, TopicPartition
from streams.engine.holds import NOT_HELD
from streams.engine.partition import Partition
from streams.engine.token_index import TOKEN


@dataclass(frozen=True, slots=True)
class Removed:
    """Somebody who was erased, and what has to go besides the state: a record, a hold."""

    key: bytes
    """The token as it stands in keys: 32 hex characters."""
    published: bool
    held: bool


def remove(partition: Partition, tokens: Collection[bytes]) -> list[Removed]:
    """Forget these persons, and tell of those of them who are here."""
    if not tokens:
        return []
    found = partition.index.find(np.frombuffer(b"".join(tokens), TOKEN))
    rows = partition.present(np.unique(found[found >= 0]))
    published, held = partition.published.seq[rows] > 0, partition.holds.state[rows] != NOT_HELD
    gone = list(map(Removed, partition.index.keys(rows), published.tolist(), held.tolist()))
    partition.remove(rows)
    return gone


def removal_records(number: int, removed: Sequence[Removed]) -> list[Outgoing]:
    """What to append for those erased of partition ``number``, before anything new is said of them."""
    gone = {
        COVERAGE_PERSONS: [one.key for one in removed if one.published],
        HUB_HOLDS: [one.key for one in removed if one.held],
    }
    return [
        Outgoing(TopicPartition(topic, number), keys, [None] * len(keys))
        for topic, keys in gone.items()
        if keys
    ]
