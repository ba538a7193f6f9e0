"""Commands about one person's data: erase it, and let it count again."""

from datetime import datetime

from schemas.events import PersonErased, PersonReinstated
from streams.control.decisions import decide, person_subject
from streams.control.personal import token_faults
from streams.control.ruling import Arguments, Asking, Hub, Ruling, expect


class OnePerson(Arguments):
    """ERASE_PERSON and REINSTATE_PERSON: whom, by token."""

    person: str


def erase(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """Erase a person, also one nobody has heard of: a fact may be on its way. The outcome of the command
    follows when the engine that holds them has done it.
    """
    person, command = expect(arguments, OnePerson).person, asking.command
    if faults := token_faults("payload.person", person):
        return Ruling(tuple(faults))
    subject = person_subject(person)
    said = hub.view.last(subject)
    if said is not None and isinstance(said.body, PersonErased):
        on = said.decided_at.date().isoformat()
        return Ruling((f"payload.person: was erased on {on}; nothing is left to do",))
    version = said.version + 1 if said else 1
    event = decide(subject, version, 0, command.by, command.basis, now, PersonErased(person))
    return Ruling(events=(event,))


def reinstate(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """Facts of somebody erased count again."""
    person, command = expect(arguments, OnePerson).person, asking.command
    if faults := token_faults("payload.person", person):
        return Ruling(tuple(faults))
    subject = person_subject(person)
    said = hub.view.last(subject)
    if said is None or not isinstance(said.body, PersonErased):
        return Ruling(("payload.person: is not erased; facts of this person count",))
    body = PersonReinstated(person)
    return Ruling(events=(decide(subject, said.version + 1, 0, command.by, command.basis, now, body),))
