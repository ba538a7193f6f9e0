"""How far behind the tables are, as it is told while the database is away."""

from collections.abc import Callable, Mapping

from connectors.sql.errors import DatabaseAway
from connectors.sql.ports import Position, Work
from schemas.names import COVERAGE_PERSONS
from schemas.records import TopicPartition
from tests.connectors.sql.conftest import Place
from tests.connectors.sql.sinks import SinkObserver, fill
from tests.connectors.sql.states import PARTITIONS, CoverageTopics, covered, gap, state, token

ANA, BUDI = token(1), token(2)


class LeavesOnce:
    """A store that is away for one attempt after its first transaction; ``meanwhile`` happens then."""

    def __init__(self, place: Place, meanwhile: Callable[[], None]) -> None:
        self._inner, self._meanwhile = place.store(), meanwhile
        self._left = 0

    def open(self) -> dict[TopicPartition, Position]:
        return self._inner.open()

    def write(self, work: Work, positions: Mapping[TopicPartition, Position]) -> None:
        self._left += 1
        if self._left == 2:
            self._meanwhile()
            raise DatabaseAway("away")
        self._inner.write(work, positions)

    def empty(self) -> None:
        self._inner.empty()

    def close(self) -> None:
        self._inner.close()


class LagsWhileWaiting(SinkObserver):
    """Remembers what lag was told between an outage and its end."""

    def __init__(self) -> None:
        super().__init__()
        self.while_waiting: list[int] = []
        self._waits = False

    def waiting(self, why: str, *, database: bool) -> None:
        super().waiting(why, database=database)
        self._waits = database

    def working(self) -> None:
        self._waits = False

    def lag(self, at: TopicPartition, position: int, high_watermark: int, stable: int) -> None:
        super().lag(at, position, high_watermark, stable)
        if self._waits and at.topic == COVERAGE_PERSONS:
            self.while_waiting.append(high_watermark - position)


def test_while_the_database_is_away_the_tables_are_seen_to_fall_behind(place: Place) -> None:
    topics = CoverageTopics()
    topics.person(ANA, state(1, gap()))
    topics.person(BUDI, state(1, gap()))
    observer = LagsWhileWaiting()
    store = LeavesOnce(place, lambda: topics.person(ANA, state(2, covered()), state(3, gap())))
    fill(topics, store, observer=observer, batch_records=1)
    assert observer.waits == [("away", True)]
    assert sum(observer.while_waiting[:PARTITIONS]) == 3, "one that was not written, two that came meanwhile"
    fill(topics, store, observer=observer)
    assert set(observer.lags.values()) == {0}
