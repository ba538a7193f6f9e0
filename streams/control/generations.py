"""State generations: a partition that was made anew counts under a higher one, and hub.control keeps it.

State may be lost again, and with it the generation written there. An engine takes one more than
hub.control knows, so that what it counts then wins over what the lost state counted.
"""

from collections.abc import Iterator
from datetime import datetime

from schemas.events import ControlEvent, StateGeneration
from streams.control.decisions import HUB, decide, generation_subject
from streams.control.fold import ControlView
from streams.control.partials import PartialBook

_BASIS = "the state of the partition was made anew"


def rebuilt(view: ControlView, book: PartialBook, now: datetime) -> Iterator[ControlEvent]:
    """The generation of each partition that is counted under a higher one than hub.control knows."""
    for partition, generation in sorted(book.generations().items()):
        if generation > view.generation(partition):
            body = StateGeneration(partition, generation)
            yield decide(generation_subject(partition), generation, 0, HUB, _BASIS, now, body)
