"""Commands about one person's data: erase it, and let it count again."""

from datetime import datetime

from pydantic import Field

from schemas.errors import ContractBroken
from schemas.events import InputPosition, PersonErased, PersonReinstated
from schemas.ids import PersonToken
from schemas.names import AGENCY_FACTS
from streams.control.decisions import decide, person_subject
from streams.control.ruling import Arguments, Asking, Hub, Ruling, expect

_NO_TOKEN = "payload.person: is no person token: 32 lower-case hex characters, never a NIK"
_MOST = 2**62


class ErasePerson(Arguments):
    """ERASE_PERSON: whom, by token."""

    person: str


class ReinstatePerson(Arguments):
    """REINSTATE_PERSON: whom, and per agency topic the first offset, in their partition, that counts."""

    person: str
    facts_from: dict[str, int] = Field(max_length=len(AGENCY_FACTS))


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
    """Facts of somebody erased count again from the named places on."""
    asked, command = expect(arguments, ReinstatePerson), asking.command
    reasons = [] if _is_token(asked.person) else [_NO_TOKEN]
    if asked.facts_from.keys() != set(AGENCY_FACTS):
        reasons.append(f"payload.facts_from: names an offset of each of {', '.join(AGENCY_FACTS)}")
    if any(not 0 <= offset < _MOST for offset in asked.facts_from.values()):
        reasons.append("payload.facts_from: an offset is a whole number, not below 0")
    said = hub.view.person(asked.person)
    if not reasons and (said is None or not isinstance(said.body, PersonErased)):
        reasons.append("payload.person: is not erased; facts of this person count")
    if reasons or said is None:
        return Ruling(tuple(reasons))
    facts_from = tuple(InputPosition(topic, asked.facts_from[topic]) for topic in AGENCY_FACTS)
    body = PersonReinstated(asked.person, facts_from)
    event = decide(person_subject(asked.person), said.version + 1, 0, command.by, command.basis, now, body)
    return Ruling(events=(event,))


def _is_token(text: str) -> bool:
    try:
        PersonToken.parse(text)
    except ContractBroken:
        return False
    return True
