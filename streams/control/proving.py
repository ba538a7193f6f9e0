"""Erasures that are carried out: proven by what the engine that holds the person has counted.

An engine counts what is on the log. Once it has done so beyond the place of an erasure on hub.control, the
erasure is on the log too. What is not yet proven is read from the topics, as with previews: an erasure whose
command has no outcome.
"""

from collections.abc import Iterator
from datetime import datetime

from schemas.events import ErasureProof, Outcome, PersonErased
from schemas.partitioner import partition_for
from streams.control.fold import ControlView
from streams.control.partials import PartialBook


def proven(
    view: ControlView, book: PartialBook, partitions: int, answered: set[str], now: datetime
) -> Iterator[tuple[str, Outcome]]:
    """Command and outcome of every erasure that is carried out and not answered."""
    for erased in view.erasures:
        body = erased.event.body
        assert isinstance(body, PersonErased)
        if erased.command is None or erased.command in answered:
            continue
        partition = partition_for(body.person.encode(), partitions)
        counted = book.position(partition)
        if counted is not None and counted.control_offset > erased.offset:
            proof = ErasureProof(partition, counted.state_offset, counted.control_offset)
            yield erased.command, Outcome("ACCEPTED", (), (erased.event.event_id,), now, erasure=proof)
