"""The console's side of the gateway put together: what it follows, what it keeps, what it serves."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter

import monitoring
from connectors.console import routes_files, routes_hub, routes_live, routes_session, routes_totals
from connectors.console.changes import pump
from connectors.console.files import Pages
from connectors.console.hub import HubView, NoWatch, Watch
from connectors.console.prometheus import AlertSource, NoAlerts, PrometheusAlerts
from connectors.console.routes_live import LiveRules
from connectors.console.state import HubState
from connectors.console.trend import SCHEMA, Trend
from connectors.gateway.following import Follower
from connectors.gateway.group_commit import GroupCommit
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.reader import KafkaReader
from deploy.compose.gateway_ledger import trend_file
from deploy.settings import Settings
from schemas.codec import AvroCodec
from schemas.errors import JangkauError

log = logging.getLogger(__name__)

_MONITORING = Path(monitoring.__file__).parent


@dataclass
class Console:
    """What the gateway needs of it. ``again_s``: how long to wait before trying again to follow."""

    state: HubState
    follower: Follower
    alerts: AlertSource
    watch: Watch = field(default_factory=NoWatch)
    again_s: float = 5.0
    _seen: HubView | None = None

    def routes(self) -> Sequence[APIRouter]:
        """What is served beside the gateway's own routes."""
        return console_routes(self.state, self.watch, self.alerts)

    async def run(self) -> None:
        """Follow, keep the trend and tell listeners, until cancelled."""
        following = asyncio.ensure_future(self._follow())
        try:
            await pump(self.state.changes, self._look)
        finally:
            following.cancel()

    async def _follow(self) -> None:
        # Publishing must not wait for what only pages need.
        while True:
            try:
                await asyncio.to_thread(self.follower.start)
                return
            except JangkauError as error:
                log.warning("the console cannot follow its topics yet: %s", error)
                await asyncio.sleep(self.again_s)

    async def _look(self) -> None:
        """Days of the trend are on the disk before anybody is told to ask for them."""
        if (written := self.state.trend.flush()) is not None:
            with contextlib.suppress(JangkauError):
                await asyncio.wrap_future(written)
        seen, before = self.watch.last(), self._seen
        if seen is not None:
            self.state.seen_at = seen.at
        elif self.state.seen_at is None and self.state.followed():
            self.state.seen_at = time.time()  # all was just read
        if seen != before:
            self.state.changes.tell("hub")
            if (
                seen is None
                or before is None
                or (seen.lag, seen.newest_facts) != (before.lag, before.newest_facts)
            ):
                self.state.changes.tell("agencies")
            self._seen = seen


async def open_console(
    closing: contextlib.AsyncExitStack, settings: Settings, config: KafkaConfig, codec: AvroCodec
) -> Console:
    """Open what it keeps; ``closing`` closes it. Raises ``InvalidInput`` for settings it cannot work with."""
    alerts: AlertSource = NoAlerts()
    if settings.gateway.prometheus_url:
        prometheus = PrometheusAlerts(settings.gateway.prometheus_url)
        closing.push_async_callback(prometheus.close)
        alerts = prometheus
    admin = KafkaAdmin(config)
    file = await asyncio.to_thread(trend_file, settings.data_dir / "gateway", admin)
    store = GroupCommit(file, SCHEMA, "trend")
    closing.callback(store.close)
    state = HubState(codec, Trend(store))
    closing.callback(state.trend.flush)
    follower = Follower(KafkaReader(config), admin, state.topics())
    closing.push_async_callback(asyncio.to_thread, follower.close)
    return Console(state, follower, alerts)


def console_routes(
    state: HubState, watch: Watch, alerts: AlertSource, rules: LiveRules | None = None
) -> Sequence[APIRouter]:
    """The pages, and all they ask for."""
    pages = Pages(_MONITORING / "console", _MONITORING / "runbooks")
    return (
        routes_files.make(pages),
        routes_session.make(),
        routes_totals.make(state),
        routes_hub.make(state, watch, alerts),
        routes_live.make(state.changes, rules or LiveRules()),
    )
