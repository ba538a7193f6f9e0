"""What stands on the topics of a hub, as its subscribers find it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from schemas.codec import AvroCodec
from schemas.events import CoverageState, Hold
from schemas.names import COVERAGE_PERSONS, HUB_HOLDS
from schemas.records import TopicPartition


class Recorded(ABC):
    """Verdicts and holds, decoded from ``records``."""

    codec: AvroCodec

    @abstractmethod
    def records(self, topic: str) -> Iterable[tuple[bytes | None, bytes | None, TopicPartition]]:
        """All committed records of a topic, partition by partition, oldest first."""

    def holds(self) -> dict[str, Hold]:
        """Who is held, by the last record of each person on hub.holds."""
        last = {key: value for key, value, _ in self.records(HUB_HOLDS) if key is not None}
        return {
            key.decode(): Hold.from_record(self.codec.decode(HUB_HOLDS, value))
            for key, value in last.items()
            if value is not None
        }

    def published(self) -> dict[str, list[CoverageState]]:
        """Every record of every person on coverage.persons, in order; of an erased one those since."""
        found: dict[str, list[CoverageState]] = {}
        for key, value, _ in self.records(COVERAGE_PERSONS):
            assert key is not None
            if value is None:
                del found[key.decode()]
                continue
            state = CoverageState.from_record(self.codec.decode(COVERAGE_PERSONS, value))
            found.setdefault(key.decode(), []).append(state)
        return found
