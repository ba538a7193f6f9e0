"""What a command is judged by, and how its payload is read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.events import Command, ControlEvent
from streams.control.drafts import DirectiveBook
from streams.control.fold import ControlView


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer to a command: reasons to refuse it, or else the events it leads to (possibly none)."""

    reasons: tuple[str, ...] = ()
    events: tuple[ControlEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Hub:
    """What a command is judged by. ``policies`` are the policy versions of this release, oldest first."""

    view: ControlView
    book: DirectiveBook
    policies: Sequence[str]


@dataclass(frozen=True, slots=True)
class Asking:
    """A command and its id."""

    identity: str
    command: Command


class Arguments(BaseModel):
    """The payload of a command."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class DirectiveVersion(Arguments):
    """Names a version of a directive."""

    directive: str = Field(min_length=1)
    version: int = Field(ge=1)


A = TypeVar("A", bound=Arguments)


def read(kind: type[A], payload: str) -> tuple[A | None, list[str]]:
    """The arguments in a payload, or every fault in it; nothing of an unknown field is repeated."""
    try:
        return kind.model_validate_json(payload), []
    except ValidationError as invalid:
        ours = set(_names(kind))
        faults = []
        for fault in invalid.errors(include_input=False, include_url=False):
            # Names of unknown fields come from outside; only fields of ours are repeated.
            path = ".".join(str(part) for part in fault["loc"] if str(part) in ours)
            faults.append(f"payload{'.' + path if path else ''}: {_plain(fault['type'], fault['msg'])}")
        return None, faults


def _names(kind: type[BaseModel]) -> Iterator[str]:
    for name, field in kind.model_fields.items():
        yield name
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _names(part)


def _plain(kind: str, message: str) -> str:
    if kind == "json_invalid":
        return "is not a JSON object"
    return message[:1].lower() + message[1:]


def unknown_version(hub: Hub, directive: str, version: int) -> str | None:
    """Why there is no such valid version, or None if there is one."""
    life = hub.book.lives.get(directive)
    if life is None:
        return "payload.directive: there is no such directive; `jangkau directive list` shows them"
    if version not in life.drafts:
        have = ", ".join(map(str, sorted(life.drafts)))
        return f"payload.version: there is no valid version {version}; valid are {have}"
    return None


def expect(arguments: Any, kind: type[A]) -> A:
    """The arguments as their own kind; the table of commands pairs kinds and rules."""
    assert isinstance(arguments, kind)
    return arguments
