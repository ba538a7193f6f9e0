"""The Faust app: agents that decode, call the desk and acknowledge. Nothing is decided here.

Every name is written out: Faust would derive app, agent and topic names from the module path. Values
and keys stay bytes for Faust, so that what cannot be decoded can be kept as it came.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import faust

from monitoring.liveness import Health
from monitoring.pauses import Pauses
from schemas.errors import ContractBroken, Retryable
from schemas.events import (
    BatchManifest,
    Command,
    ControlEvent,
    DirectiveEvent,
)
from schemas.names import (
    AGENCY_MANIFESTS,
    AGENCY_RECEIPTS,
    COVERAGE_DIRECTIVES,
    COVERAGE_REGIONS,
    HEADER_COMMAND,
    HUB_COMMANDS,
    HUB_CONTROL,
    HUB_OUTCOMES,
    HUB_PARTIALS,
    HUB_QUARANTINE,
    KEMNAKER_DIRECTIVES,
)
from streams.control.clients import ClusterAccess
from streams.control.clock import MAX_DAYS_BEHIND, calendar_day, days_behind
from streams.control.desk import Desk, DeskRules
from streams.control.outbox import Outbox
from streams.control.remembering import remember_answers, remember_said
from streams.control.tail import Tail
from streams.control.tally import Tally
from streams.control.wire import Raw, Rejects, Wire

log = logging.getLogger(__name__)

_WRITTEN = (
    AGENCY_RECEIPTS,
    COVERAGE_DIRECTIVES,
    COVERAGE_REGIONS,
    HUB_CONTROL,
    HUB_OUTCOMES,
    HUB_QUARANTINE,
)

# A killed worker's place in the group is free again after this; the broker allows no less than 6 s.
_SESSION_TIMEOUT_S = 6.0
_HEARTBEAT_S = 1.5
_COMMIT_EVERY_S = 0.5
_TICK_S = 1.0
# Totals and receipts at most twice a second: people read them.
_SUM_UP_S = 0.5
# The outcome of a preview names every regency, decile, sex and standing. hub.outcomes takes as much.
_LARGEST_REQUEST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What the worker is put together from. Faust keeps nothing of worth in ``folder``."""

    app_id: str
    access: ClusterAccess
    folder: Path
    wire: Wire
    rejects: Rejects
    rules: DeskRules
    tally: Tally
    health: Health


