"""A gateway on fakes of its ports, with everything else as it ships, and a client that speaks HTTP to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from connectors.console.prometheus import NoAlerts
from connectors.console.routes_live import LiveRules
from connectors.console.state import HubState
from connectors.console.trend import SCHEMA as TREND_SCHEMA
from connectors.console.trend import Trend
from connectors.gateway.app import make_app
from connectors.gateway.auth import Tokens, Trust
from connectors.gateway.cloudevents import BATCHED, STRUCTURED
from connectors.gateway.commands import Commands
from connectors.gateway.following import Take
from connectors.gateway.gatekeeper import Gatekeeper
from connectors.gateway.group_commit import GroupCommit
from connectors.gateway.jwks import FileSource, Keys
from connectors.gateway.ledger_rows import SCHEMA
from connectors.gateway.limits import Limits
from connectors.gateway.parts import Parts
from connectors.gateway.people import People
from connectors.gateway.publishing import Publishing, Rules
from connectors.gateway.scopes import MEMBERSHIP, PERSON_RANKED, SCOPES
from connectors.gateway.waiting import Waiting, take_answers, take_outcomes
from deploy.compose.console import console_routes
from deploy.signing import make_signing_key, sign_token
from monitoring.handles_gateway import GatewayMetrics
from monitoring.registry import process_registry
from schemas.codec import AvroCodec
from schemas.events import Answer, Command, Lookup, Outcome, WireRecord
from schemas.names import (
    AGENCY_RECEIPTS,
    COVERAGE_DIRECTIVES,
    HUB_ANSWERS,
    HUB_COMMANDS,
    HUB_LOOKUPS,
    HUB_OUTCOMES,
)
from schemas.records import Outgoing
from schemas.tokens import Tokenizer, TokenKey
from tests.connectors.client.test_from_json import PERSON, SNAPSHOT
from tests.fakes.gateway import FakeLog, FakeView, FakeWatch, FakeWords
from tests.fakes.registry import MemoryRegistry

NIK = "7471010101900000"
OTHER_NIK = "7472014508950000"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG = timedelta(hours=1)
SOON_OVER = LiveRules(quiet_s=0.02, longest_s=0.05)
VERSION = (20_261 << 32) + 1


@dataclass
class Hub:
    """Answers questions as engines and the control worker do; ``homes`` has the region of each token."""

    codec: AvroCodec
    homes: dict[str, str | None] = field(default_factory=dict)
    refusals: tuple[str, ...] = ()
    silent: bool = False
    lookups: list[tuple[str, Lookup]] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    command_keys: list[bytes] = field(default_factory=list)
    answers: Any = None
    outcomes: Any = None

    def hear(self, record: Outgoing) -> None:
        """A record that was just appended."""
        key, value = (record.keys or [b""])[0], record.values[0] or b""
        if record.target.topic == HUB_LOOKUPS:
            lookup = Lookup.from_record(self.codec.decode(HUB_LOOKUPS, value))
            self.lookups.append((key.decode(), lookup))
            if lookup.kind == "EXPLAIN" and not self.silent:
                self._answer(key, lookup)
        if record.target.topic == HUB_COMMANDS:
            self.command_keys.append(key)
            self.commands.append(Command.from_record(self.codec.decode(HUB_COMMANDS, value)))
            if not self.silent:
                result = "REFUSED" if self.refusals else "ACCEPTED"
                events = () if self.refusals else ("event-1",)
                outcome = Outcome(result, self.refusals, events, NOW)  # type: ignore[arg-type]
                self.outcomes(key, self.codec.encode(HUB_OUTCOMES, outcome.to_record()))

    def _answer(self, key: bytes, lookup: Lookup) -> None:
        found = key.decode() in self.homes
        explanation: dict[str, Any] = {"region": self.homes.get(key.decode()), "directives": []}
        answer = Answer(lookup.lookup, found, json.dumps(explanation), NOW)
        self.answers(key, self.codec.encode(HUB_ANSWERS, answer.to_record()))


@dataclass
class World:
    """One gateway. ``now`` is its clock, ``seconds`` the one of its rate limits."""

    folder: Path
    log: FakeLog
    view: FakeView
    hub: Hub
    codec: AvroCodec
    tokenizer: Tokenizer
    parts: Parts
    state: HubState
    watch: FakeWatch
    tokens: Tokens
    app: Gatekeeper
    client: httpx.AsyncClient
    store: GroupCommit

    def bearer(self, agency: str | None = "BPS", **claims: Any) -> dict[str, str]:
        """The header of a token; by default one that may do everything everywhere."""
        return {"Authorization": f"Bearer {self.token(agency, **claims)}"}

    def token(self, agency: str | None = "BPS", **claims: Any) -> str:
        """The token itself."""
        said: dict[str, Any] = {
            "iss": "jangkau",
            "aud": "jangkau-gateway",
            "sub": "petugas-uji",
            "scope": " ".join(SCOPES),
            "regions": ["ID"],
            **({"agency": agency} if agency else {}),
            **claims,
        }
        keys = self.folder / "keys"
        now = datetime.now(UTC)
        return sign_token(keys / "gateway.pem", keys / "gateway.jwks.json", said, now, LONG)

    async def publish(self, *events: dict[str, Any], agency: str = "BPS", **claims: Any) -> httpx.Response:
        """POST /events, batched."""
        headers = {**self.bearer(agency, **claims), "Content-Type": BATCHED}
        return await self.client.post("/events", content=json.dumps(events), headers=headers)

    async def publish_one(self, event: Any, agency: str = "BPS") -> httpx.Response:
        """POST /events, structured."""
        headers = {**self.bearer(agency), "Content-Type": STRUCTURED}
        return await self.client.post("/events", content=json.dumps(event), headers=headers)

    def receive(self, topic: str, key: str, value: WireRecord) -> None:
        """The follower delivers a record."""
        takes: dict[str, Take] = {name: each.take for name, each in self.state.topics().items()}
        takes[AGENCY_RECEIPTS] = self.parts.batches.take
        takes[COVERAGE_DIRECTIVES] = self.parts.directives.take
        takes[topic](key.encode(), self.codec.encode(topic, value.to_record()))

    def hex(self, nik: str = NIK) -> str:
        """The token of a NIK, on the wire."""
        return self.tokenizer.tokens([nik]).tobytes().hex()


def person(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A CloudEvent about one person; ``data`` and others are replaced or, with ``None``, left out."""
    data = {**PERSON, "version": VERSION, "batch": "bps-1", **changes.pop("data", {})}
    event = {
        "specversion": "1.0",
        "id": f"event-{number}",
        "source": "https://bps.example/dtsen",
        "type": PERSON_RANKED,
        "subject": NIK,
        "data": {name: value for name, value in data.items() if value != "absent"},
        **changes,
    }
    return {name: value for name, value in event.items() if value is not None}


