"""Holds as records of hub.holds: one for each that begins or changes, a tombstone for each that ends."""

import numpy as np
import pyarrow as pa

from schemas.codec import AvroCodec
from schemas.names import HOLD_STATES, HUB_HOLDS
from schemas.records import Outgoing, TopicPartition
from streams.coverage.region_index import RegionIndex
from streams.engine.coverage_rows import list_offsets
from streams.engine.partition import Partition
from streams.engine.withhold import Withheld

_STATES = pa.array(HOLD_STATES)


def hold_records(
    partition: Partition, withheld: Withheld, codec: AvroCodec, regions: RegionIndex, now_ms: int
) -> list[Outgoing]:
    """What to append to hub.holds for these changes; nothing for none. ``now_ms`` is information only."""
    target = TopicPartition(HUB_HOLDS, partition.number)
    records = []
    if len(withheld.begun):
        values = codec.encode_batch(HUB_HOLDS, _rows(partition, withheld, regions, now_ms))
        records.append(Outgoing(target, partition.index.keys(withheld.begun), values))
    if len(withheld.ended):
        records.append(Outgoing(target, partition.index.keys(withheld.ended), [None] * len(withheld.ended)))
    return records


def _rows(partition: Partition, withheld: Withheld, regions: RegionIndex, now_ms: int) -> pa.RecordBatch:
    rows, holds, facts = withheld.begun, partition.holds, partition.facts
    n = len(rows)
    return pa.RecordBatch.from_pydict(
        {
            "state": _STATES.take(pa.array(holds.state[rows] - np.uint8(1))),
            "directives": _directives(withheld, n),
            "region": pa.array(regions.texts).take(pa.array(partition.published.region[rows])),
            "dtsen_version": pa.array(facts.dtsen_version[rows]),
            "dtsen_offset": pa.array(facts.dtsen_offset[rows]),
            "business_date": pa.array(holds.day[rows]).cast(pa.date32()),
            "control_offset": pa.array(holds.since[rows]),
            "held_at": pa.array(np.full(n, now_ms, np.int64)).cast(pa.timestamp("ms")),
        }
    )


def _directives(withheld: Withheld, n: int) -> pa.ListArray:
    """Per row the directives that mean the person by the published record alone."""
    slots = list(withheld.kept)
    kept = np.stack([withheld.kept[slot] for slot in slots], axis=1)
    which = pa.array(np.nonzero(kept)[1])
    values = pa.StructArray.from_arrays(
        [
            pa.array([name for name, _ in slots], pa.string()).take(which),
            pa.array([version for _, version in slots], pa.int32()).take(which),
        ],
        ["directive", "version"],
    )
    return pa.ListArray.from_arrays(list_offsets(kept.sum(axis=1)), values)
