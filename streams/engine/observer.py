"""What the engine tells of itself, for metrics; it decides nothing and may be ignored."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from schemas.records import RecordBatch, TopicPartition
from streams.engine.owned import Owned
from streams.engine.rules import Rules
from streams.engine.takeover import Takeover
from streams.engine.transaction import Draft


class EngineObserver(Protocol):
    """Called from the engine's thread; must return at once and never raise."""

    def folded(self, batch: RecordBatch, by_class: NDArray[np.int64]) -> None:
        """A batch was folded; records per class, in the order of ``batches.CLASSES`` as far as it goes."""

    def stopped(self, source: TopicPartition) -> None:
        """Too much of an input was rejected: it is not read on."""

    def resumed(self, source: TopicPartition) -> None:
        """A stopped input is read again."""

    def committed(self, drafts: Sequence[Draft], seconds: float) -> None:
        """A transaction was committed and took this long from its first decision."""

    def aborted(self) -> None:
        """A transaction was aborted."""

    def swept(self, number: int, rows: int) -> None:
        """A sweep of a partition is complete."""

    def restored(self, number: int, rows_read: int) -> None:
        """A partition was taken over."""

    def owns(self, partitions: int) -> None:
        """How many partitions are owned now."""

    def answered(self, answers: int) -> None:
        """Look-ups were answered."""

    def lost(self, partitions: int) -> None:
        """So many partitions went without notice; nothing of them was committed since."""

    def turned(
        self,
        owned: Mapping[int, Owned],
        takeovers: Mapping[int, Takeover],
        rules: Rules | None,
        control_offset: int,
    ) -> None:
        """The loop has gone round once and memory is on the log, under these rules of hub.control."""
