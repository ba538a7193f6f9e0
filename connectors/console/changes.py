"""Who is told that something has changed: many listeners, none of which is waited for."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Literal, get_args

Kind = Literal["totals", "agencies", "directives", "holds", "hub"]
KINDS: tuple[Kind, ...] = get_args(Kind)

REGIONS_AT_MOST = 600
"""More than there are regions to have totals; a code nobody knows makes no list longer."""

Changed = Mapping[Kind, frozenset[str]]
"""What changed, and in which regions where that is told."""


class Listener:
    """One who listens; what changed since it last asked is kept together."""

    def __init__(self) -> None:
        self._changed: dict[Kind, frozenset[str]] = {}
        self._wake = asyncio.Event()
        self._ended = False

    def add(self, changed: Changed) -> None:
        """Something changed."""
        for kind, regions in changed.items():
            self._changed[kind] = _bounded(self._changed.get(kind, frozenset()) | regions)
        self._wake.set()

    def end(self) -> None:
        """Nothing more will be told."""
        self._ended = True
        self._wake.set()

    async def next(self, within_s: float) -> Changed | None:
        """What changed since the last time, empty if nothing did ``within_s``; ``None`` after ``end``."""
        try:
            async with asyncio.timeout(within_s):
                await self._wake.wait()
        except TimeoutError:
            return {}
        if self._ended:
            return None
        self._wake.clear()
        found, self._changed = self._changed, {}
        return found


class Changes:
    """Gathers what changed, from any thread, and passes it on when told to: once a second, by ``pump``."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pending: dict[Kind, set[str]] = {}
        self._listeners: set[Listener] = set()
        self._closed = False

    def tell(self, kind: Kind, regions: Iterable[str] = ()) -> None:
        """Something of this kind has changed. Cheap; from any thread."""
        with self._lock:
            self._pending.setdefault(kind, set()).update(regions)

    def pass_on(self) -> None:
        """Let every listener know what was told since the last time. On the event loop."""
        with self._lock:
            pending, self._pending = self._pending, {}
        if pending:
            changed = {kind: _bounded(frozenset(regions)) for kind, regions in pending.items()}
            for listener in self._listeners:
                listener.add(changed)

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        """A listener while it lasts."""
        listener = Listener()
        self._listeners.add(listener)
        if self._closed:
            listener.end()
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return len(self._listeners)

    def close(self) -> None:
        """End every listener, also those to come: the gateway stops. On the event loop."""
        self._closed = True
        for listener in self._listeners:
            listener.end()


async def pump(changes: Changes, before: Callable[[], Awaitable[object]], every_s: float = 1.0) -> None:
    """Pass changes on for ever, at most one a kind and ``every_s``; ``before`` looks for more each time."""
    while True:
        await before()
        changes.pass_on()
        await asyncio.sleep(every_s)


def _bounded(regions: frozenset[str]) -> frozenset[str]:
    return regions if len(regions) <= REGIONS_AT_MOST else frozenset(sorted(regions)[:REGIONS_AT_MOST])