def membership(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A CloudEvent about one person's memberships."""
    data = {**SNAPSHOT, "batch": "bpjs-1", **changes.pop("data", {})}
    return {**person(number), "type": MEMBERSHIP, "data": data, **changes}


@asynccontextmanager
async def gateway(
    folder: Path,
    limits: Limits | None = None,
    *,
    answer_s: float = 5.0,
    later_s: float = 5.0,
    most_events: int = 1000,
    now: datetime = NOW,
    window: timedelta = timedelta(hours=24),
    log: FakeLog | None = None,
    live: LiveRules = SOON_OVER,
) -> AsyncIterator[World]:
    """A gateway on the ledger and the keys of a folder, which stay for the next one."""
    keys, codec = folder / "keys", AvroCodec(MemoryRegistry())
    make_signing_key(keys / "gateway.pem", keys / "gateway.jwks.json")
    tokenizer = Tokenizer(TokenKey(bytes(range(32))))
    log, view, hub = log or FakeLog(), FakeView(), Hub(codec)
    log.told = [hub.hear]
    loop = asyncio.get_running_loop()
    answers, outcomes = Waiting[Answer](loop), Waiting[Outcome](loop)
    hub.answers, hub.outcomes = take_answers(answers, codec), take_outcomes(outcomes, codec)
    store = GroupCommit(folder / "ledger.sqlite", SCHEMA)
    metrics = GatewayMetrics(process_registry())
    days = GroupCommit(folder / "trend.sqlite", TREND_SCHEMA, "trend")
    state, watch = HubState(codec, Trend(days), now.timestamp), FakeWatch()
    state.followed, state.seen_at = lambda: True, now.timestamp()
    batches, directives = state.batches, state.directives
    parts = Parts(
        publishing=Publishing(
            store,
            log,
            codec,
            tokenizer,
            Rules(window, 10_000, most_events),
            batch_owner=batches.owner,
            clock=lambda: now,
            count=metrics.accepted,
        ),
        people=People(
            log,
            codec,
            tokenizer,
            answers,
            view,
            lambda: now,
            say=FakeWords(),
            answer_s=answer_s,
            again_s=0.05,
        ),
        commands=Commands(log, codec, outcomes, directives, lambda: now, answer_s=answer_s, later_s=later_s),
        batches=batches,
        directives=directives,
        view=view,
        version="0.1.0",
    )
    tokens = Tokens(Keys(FileSource(keys / "gateway.jwks.json")), Trust("jangkau", "jangkau-gateway"))
    routes = console_routes(state, watch, NoAlerts(), live)
    app = Gatekeeper(make_app(parts, routes), tokens, limits or Limits(), metrics)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield World(folder, log, view, hub, codec, tokenizer, parts, state, watch, tokens, app, client, store)
    store.close()
    days.close()


def play(folder: Path, scene: Callable[[World], Awaitable[None]], **options: Any) -> None:
    """Play a scene on a new gateway; ``options`` as ``gateway`` takes them."""

    async def run() -> None:
        async with gateway(folder, **options) as world:
            await scene(world)

    asyncio.run(run())


def pointers(answer: httpx.Response) -> list[str]:
    """Where an answer says that something is wrong."""
    return [each["pointer"] for each in answer.json().get("errors", [])]


def problem(answer: httpx.Response) -> str:
    """The name of the problem an answer is; every one is told in the same form."""
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found["status"] == answer.status_code
    assert found["correlation"] == answer.headers["x-request-id"]
    return str(found["type"]).removeprefix("urn:jangkau:problem:")
