"""An observer that keeps nothing: the tests look at the log."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from schemas.records import RecordBatch, TopicPartition
from streams.engine.owned import Owned
from streams.engine.rules import Rules
from streams.engine.takeover import Takeover
from streams.engine.transaction import Draft


class SilentObserver:
    """See ``streams.engine.observer.EngineObserver``."""

    def folded(self, batch: RecordBatch, by_class: NDArray[np.int64]) -> None:
        pass

    def stopped(self, source: TopicPartition) -> None:
        pass

    def resumed(self, source: TopicPartition) -> None:
        pass

    def committed(self, drafts: Sequence[Draft], seconds: float) -> None:
        pass

    def aborted(self) -> None:
        pass

    def swept(self, number: int, rows: int) -> None:
        pass

    def restored(self, number: int, rows_read: int) -> None:
        pass

    def owns(self, partitions: int) -> None:
        pass

    def answered(self, answers: int) -> None:
        pass

    def lost(self, partitions: int) -> None:
        pass

    def turned(
        self,
        owned: Mapping[int, Owned],
        takeovers: Mapping[int, Takeover],
        rules: Rules | None,
        control_offset: int,
    ) -> None:
        pass
