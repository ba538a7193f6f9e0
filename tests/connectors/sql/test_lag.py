"""How far behind the tables are, as it is told while the database is away."""

from collections.abc import Callable, Mapping

from connectors.sql.errors import DatabaseAway
from connectors.sql.ports import Position, Work
from schemas.names import COVERAGE_PERSONS
from schemas.records import TopicPartition
from tests.connectors.sql.conftest import Place
from tests.connectors.sql.sinks import SinkObserver, fill
from tests.connectors.sql.states import CoverageTopics, covered, gap, state, token

ANA, BUDI = token(1), token(2)


class Leaves:
    """A store that is away from its second transaction on, for one more attempt; then ``meanwhile`` comes."""

    def __init__(self, place: Place, meanwhile: Callable[[], None]) -> None:
        self._inner, self._meanwhile = place.store(), meanwhile
        self._written, self._away = 0, False

    def open(self) -> dict[TopicPartition, Position]:
        if self._away:
            self._away = False
            raise DatabaseAway("still away")
        return self._inner.open()

    def write(self, work: Work, positions: Mapping[TopicPartition, Position]) -> None:
        self._written += 1
        if self._written == 2:
            self._away = True
            self._meanwhile()
            raise DatabaseAway("away")
        self._inner.write(work, positions)

    def empty(self) -> None:
        self._inner.empty()

    def close(self) -> None:
        self._inner.close()


class LagBetweenAttempts(SinkObserver):
    """Remembers what lag of persons was told after the first failed attempt and before the second."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: dict[TopicPartition, int] = {}

    def lag(self, at: TopicPartition, position: int, high_watermark: int, stable: int) -> None:
        super().lag(at, position, high_watermark, stable)
        if len(self.waits) == 1 and at.topic == COVERAGE_PERSONS:
            self.meanwhile[at] = high_watermark - position


def test_while_the_database_is_away_the_tables_are_seen_to_fall_behind(place: Place) -> None:
    topics = CoverageTopics()
    topics.person(ANA, state(1, gap()))
    topics.person(BUDI, state(1, gap()))
    observer = LagBetweenAttempts()
    store = Leaves(place, lambda: topics.person(ANA, state(2, covered()), state(3, gap())))
    fill(topics, store, observer=observer, batch_records=1)
    assert observer.waits == [("away", True), ("still away", True)]
    assert sum(observer.meanwhile.values()) == 3, "one that was not written, two that came meanwhile"
    fill(topics, store, observer=observer)
    assert set(observer.lags.values()) == {0}
