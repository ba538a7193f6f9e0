"""After a kill: what was being sent is looked for on the topics, and only the rest is sent again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.gateway.recovery import Found, find
from schemas.codec import AvroCodec
from schemas.names import AGENCY_MANIFESTS, BPJS_MEMBERSHIPS, DTSEN_PERSONS, KEMNAKER_DIRECTIVES
from schemas.records import Outgoing
from tests.connectors.gateway.test_batches import MANIFEST, sent_manifest
from tests.connectors.gateway.test_events import until
from tests.connectors.gateway.test_following import Ends
from tests.connectors.gateway.world import NOW, OTHER_NIK, VERSION, World, person, play
from tests.fakes.gateway import FakeLog
from tests.fakes.memory_log import MemoryBroker, MemoryReader
from tests.fakes.registry import MemoryRegistry

TOPICS = (DTSEN_PERSONS, BPJS_MEMBERSHIPS, KEMNAKER_DIRECTIVES, AGENCY_MANIFESTS)


@pytest.fixture
def broker() -> MemoryBroker:
    made = MemoryBroker()
    made.clock_ms = int(NOW.timestamp() * 1000)
    for topic in TOPICS:
        made.create_topic(topic, 2)
    return made


def killed(folder: Path, *events: dict[str, Any]) -> list[Outgoing]:
    """A gateway that is gone while these are being sent; gives what it had queued."""
    import asyncio

    log = FakeLog(holding=True)

    async def scene(world: World) -> None:
        asked = asyncio.ensure_future(world.publish(*events))
        await until(lambda: world.log.records)
        asked.cancel()

    play(folder, scene, log=log)
    return log.records


def looking(broker: MemoryBroker, codec: AvroCodec) -> Any:
    async def look(pending: Mapping[str, datetime]) -> Sequence[Found]:
        return find(MemoryReader(broker), Ends(broker), codec, TOPICS, pending, within_s=30)

    return look


def test_only_what_is_not_there_is_sent_again(tmp_path: Path, broker: MemoryBroker) -> None:
    events = [person(1), person(2, subject=OTHER_NIK), person(3, data={"version": VERSION + 1})]
    queued = killed(tmp_path, *events)
    assert len(queued) == 3
    for record in queued[:2]:
        broker.append(record)

    async def after(world: World) -> None:
        world.codec.prepare(DTSEN_PERSONS)
        await world.parts.publishing.recover(looking(broker, world.codec))
        answer = (await world.publish(*events)).json()
        assert (answer["accepted"], answer["repeated"]) == (1, 2)
        ((_, value),) = world.log.on(DTSEN_PERSONS)
        assert world.codec.decode(DTSEN_PERSONS, value)["version"] == VERSION + 1
        assert (await world.publish(*events)).json() == answer
        assert (await world.publish(MANIFEST)).status_code == 202
        assert sent_manifest(world).count == 3

    play(tmp_path, after)


def test_what_is_all_there_has_the_receipt_it_was_sent_under(tmp_path: Path, broker: MemoryBroker) -> None:
    queued = killed(tmp_path, person(1), person(2, subject=OTHER_NIK))
    for record in queued:
        broker.append(record)
    headers = (queued[0].headers or [None])[0]
    assert headers is not None

    async def after(world: World) -> None:
        world.codec.prepare(DTSEN_PERSONS)
        await world.parts.publishing.recover(looking(broker, world.codec))
        answer = (await world.publish(person(1), person(2, subject=OTHER_NIK))).json()
        assert answer["receipt"] == headers["receipt"].decode().partition("/")[0]
        assert (answer["state"], answer["accepted"], answer["batches"]) == ("ACCEPTED", 2, {"bps-1": 2})
        assert world.log.records == []

    play(tmp_path, after)


def test_what_is_not_there_at_all_is_as_if_it_had_never_come(tmp_path: Path, broker: MemoryBroker) -> None:
    killed(tmp_path, person(1))

    async def after(world: World) -> None:
        world.codec.prepare(DTSEN_PERSONS)
        await world.parts.publishing.recover(looking(broker, world.codec))
        rows = world.store.submit(lambda db: db.execute("SELECT count(*) FROM request").fetchone()).result(30)
        assert rows == (0,)
        # Not even its content is held against it.
        assert (await world.publish(person(1, data={"decile": 9}))).status_code == 202

    play(tmp_path, after)


def test_records_of_others_and_of_long_ago_are_passed_over(tmp_path: Path, broker: MemoryBroker) -> None:
    (record,) = killed(tmp_path, person(1))
    codec = AvroCodec(MemoryRegistry())
    pending = {"0" * 32: NOW}
    broker.append(record)
    broker.append(Outgoing(record.target, [b"k"], [b"v"], [{"receipt": b"\xff\xfe"}]))
    broker.append(Outgoing(record.target, [b"k"], [b"v"], [{"batch": b"x"}]))
    broker.append(Outgoing(record.target, [b"k"], [b"v"]))
    assert find(MemoryReader(broker), Ends(broker), codec, TOPICS, pending, within_s=30) == []
    headers = (record.headers or [None])[0] or {}
    own = headers["receipt"].decode().partition("/")[0]
    later = {own: NOW + timedelta(hours=1)}
    assert find(MemoryReader(broker), Ends(broker), codec, TOPICS, later, within_s=30) == []
    (found,) = find(MemoryReader(broker), Ends(broker), codec, TOPICS, {own: NOW}, within_s=30)
    assert found.fact is None, "another registry: the record cannot be read, and counts as sent all the same"
    assert find(MemoryReader(broker), Ends(broker), codec, TOPICS, {own: NOW}, within_s=-1) == []


def test_nothing_is_looked_for_when_nothing_was_being_sent(tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        assert (await world.publish(person())).status_code == 202

        async def never(_: Mapping[str, datetime]) -> Sequence[Found]:
            raise AssertionError

        await world.parts.publishing.recover(never)

    play(tmp_path, scene)
