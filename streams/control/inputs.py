"""RESUME_INPUT: engines go on with an input they stopped because too much of it was rejected."""

from datetime import datetime

from pydantic import Field

from schemas.events import InputResumed
from schemas.names import AGENCY_FACTS
from streams.control.decisions import decide, input_subject
from streams.control.ruling import Arguments, Asking, Hub, Ruling, expect

_MOST = 2**31 - 1


class ResumeInput(Arguments):
    """RESUME_INPUT: an agency topic, one of its partitions or all, and how many more rejects are let pass."""

    topic: str
    partition: int | None = Field(default=None, ge=0, le=_MOST)
    rejects: int | None = Field(default=None, ge=1, le=_MOST)


def resume_input(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """Accepted also when nothing stands still: engines know what does."""
    asked, command = expect(arguments, ResumeInput), asking.command
    if asked.topic not in AGENCY_FACTS:
        return Ruling((f"payload.topic: is none of {', '.join(AGENCY_FACTS)}",))
    subject = input_subject(asked.topic, asked.partition)
    said = hub.view.last(subject)
    body = InputResumed(asked.topic, asked.partition, asked.rejects)
    version = said.version + 1 if said else 1
    return Ruling(events=(decide(subject, version, 0, command.by, command.basis, now, body),))
