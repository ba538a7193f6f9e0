"""One HTTP gateway put together: Kafka, keys, ledger, view and the application."""

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import IO

from connectors.console.state import HubState
from connectors.gateway.app import make_app
from connectors.gateway.auth import Tokens, Trust
from connectors.gateway.commands import Commands
from connectors.gateway.following import Followed, Follower
from connectors.gateway.gatekeeper import Gatekeeper
from connectors.gateway.group_commit import GroupCommit
from connectors.gateway.jwks import FileSource, Keys, Source, UrlSource
from connectors.gateway.ledger_rows import SCHEMA
from connectors.gateway.limits import Limits
from connectors.gateway.parts import Parts
from connectors.gateway.people import People
from connectors.gateway.publishing import Publishing, Rules
from connectors.gateway.recovery import Found, find
from connectors.gateway.serving import Server, make_server, serve
from connectors.gateway.waiting import Waiting, take_answers, take_outcomes
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.appender import KafkaAppender
from connectors.kafka.config import KafkaConfig
from connectors.kafka.reader import KafkaReader
from deploy.cluster import Cluster
from deploy.compose.console import Console, open_console
from deploy.compose.gateway_ledger import LEDGERED, ledger_file, patiently
from deploy.compose.gateway_view import LateView, view_url
from deploy.compose.gateway_words import Wording
from deploy.compose.hub_watch import watch_hub
from deploy.lockfile import take_lock
from deploy.ports import remembered_ports
from deploy.query.access import kafka_config
from deploy.settings import Settings
from deploy.settings_gateway import GatewaySettings
from monitoring import runfile
from monitoring.exporter import Exporter
from monitoring.handles_gateway import GatewayMetrics
from monitoring.handles_hub import HubMetrics
from monitoring.liveness import Health
from monitoring.registry import process_registry
from schemas.codec import AvroCodec
from schemas.errors import JangkauError, Refused
from schemas.events import Answer, Outcome
from schemas.names import (
    AGENCY_RECEIPTS,
    COVERAGE_DIRECTIVES,
    HUB_ANSWERS,
    HUB_COMMANDS,
    HUB_LOOKUPS,
    HUB_OUTCOMES,
)
from schemas.registry import SchemaRegistry
from schemas.tokens import Tokenizer, TokenKey

log = logging.getLogger(__name__)

PROCESS = "gateway"

_WRITTEN = (*LEDGERED, HUB_LOOKUPS, HUB_COMMANDS)
_QUEUED_RECORDS = 100_000
DELIVERY_S = 20.0
"""How long a record is tried: longer than a leader takes to change when a broker dies (its session of 9 s).
Senders hear sooner that nothing is acknowledged.
"""
_RECOVERY_S = 60.0
_LOOK_S = 1.0
_STALLED_S = 5.0
_TIDY_S = 30.0


