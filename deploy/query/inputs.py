"""Which inputs stand still, as the state of each partition says: also while no engine runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from deploy.query.ports import Ends
from deploy.query.scan import scan
from schemas.names import HUB_STATE
from schemas.records import TopicPartition
from streams.engine.blocks import PARTITION_KEY, TAIL_RECORDS, PartitionBlock
from streams.engine.ports import Reader


@dataclass(frozen=True, slots=True)
class StoppedInput:
    """An input that stands still, and how many of its records wait."""

    topic: str
    partition: int
    waiting: int


def stopped_inputs(reader: Reader, ends: Ends) -> Iterator[StoppedInput]:
    """By partition and topic. Raises ``Retryable`` if the broker falls silent."""
    last: dict[int, PartitionBlock] = {}
    for row in scan(reader, ends, HUB_STATE, last=TAIL_RECORDS):
        if row.key == PARTITION_KEY and row.value is not None:
            last[row.source.partition] = PartitionBlock.decode(row.value)
    for number, block in sorted(last.items()):
        for topic in sorted(block.stopped):
            end = ends.high_watermark(TopicPartition(topic, number))
            yield StoppedInput(topic, number, end - block.positions[topic])
