"""Ids that every line within a block gets, also lines of libraries that know nothing of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_held: ContextVar[Mapping[str, object] | None] = ContextVar("log fields", default=None)


@contextmanager
def correlated(**fields: object) -> Iterator[None]:
    """Add these fields to every line of this task or thread within the block; inner ones win."""
    before = _held.set({**held(), **fields})
    try:
        yield
    finally:
        _held.reset(before)


def held() -> Mapping[str, object]:
    """The fields of the blocks we are in."""
    return _held.get() or {}