@dataclass
class GatewayProcess:
    """A gateway with its window for Prometheus."""

    settings: Settings
    config: KafkaConfig
    codec: AvroCodec
    tokenizer: Tokenizer
    metrics: GatewayMetrics
    hub: HubMetrics
    health: Health
    exporter: Exporter

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises what cannot be mended here: the supervisor restarts."""
        self.exporter.start()
        try:
            asyncio.run(self._serve())
        finally:
            self.exporter.stop()

    async def _serve(self) -> None:
        for topic in _WRITTEN:
            self.codec.prepare(topic)  # asks the registry now, not within somebody's request
        keys = Keys(_key_source(self.settings))
        await keys.load()
        async with contextlib.AsyncExitStack() as closing:
            # Closed in the order of the reverse: what was sent is acknowledged before the ledger goes.
            file = await asyncio.to_thread(
                ledger_file, self.settings.data_dir / PROCESS, KafkaAdmin(self.config)
            )
            store = GroupCommit(file, SCHEMA)
            closing.callback(store.close)
            appender = KafkaAppender(
                self.config, delivery_timeout_s=DELIVERY_S, queued_records=_QUEUED_RECORDS
            )
            closing.push_async_callback(asyncio.to_thread, appender.close)
            view = LateView(view_url(self.settings))
            closing.push_async_callback(view.close)
            console = await open_console(closing, self.settings, self.config, self.codec)
            parts, follower = self._parts(store, appender, view, console.state)
            console.state.followed = lambda: follower.caught_up and console.follower.caught_up
            watch = watch_hub(self.settings, self.config, console.state.figures, self.hub)
            closing.push_async_callback(asyncio.to_thread, watch.close)
            console.watch = watch
            watch.start()
            closing.push_async_callback(asyncio.to_thread, follower.close)
            await asyncio.to_thread(patiently, follower.start)
            await parts.publishing.recover(self._look_for)
            await self._answer(self._server(parts, keys, console), appender, follower, parts, console)

    async def _look_for(self, pending: Mapping[str, datetime]) -> Sequence[Found]:
        reader = KafkaReader(self.config)
        try:
            return await asyncio.to_thread(
                find, reader, KafkaAdmin(self.config), self.codec, LEDGERED, pending, within_s=_RECOVERY_S
            )
        finally:
            reader.close()

    def _parts(
        self, store: GroupCommit, appender: KafkaAppender, view: LateView, state: HubState
    ) -> tuple[Parts, Follower]:
        """What the routes work with, and the follower that feeds it."""
        chosen, codec = self.settings.gateway, self.codec
        batches, directives = state.batches, state.directives
        loop = asyncio.get_running_loop()
        answers, outcomes = Waiting[Answer](loop), Waiting[Outcome](loop)
        rules = Rules(timedelta(hours=chosen.window_hours), chosen.remembered_events, chosen.max_events)
        parts = Parts(
            publishing=Publishing(
                store,
                appender,
                codec,
                self.tokenizer,
                rules,
                batch_owner=batches.owner,
                clock=_now,
                count=self.metrics.accepted,
            ),
            people=People(appender, codec, self.tokenizer, answers, view, _now, say=Wording(state.documents)),
            commands=Commands(appender, codec, outcomes, directives, _now),
            batches=batches,
            directives=directives,
            view=view,
            version=version("jangkau"),
        )
        topics = {
            AGENCY_RECEIPTS: Followed(batches.take, True),
            COVERAGE_DIRECTIVES: Followed(directives.take, True),
            HUB_ANSWERS: Followed(take_answers(answers, codec), False),
            HUB_OUTCOMES: Followed(take_outcomes(outcomes, codec), False),
        }
        return parts, Follower(KafkaReader(self.config), KafkaAdmin(self.config), topics)

    def _server(self, parts: Parts, keys: Keys, console: Console) -> Server:
        chosen = self.settings.gateway
        limits, trust = limits_of(chosen), Trust(chosen.issuer, chosen.audience)
        app = Gatekeeper(make_app(parts, console.routes()), Tokens(keys, trust), limits, self.metrics)
        return make_server(app, chosen.host, self._port(), limits)

    async def _answer(
        self, server: Server, appender: KafkaAppender, follower: Follower, parts: Parts, console: Console
    ) -> None:
        """Answer requests until a signal comes, or the producer can go on no more."""
        loop = asyncio.get_running_loop()

        def leave() -> None:
            server.should_exit = True
            console.state.changes.close()  # whoever listens would be waited for

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, leave)
        look = asyncio.ensure_future(self._look(appender, follower, lambda: server.started))
        look.add_done_callback(lambda _: leave())
        beside = [asyncio.ensure_future(each) for each in (_tidy(parts.publishing), console.run())]
        await serve(server, self._tell)
        for each in beside:
            each.cancel()
        if look.done():
            look.result()
        look.cancel()

    def _port(self) -> int:
        memory = self.settings.data_dir / PROCESS / "ports.json"
        return remembered_ports(memory, [PROCESS], {PROCESS: self.settings.gateway.port})[PROCESS]

    def _tell(self, port: int) -> None:
        url = f"http://{self.settings.gateway.host}:{port}"
        self.settings.gateway_url_file.write_text(url + "\n", "utf-8")
        log.info("gateway up", extra={"url": url})

    async def _look(self, appender: KafkaAppender, follower: Follower, serving: Callable[[], bool]) -> None:
        """Say how it is, once a second; ends with an error when the process must."""
        while True:
            self.health.beat()
            if appender.failed is not None:
                raise appender.failed
            reasons = []
            if not serving():
                reasons.append("starting")
            if not follower.caught_up:
                reasons.append("receipts and directives are still being read")
            if appender.stalled_s() > _STALLED_S:
                reasons.append("Kafka does not acknowledge")
            self.health.not_ready(*reasons)
            await asyncio.sleep(_LOOK_S)


async def _tidy(publishing: Publishing) -> None:
    while True:
        with contextlib.suppress(JangkauError):  # a full disk is told to whoever publishes
            await publishing.tidy()
        await asyncio.sleep(_TIDY_S)


def compose_gateway(settings: Settings, cluster: Cluster) -> GatewayProcess:
    """Put the gateway together. Raises ``InvalidInput`` for settings it cannot work with."""
    registry, health = process_registry(), Health()
    exporter = Exporter(
        PROCESS,
        registry,
        health,
        run_dir=runfile.run_dir(settings.data_dir),
        started=time.time(),
        port=settings.gateway.metrics_port,
    )
    return GatewayProcess(
        settings=settings,
        config=kafka_config(settings, cluster),
        codec=AvroCodec(SchemaRegistry(cluster.registry_url)),
        tokenizer=Tokenizer(TokenKey.read(settings.token_key_file)),
        metrics=GatewayMetrics(registry),
        hub=HubMetrics(registry),
        health=health,
        exporter=exporter,
    )


def limits_of(chosen: GatewaySettings) -> Limits:
    """The limits, from the settings."""
    return Limits(
        body_bytes=chosen.max_body_bytes,
        body_s=chosen.body_seconds,
        header_s=chosen.header_seconds,
        requests_per_s=chosen.requests_per_s,
        burst=chosen.burst,
        publishing=chosen.publishing,
        asking=chosen.asking,
        streams=chosen.streams,
        connections=chosen.connections,
    )


def lock_folder(data_dir: Path) -> IO[str]:
    """Hold the ledger of the data folder for as long as the file is open."""
    handle = take_lock(runfile.run_dir(data_dir) / f"{PROCESS}.lock")
    if handle is None:
        raise Refused(
            "another gateway already runs on this data folder",
            remedy="stop it, or give this one a folder of its own by JANGKAU_DATA_DIR",
        )
    return handle


def _key_source(settings: Settings) -> Source:
    named = settings.gateway.jwks
    if named and named.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        return UrlSource(named)
    return FileSource(Path(named) if named else settings.gateway_jwks_file)


def _now() -> datetime:
    return datetime.now(UTC)
