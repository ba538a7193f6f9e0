"""Commands about one person's data: erase it, and let it count again."""

from datetime import datetime

from schemas.errors import ContractBroken
from schemas.events import PersonErased, PersonReinstated
from schemas.ids import PersonToken
from streams.control.decisions import decide, person_subject
from streams.control.ruling import Arguments, Asking, Hub, Ruling, expect

_NO_TOKEN = "payload.person: is no person token: 32 lower-case hex characters, never a NIK"


class ErasePerson(Arguments):
    """ERASE_PERSON: whom, by token."""

    person: str


class ReinstatePerson(Arguments):
    """REINSTATE_PERSON: whom, by token."""

    person: str


def erase(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """Erase a person, also one nobody has heard of: a fact may be on its way. The outcome of the command
    follows when the engine that holds them has done it.
    """
    person, command = expect(arguments, ErasePerson).person, asking.command
    if not _is_token(person):
        return Ruling((_NO_TOKEN,))
    said = hub.view.person(person)
    if said is not None and isinstance(said.body, PersonErased):
        on = said.decided_at.date().isoformat()
        return Ruling((f"payload.person: was erased on {on}; nothing is left to do",))
    version = said.version + 1 if said else 1
    event = decide(person_subject(person), version, 0, command.by, command.basis, now, PersonErased(person))
    return Ruling(events=(event,))


def reinstate(asking: Asking, arguments: Arguments, hub: Hub, now: datetime) -> Ruling:
    """Facts of somebody erased count again."""
    person, command = expect(arguments, ReinstatePerson).person, asking.command
    if not _is_token(person):
        return Ruling((_NO_TOKEN,))
    said = hub.view.person(person)
    if said is None or not isinstance(said.body, PersonErased):
        return Ruling(("payload.person: is not erased; facts of this person count",))
    body = PersonReinstated(person)
    subject = person_subject(person)
    return Ruling(events=(decide(subject, said.version + 1, 0, command.by, command.basis, now, body),))


def _is_token(text: str) -> bool:
    try:
        PersonToken.parse(text)
    except ContractBroken:
        return False
    return True
