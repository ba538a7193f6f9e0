"""What an engine would say of records before they are sent: its own checks, on a partition of their own."""

from collections.abc import Mapping, Sequence

import numpy as np

from schemas.codec import AvroCodec
from schemas.records import RecordBatch, TopicPartition
from schemas.regions import Regions
from streams.coverage.region_index import RegionIndex
from streams.engine.erasures import Erasures
from streams.engine.intake import Intake
from streams.engine.partition import Partition


class Trial:
    """Checks records of the agencies' topics. ``partitions``: of the person topics."""

    def __init__(self, codec: AvroCodec, partitions: int) -> None:
        self._intake = Intake(codec, Regions.load(), RegionIndex(), partitions)

    def faults(
        self, at: TopicPartition, keys: Sequence[bytes], values: Sequence[bytes], now_ms: int
    ) -> Mapping[int, str]:
        """Reason and detail by position, for each that would be rejected if it came at ``now_ms``."""
        stamps = np.full(len(values), now_ms, np.int64)
        batch = RecordBatch(at, keys, values, np.arange(len(values), dtype=np.int64), stamps)
        taken = self._intake.fold(Partition(at.partition), batch, 0, Erasures())
        return {reject.position: f"{reject.reason} {reject.detail}".rstrip() for reject in taken.rejects}
