"""Typed events from what JSON holds: every fault of every event at once, with where it is, never a value."""

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

E = TypeVar("E")

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one place. ``path`` are names of fields and numbers of list items."""

    path: tuple[str | int, ...]
    detail: str

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer (RFC 6901), ``""`` for the whole."""
        return "".join(f"/{part}" for part in self.path)

    def below(self, *path: str | int) -> "Fault":
        """The same fault, seen from further up."""
        return Fault((*path, *self.path), self.detail)


@dataclass(frozen=True, slots=True)
class ReadEvents(Generic[E]):
    """``events`` are complete if there are no ``faults``, and empty otherwise; a fault's path begins with the
    number of the event.
    """

    events: tuple[E, ...]
    faults: tuple[Fault, ...]


def read_events(kind: type[E], items: Sequence[Mapping[str, Any]]) -> ReadEvents[E]:
    """Events of a class of ``schemas.events`` from objects with exactly its fields.

    Dates and times are ISO 8601 text, times with an offset; a number is no text and no date. What a field may
    hold beyond its type is not looked at here.
    """
    known: Any = kind
    try:
        found = _model(known).model_validate_json(json.dumps({_ITEMS: items}))
    except ValidationError as error:
        faults = [
            Fault(_path(each["loc"][1:]), _detail(each))
            for each in error.errors(include_input=False, include_url=False, include_context=False)
        ]
        return ReadEvents((), tuple(faults))
    events: tuple[E, ...] = getattr(found, _ITEMS)
    naive = [
        Fault((number, name), "a time needs an offset, as 2026-03-02T19:00:00+07:00")
        for name in _times(known)
        for number, event in enumerate(events)
        if (time := getattr(event, name)) is not None and time.tzinfo is None
    ]
    return ReadEvents(() if naive else events, tuple(naive))


def field_names(kind: type[Any]) -> tuple[str, ...]:
    """The fields of an event's class, in the order of its schema."""
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _model(kind: Any) -> type[BaseModel]:
    # Strict, and closed also for the records within: a field that is not there is a mistake of the sender.
    config = ConfigDict(extra="forbid", strict=True)
    fields: dict[str, Any] = {_ITEMS: (tuple[kind, ...], ...)}
    return create_model(f"Many{kind.__name__}", __config__=config, **fields)


def json_schema(kind: type[Any], ref_template: str) -> dict[str, dict[str, Any]]:
    """The JSON schemas of an event's fields and of the records within, by name."""
    plain: Any = kind
    schemas: dict[str, dict[str, Any]] = _model(plain).model_json_schema(ref_template=ref_template)["$defs"]
    return schemas


@cache
def _times(kind: Any) -> tuple[str, ...]:
    hints = get_type_hints(kind)
    return tuple(name for name in field_names(kind) if datetime in (hints[name], *get_args(hints[name])))


def _path(parts: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """A name the sender made up may be anything, a person's number too: shown only if it looks like one."""
    return tuple(part if isinstance(part, int) or _NAME.fullmatch(part) else "…" for part in parts)


def _detail(fault: Any) -> str:
    if fault["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return "no such field"
    return str(fault["msg"])
