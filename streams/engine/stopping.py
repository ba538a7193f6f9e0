"""An input is not read on when too much of it is rejected, until somebody decides.

A bad release at an agency would otherwise drain a whole topic into quarantine, and leave people with what was
known of them before.
"""

from collections.abc import Iterable

from schemas.records import RecordBatch, TopicPartition
from streams.engine.control_log import ControlLog
from streams.engine.inputs import RejectLimits
from streams.engine.observer import EngineObserver
from streams.engine.owned import Owned
from streams.engine.ports import GroupConsumer


class Stops:
    """Pauses and resumes the inputs of owned partitions. The state says what stands still, so that a
    successor leaves it so.
    """

    def __init__(
        self, consumer: GroupConsumer, control: ControlLog, observer: EngineObserver, limits: RejectLimits
    ) -> None:
        self._consumer, self._control, self._observer = consumer, control, observer
        self._limits = limits

    def look(self, owned: Owned, batch: RecordBatch, rejected: int) -> None:
        """A batch was folded, so much of it rejected. What was read along with it is still folded."""
        inputs, position = owned.partition.inputs, self._control.position
        if inputs.stops(batch.source.topic, len(batch), rejected, self._limits, position):
            self._consumer.pause([batch.source])
            self._observer.stopped(batch.source)

    def gained(self, owned: Owned) -> None:
        """A partition is ours, and paused: read what does not stand still."""
        self._decide(owned)
        self._consumer.resume(owned.readable)

    def go_on(self, partitions: Iterable[Owned]) -> None:
        """Read again what was decided to."""
        for owned in partitions:
            if owned.partition.inputs.stopped:
                self._consumer.resume(self._decide(owned))

    def _decide(self, owned: Owned) -> list[TopicPartition]:
        inputs = owned.partition.inputs
        due = self._control.state.resumptions.due(inputs.stopped, owned.number)
        for topic, rejects in due.items():
            inputs.go_on(topic, rejects)
            self._observer.resumed(TopicPartition(topic, owned.number))
        return [TopicPartition(topic, owned.number) for topic in due]
