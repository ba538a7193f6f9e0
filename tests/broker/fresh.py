"""Topics made anew on a cluster that tests share."""

import time
from collections.abc import Callable, Collection

from connectors.kafka.admin import KafkaAdmin, TopicLayout
from schemas.errors import Refused, Retryable
from schemas.records import TopicPartition

_WITHIN_S = 120.0


def make_anew(admin: KafkaAdmin, layouts: Collection[TopicLayout]) -> None:
    """Empty topics: what a former test left is deleted.

    A broker may list a topic some time after the controller has made it, and lead its partitions later still:
    the deletion is asked for until none is listed, and the end of this waits until every partition answers.
    """
    names = {layout.name for layout in layouts}

    def gone() -> bool:
        left = admin.topics() & names
        admin.delete(sorted(left))
        return not left

    until(gone, "the old topics do not go away", _WITHIN_S)
    admin.create(layouts)
    every = [TopicPartition(each.name, number) for each in layouts for number in range(each.partitions)]

    def there() -> bool:
        try:
            return len(admin.high_watermarks(every)) == len(every)
        except (Retryable, Refused):
            return False

    until(there, "the new topics do not come", _WITHIN_S)


def until(done: Callable[[], bool], complaint: str, within_s: float) -> None:
    """Wait until it is done; an AssertionError with the complaint if it is not in time."""
    deadline = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.02)