class ControlWorker:
    """One control worker. ``app`` is the Faust app to run; it lives as long as the process."""

    def __init__(self, parts: WorkerParts) -> None:
        self._parts = parts
        self.app = _app(parts)
        self._client = parts.access.aiokafka()
        # Both are kept for ever, and what is decided from half of one may be wrong.
        self._tail = Tail(self._client, (HUB_CONTROL, KEMNAKER_DIRECTIVES), self._take)
        topics = {name: self._topic(name) for name in _WRITTEN}
        self._outbox = Outbox(topics, parts.wire, parts.rejects, self._tail)
        self._desk = Desk(parts.rules, self._outbox, parts.tally)
        self._desk.previews.adds_up = False
        self._one_at_a_time = asyncio.Lock()
        self._open = asyncio.Event()
        self._too_far = False
        self._wire_up()

    def _wire_up(self) -> None:
        handlers: dict[str, Callable[[Raw], Awaitable[None]]] = {
            KEMNAKER_DIRECTIVES: self._on_directive,
            HUB_COMMANDS: self._on_command,
            HUB_PARTIALS: self._on_partial,
            AGENCY_MANIFESTS: self._on_manifest,
        }
        for name, handler in handlers.items():
            self.app.agent(self._topic(name), name=f"control:{name}", concurrency=1)(self._agent(handler))
        self.app.task(self._tail.run)
        self.app.task(self._start)
        self.app.timer(interval=_TICK_S, name="control:tick")(self._tick)
        self.app.timer(interval=_SUM_UP_S, name="control:sum-up")(self._sum_up)
        self.app.on_partitions_revoked.connect(self._forget_partials)
        self.app.on_partitions_assigned.connect(self._gain_partials)

    def _topic(self, name: str) -> faust.TopicT:
        return self.app.topic(name, key_serializer="raw", value_serializer="raw", internal=False)

    # What the tail reads: the truth, on every worker, whoever handles the input.

    async def _take(self, raw: Raw, old: bool) -> None:
        await self._patiently(lambda: self._fold(raw, old))

    async def _fold(self, raw: Raw, old: bool) -> None:
        try:
            if raw.topic == HUB_CONTROL:
                event = self._parts.wire.read(ControlEvent, raw)
                self._desk.view.fold(event, raw.header(HEADER_COMMAND), raw.offset)
                self._parts.tally.read_back(raw.offset + 1)
            else:
                event_of_author = self._parts.wire.read(DirectiveEvent, raw)
                position = raw.partition, raw.offset
                self._desk.book.fold(position, self._parts.wire.key(raw), event_of_author)
        except ContractBroken as broken:
            at = {"topic": raw.topic, "partition": raw.partition, "offset": raw.offset}
            log.warning("record cannot be read", extra={**at, "reason": broken.reason})
            # The agent of kemnaker.directives quarantines its own; hub.control has no agent.
            if raw.topic == HUB_CONTROL and not old:
                await self._outbox.reject(raw, broken)

    # Start: know everything before deciding anything.

    async def _start(self) -> None:
        desk, parts = self._desk, self._parts
        await self._patiently(self._prepare)
        await asyncio.gather(
            self._patiently(lambda: remember_said(desk, parts.wire, self._client)),
            self._patiently(self._remember_answers),
            self._tail.caught_up(),
        )
        async with self._one_at_a_time:
            await desk.open(_now())
        self._open.set()
        parts.health.ready()
        log.info("control is open", extra={"business_date": desk.view.business_date})

    async def _prepare(self) -> None:
        """Ask the registry for all that will be written: timers must not meet it away."""
        for topic in _WRITTEN:
            self._parts.wire.prepare(topic)

    async def _remember_answers(self) -> None:
        await remember_answers(self._desk, self._parts.wire, self._client)

    # Agents.

    def _agent(self, handler: Callable[[Raw], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
        async def handle(stream: Any) -> None:
            events: AsyncIterator[Any] = stream.noack().events()
            async for event in events:
                try:
                    await self._open.wait()
                    await self._handle(_raw(event.message), handler)
                except Exception as error:
                    # Faust would restart the agent behind the failed record: end the worker before it.
                    await self.app.crash(error)
                    raise
                # Only now: whatever stops us earlier, the record is read again.
                event.ack()

        return handle

    async def _handle(self, raw: Raw, handler: Callable[[Raw], Awaitable[None]]) -> None:
        async with self._one_at_a_time:
            try:
                await self._patiently(lambda: handler(raw))
            except ContractBroken as broken:
                await self._outbox.reject(raw, broken)
                at = {"topic": raw.topic, "partition": raw.partition, "offset": raw.offset}
                log.warning("record to quarantine", extra={**at, "reason": broken.reason})

    async def _patiently(self, act: Callable[[], Awaitable[None]]) -> None:
        """Again and again while the registry is away: doing it twice does no harm."""
        health = self._parts.health
        pauses = Pauses(health, log, "waiting")
        while True:
            try:
                await act()
            except Retryable as error:
                health.beat()
                await asyncio.sleep(pauses.after(error))
            else:
                break
        pauses.over()

    async def _on_directive(self, raw: Raw) -> None:
        wire = self._parts.wire
        directive, event = wire.key(raw), wire.read(DirectiveEvent, raw)
        await self._tail.reached(raw.topic, raw.partition, raw.offset + 1)
        await self._desk.on_directive((raw.partition, raw.offset), directive, event, _now())

    async def _on_command(self, raw: Raw) -> None:
        identity, command = self._parts.wire.key(raw), self._parts.wire.read(Command, raw)
        await self._desk.on_command(identity, command, _now())

    async def _on_partial(self, raw: Raw) -> None:
        partial, cells = self._parts.wire.read_partial(raw)
        await self._desk.on_partial(partial, _now(), cells)

    async def _on_manifest(self, raw: Raw) -> None:
        wire = self._parts.wire
        self._desk.on_manifest(wire.key(raw), wire.read(BatchManifest, raw), raw.offset)

    # Timers.

    async def _tick(self) -> None:
        self._parts.health.beat()
        if self._open.is_set():
            async with self._one_at_a_time:
                await self._desk.tick(_now(), time.monotonic())
            self._warn_of_calendar()

    def _warn_of_calendar(self) -> None:
        """Say once when the calendar is too far ahead to be followed by itself."""
        rules = self._parts.rules
        behind = days_behind(self._desk.view, calendar_day(_now(), rules.timezone))
        too_far = rules.automatic and behind > MAX_DAYS_BEHIND
        if too_far and not self._too_far:
            log.warning("the business date is %d days behind: `jangkau clock advance` moves it", behind)
        self._too_far = too_far

    async def _sum_up(self) -> None:
        if self._open.is_set():
            async with self._one_at_a_time:
                await self._desk.sum_up(_now(), time.monotonic())

    async def _forget_partials(self, _app: Any, /, *args: Any, signal: Any, **_: Any) -> None:
        """Counts that go to another worker's reading grow old here, and it sees the answers to previews."""
        if any(partition.topic == HUB_PARTIALS for partition in args[0]):
            self._desk.partials.clear()
            self._desk.previews.adds_up = False

    async def _gain_partials(self, _app: Any, /, *args: Any, signal: Any, **_: Any) -> None:
        """What comes from another worker: it may have read answers that no one else gets, and answered."""
        if any(partition.topic == HUB_PARTIALS for partition in args[0]):
            if self._open.is_set():
                await self._patiently(self._remember_answers)
            self._desk.previews.adds_up = True


def _app(parts: WorkerParts) -> faust.App:
    return faust.App(
        parts.app_id,
        **parts.access.faust(),
        datadir=str(parts.folder),
        store="memory://",
        processing_guarantee="at_least_once",
        autodiscover=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=_SESSION_TIMEOUT_S,
        broker_heartbeat_interval=_HEARTBEAT_S,
        broker_commit_interval=_COMMIT_EVERY_S,
        producer_max_request_size=_LARGEST_REQUEST_BYTES,
    )


def _raw(message: Any) -> Raw:
    headers = message.headers or {}
    return Raw(
        message.topic,
        message.partition,
        message.offset,
        message.key,
        message.value,
        int(message.timestamp * 1000),
        dict(headers),
    )


def _now() -> datetime:
    return datetime.now(UTC)
