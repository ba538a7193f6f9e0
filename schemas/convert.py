"""Typed events to plain records and back, worked out once per class from its field types."""

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Convert = Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


@cache
def to_plain(kind: Any) -> Convert:
    """A function from a value of this type to what the codec writes."""
    origin = get_origin(kind)
    if origin is tuple:
        item = to_plain(get_args(kind)[0])
        return list if item is _same else lambda values: [item(value) for value in values]
    if origin in (Union, types.UnionType):
        return _union_to_plain(get_args(kind))
    if is_dataclass(kind) and isinstance(kind, type):
        parts = [(name, to_plain(hint)) for name, hint in _hints(kind)]
        return lambda value: {name: convert(getattr(value, name)) for name, convert in parts}
    return _same


@cache
def from_plain(kind: Any) -> Convert:
    """A function from what the codec read to a value of this type."""
    origin = get_origin(kind)
    if origin is tuple:
        item = from_plain(get_args(kind)[0])
        return tuple if item is _same else lambda values: tuple(item(value) for value in values)
    if origin in (Union, types.UnionType):
        return _union_from_plain(get_args(kind))
    if is_dataclass(kind) and isinstance(kind, type):
        parts = [(name, from_plain(hint)) for name, hint in _hints(kind)]
        make: Any = kind
        return lambda record: make(**{name: convert(record[name]) for name, convert in parts})
    if kind is datetime:
        # The batch path yields timestamps without a zone; both mean UTC.
        return lambda value: value if value.tzinfo else value.replace(tzinfo=UTC)
    if kind in (str, int, bool, date) or origin is Literal:
        return _same
    raise TypeError(f"no wire form for {kind}")


def _hints(kind: type) -> list[tuple[str, Any]]:
    hints = get_type_hints(kind)
    return [(field.name, hints[field.name]) for field in fields(kind)]


def _union_to_plain(kinds: tuple[Any, ...]) -> Convert:
    if type(None) in kinds:
        (kind,) = (kind for kind in kinds if kind is not type(None))
        convert = to_plain(kind)
        return lambda value: None if value is None else convert(value)
    # A union of records: Avro readers need the name beside the value.
    named = {kind: (f"{kind.NAMESPACE}.{kind.__name__}", to_plain(kind)) for kind in kinds}

    def write(value: Any) -> tuple[str, Any]:
        name, convert = named[type(value)]
        return name, convert(value)

    return write


def _union_from_plain(kinds: tuple[Any, ...]) -> Convert:
    if type(None) in kinds:
        (kind,) = (kind for kind in kinds if kind is not type(None))
        convert = from_plain(kind)
        return lambda value: None if value is None else convert(value)
    named = {f"{kind.NAMESPACE}.{kind.__name__}": from_plain(kind) for kind in kinds}

    def read(value: Any) -> Any:
        name, record = value
        return named[name](record)

    return read
