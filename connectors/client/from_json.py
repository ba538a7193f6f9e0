"""Events as JSON, one object a line: the edge where a person types what a program would send."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connectors.client.event_json import Fault, ReadEvents, field_names, read_events
from connectors.client.outlet import EVENT_OF
from schemas.errors import ContractBroken, InvalidInput
from schemas.events import DirectiveEvent, MembershipSnapshot, PersonRanked
from schemas.ids import DirectiveId, Nik, PersonToken
from schemas.names import KEMNAKER_DIRECTIVES

_Parsed = PersonRanked | MembershipSnapshot | DirectiveEvent
_ABOUT_PERSON = ("nik", "token")


@dataclass(frozen=True)
class Line:
    """One event and whom or what it is about."""

    about: Nik | PersonToken | DirectiveId
    event: _Parsed


def parse_lines(text: str, topic: str, batch_id: str) -> list[Line]:
    """Read one object, or one a line: ``{"nik" | "token" | "directive": …, "event": {…}}``.

    ``event`` has the fields of the topic's schema, dates and times in ISO 8601 with an offset; ``batch``
    may be left out. Raises ``InvalidInput`` with every fault of every line, never a value.
    """
    lines: list[Line] = []
    faults: list[str] = []
    for number, found in _objects(text):
        try:
            lines.append(parse_object(found, topic, batch_id))
        except (InvalidInput, ContractBroken) as error:
            faults.append(f"line {number}: {error}")
    if faults:
        raise InvalidInput("\n".join(faults), remedy="docs/publishers.md shows an event of each kind")
    if not lines:
        raise InvalidInput("there is nothing to publish: the input is empty")
    return lines


def _objects(text: str) -> Iterator[tuple[int, Any]]:
    """The whole text as one object if it is one, else each line."""
    try:
        yield 1, json.loads(text)
        return
    except ValueError:
        pass
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError:
                yield number, None


def parse_object(found: Any, topic: str, batch_id: str) -> Line:
    """Read one object; raises ``InvalidInput`` and ``ContractBroken`` with every fault, never a value."""
    if not isinstance(found, dict):
        raise InvalidInput("not a JSON object")
    named = ("directive",) if topic == KEMNAKER_DIRECTIVES else _ABOUT_PERSON
    given = [name for name in named if isinstance(found.get(name), str)]
    if len(given) != 1 or set(found) - {*named, "event"} or not isinstance(found.get("event"), dict):
        raise InvalidInput(f'needs "event" and one of {" or ".join(named)}, and nothing else')
    return Line(_about(given[0], found[given[0]]), _event(topic, found["event"], batch_id))


def _about(kind: str, text: str) -> Nik | PersonToken | DirectiveId:
    if kind == "nik":
        return Nik.parse(text)
    return PersonToken.parse(text) if kind == "token" else DirectiveId(text)


def _event(topic: str, fields: dict[str, Any], batch_id: str) -> _Parsed:
    kind: Any = EVENT_OF[topic]
    complete = {"batch": batch_id, **fields} if "batch" in field_names(kind) else fields
    read: ReadEvents[_Parsed] = read_events(kind, [complete])
    if read.faults:
        raise InvalidInput("; ".join(_told(fault) for fault in read.faults))
    return read.events[0]


def _told(fault: Fault) -> str:
    return f"{'.'.join(map(str, fault.path[1:]))}: {fault.detail}"
