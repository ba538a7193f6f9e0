"""The console put together: it follows, keeps days and tells; explanations are put into words."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from connectors.console.hub import Behind, HubView
from connectors.console.prometheus import NoAlerts
from connectors.console.state import HubState
from connectors.console.trend import SCHEMA, Trend
from connectors.gateway.following import Follower
from connectors.gateway.group_commit import GroupCommit
from deploy.compose.console import Console
from deploy.compose.gateway_words import Wording
from schemas.codec import AvroCodec
from schemas.directive import parse_directive
from schemas.errors import Retryable
from schemas.names import (
    COVERAGE_DIRECTIVES,
    COVERAGE_REGIONS,
    DTSEN_PERSONS,
    HUB_CONTROL,
    HUB_HOLDS,
    HUB_QUARANTINE,
)
from schemas.records import Outgoing, TopicPartition
from tests.connectors.gateway.test_commands import status
from tests.connectors.gateway.test_following import Ends
from tests.fakes.explanations import gap_explanation
from tests.fakes.gateway import FakeWatch
from tests.fakes.memory_log import MemoryBroker, MemoryReader
from tests.fakes.registry import MemoryRegistry
from tests.fakes.totals import DIRECTIVE, directive_totals, region_totals
from tests.streams.control.builders import document

SEEN = HubView(at=1_000.0, level="healthy")
_WAIT_S = 30.0


class LateReader(MemoryReader):
    """Cannot be assigned at first."""

    failures = 1

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        if self.failures:
            self.failures -= 1
            raise Retryable("Kafka is away")
        super().assign(positions)


def test_it_follows_keeps_and_tells(tmp_path: Path) -> None:
    broker, codec = MemoryBroker(), AvroCodec(MemoryRegistry())
    for topic in (COVERAGE_REGIONS, HUB_HOLDS, HUB_CONTROL, HUB_QUARANTINE):
        broker.create_topic(topic, 1)
    store = GroupCommit(tmp_path / "trend.sqlite", SCHEMA, "trend")
    state, watch = HubState(codec, Trend(store)), FakeWatch()
    follower = Follower(LateReader(broker), Ends(broker), state.topics())
    state.followed = lambda: follower.caught_up

    def publish(covered: int) -> None:
        total = region_totals("NATION", directive_totals(10, covered))
        value = codec.encode(COVERAGE_REGIONS, total.to_record())
        broker.append(Outgoing(TopicPartition(COVERAGE_REGIONS, 0), [b"ID"], [value]))

    async def scene() -> None:
        console = Console(state, follower, NoAlerts(), watch, again_s=0.01)
        with state.changes.listening() as listener:
            running = asyncio.ensure_future(console.run())
            heard: set[str] = set()

            async def until(*kinds: str) -> None:
                async with asyncio.timeout(_WAIT_S):
                    while not heard.issuperset(kinds):
                        heard.update(await listener.next(_WAIT_S) or {})

            await until("totals")
            assert [each.covered for each in state.trend.points("ID", DIRECTIVE).result(_WAIT_S)] == [4]
            heard.clear()
            watch.seen = SEEN
            await until("hub", "agencies")
            assert state.seen_at == SEEN.at
            heard.clear()
            watch.seen = replace(SEEN, at=1_002.0)
            await until("hub")
            assert "agencies" not in heard, "nothing of theirs has changed"
            watch.seen = replace(watch.seen, lag=(Behind("BPS", DTSEN_PERSONS, 0, 1, 1, 0.0, 0.0),))
            await until("agencies")
            running.cancel()

    publish(4)
    try:
        asyncio.run(scene())
    finally:
        follower.close()
        store.close()


def test_what_an_engine_found_in_words(tmp_path: Path) -> None:
    codec = AvroCodec(MemoryRegistry())
    store = GroupCommit(tmp_path / "trend.sqlite", SCHEMA, "trend")
    state = HubState(codec, Trend(store))
    wording, asked = Wording(state.documents), json.dumps(gap_explanation())
    without = wording.sentences(asked)
    text = parse_directive(document(1, "2026-01-10")).canonical_json()
    value = codec.encode(COVERAGE_DIRECTIVES, status(1, "IN_FORCE", text).to_record())
    state.directives.take(DIRECTIVE.encode(), value)
    told = wording.sentences(asked)
    assert any("Kota Kendari" in first and "Kota Kendari" in second for first, second in told)
    assert any("PROGRAM" not in first and "kurang JKM" in first for first, _ in told)
    assert len(told) > len(without), "with its text known, what the directive asks is said as well"
    assert (wording.name("74.71"), wording.name(None)) == ("Kota Kendari", None)
    store.close()
