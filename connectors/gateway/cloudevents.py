"""CloudEvents 1.0 in structured and batched JSON: the envelope, apart from what is in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pydantic_core

from connectors.client.event_json import Fault
from connectors.gateway.personal import in_id
from connectors.gateway.problems import Problem
from connectors.gateway.scopes import EVENT_TYPES

STRUCTURED = "application/cloudevents+json"
BATCHED = "application/cloudevents-batch+json"

LONGEST_ATTRIBUTE = 200
_KNOWN = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data"}
_NEEDED = ("specversion", "id", "source", "type", "subject")
_EXTENSION = re.compile(r"[a-z0-9]{1,20}")
_JSON = re.compile(r"application/(?:json|[\w.-]+\+json)(?:\s*;.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event. ``subject`` may be a NIK: not for logs; its repr leaves it and the data out."""

    id: str
    source: str
    type: str
    subject: str
    data: dict[str, Any]

    def __repr__(self) -> str:
        return f"Envelope({self.type})"


def parse(body: bytes, *, batched: bool, most: int) -> tuple[list[Envelope], list[Fault]]:
    """The events of a request, or every fault of every envelope.

    Raises ``Problem`` for what is no JSON, is nested without end, or has more than ``most`` events.
    """
    try:
        # Also bounds the depth and refuses NaN, lone surrogates and bytes that are not UTF-8.
        found: Any = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise Problem("not-json", _where(str(error))) from None
    if not batched:
        found = [found]
    if not isinstance(found, list):
        raise Problem("faults", "a batch is a JSON list of events", faults=[Fault((), "not a list")])
    if not found:
        raise Problem("faults", "there are no events in it", faults=[Fault((), "an empty list")])
    if len(found) > most:
        raise Problem("too-large", f"more than {most} events in one request: send several")
    faults = [fault for number, each in enumerate(found) for fault in _faults(number, each)]
    if faults:
        return [], faults
    return [
        Envelope(each["id"], each["source"], each["type"], each["subject"], each["data"]) for each in found
    ], []


def _where(said: str) -> str:
    """The parser's words; they name a place and what was expected, never the text."""
    return said if re.fullmatch(r"[A-Za-z` ,'\":\[\]{}()/-]+ at line \d+ column \d+", said) else "unreadable"


def _faults(number: int, event: Any) -> Iterator[Fault]:
    if not isinstance(event, dict):
        yield Fault((number,), "not a JSON object")
        return
    for name in _NEEDED:
        value = event.get(name)
        if not isinstance(value, str) or not value:
            yield Fault((number, name), "needed, as text")
        elif len(value) > LONGEST_ATTRIBUTE or not value.isprintable():
            yield Fault((number, name), f"at most {LONGEST_ATTRIBUTE} printable characters")
        elif (wrong := _wrong(name, value)) is not None:
            yield Fault((number, name), wrong)
    if not isinstance(event.get("data"), dict):
        yield Fault((number, "data"), "needed, as a JSON object with the fields of the schema")
    yield from _optional(number, event)


def _wrong(name: str, value: str) -> str | None:
    if name == "specversion" and value != "1.0":
        return "must be 1.0"
    if name == "type" and value not in EVENT_TYPES:
        return f"must be one of {', '.join(EVENT_TYPES)}"
    if name in ("id", "source") and in_id(value):
        return "holds a number of 16 digits: an id must not be a person's number"
    return None


def _optional(number: int, event: dict[str, Any]) -> Iterator[Fault]:
    time, content = event.get("time"), event.get("datacontenttype")
    if time is not None and not _is_time(time):
        yield Fault((number, "time"), "must be a time with an offset, as 2026-03-02T19:00:00+07:00")
    if content is not None and not (isinstance(content, str) and _JSON.fullmatch(content)):
        yield Fault((number, "datacontenttype"), "must be application/json")
    if not isinstance(event.get("dataschema", ""), str):
        yield Fault((number, "dataschema"), "must be text")
    for name in event.keys() - _KNOWN:
        # Extensions are allowed and not kept.
        if not _EXTENSION.fullmatch(name) or isinstance(event[name], dict | list) or in_id(name):
            yield Fault((number, "…"), "no attribute of CloudEvents: small letters and digits, one value")


def _is_time(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
