"""What the gateway follows: one reader in a thread, its topics read from the start or from now on."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.gateway.following import Followed, Follower, wait_caught_up
from connectors.gateway.receipts import Batches
from connectors.gateway.waiting import Waiting, take_answers
from schemas.codec import AvroCodec
from schemas.errors import Refused, Retryable
from schemas.events import Answer, RegencyReceipt
from schemas.names import AGENCY_RECEIPTS, BPJS_MEMBERSHIPS, HUB_ANSWERS
from schemas.records import Outgoing, TopicPartition
from tests.connectors.gateway.test_batches import receipt
from tests.connectors.gateway.world import NOW
from tests.deploy.waiting import wait_until
from tests.fakes.memory_log import MemoryAdmin, MemoryBroker, MemoryReader
from tests.fakes.registry import MemoryRegistry


class Ends(MemoryAdmin):
    """Also knows where committed records end."""

    def __init__(self, broker: MemoryBroker) -> None:
        super().__init__(broker)
        self._of = broker

    def last_stable_offset(self, partition: TopicPartition) -> int:
        return self._of.partition(partition).last_stable_offset


class Failing(MemoryReader):
    """Fails as often as it is told to, each time once."""

    def __init__(self, broker: MemoryBroker) -> None:
        super().__init__(broker)
        self.failures: list[Exception] = []

    def consume(self, max_records: int, timeout_s: float):  # type: ignore[no-untyped-def]
        if self.failures:
            raise self.failures.pop()
        return super().consume(max_records, timeout_s)


@pytest.fixture
def broker() -> MemoryBroker:
    made = MemoryBroker()
    made.create_topic("old", 2)
    made.create_topic("new", 1)
    return made


def put(broker: MemoryBroker, topic: str, *keys: str) -> None:
    for key in keys:
        broker.append(Outgoing(TopicPartition(topic, -1), [key.encode()], [b"v"]))


def test_from_the_start_or_from_now_on_and_through_failures(broker: MemoryBroker) -> None:
    found: list[bytes] = []
    put(broker, "old", "a", "b", "c")
    put(broker, "new", "before")
    reader = Failing(broker)

    def take(key: bytes, _: bytes | None) -> None:
        found.append(key)

    topics = {"old": Followed(take, True), "new": Followed(take, False)}
    follower = Follower(reader, Ends(broker), topics)
    assert not follower.caught_up
    follower.start()
    try:
        assert wait_caught_up(follower, 30)
        assert sorted(found) == [b"a", b"b", b"c"]
        reader.failures = [Retryable("away for a moment")]
        put(broker, "new", "after")
        put(broker, "old", "d")
        wait_until(lambda: sorted(found) == [b"a", b"after", b"b", b"c", b"d"], "all is delivered")
        reader.failures = [Refused("not on the log")]
        wait_until(lambda: found.count(b"a") == 2, "what lies there is read anew")
        assert found.count(b"before") == 0
    finally:
        follower.close()


def test_from_a_moment_on_without_keys_and_anew(broker: MemoryBroker) -> None:
    found: list[bytes | None] = []
    anew: list[int] = []
    broker.append(Outgoing(TopicPartition("new", 0), None, [b"first", b"second"]))
    broker.clock_ms += 5_000
    moment = broker.clock_ms / 1000
    broker.append(Outgoing(TopicPartition("new", 0), None, [b"third"]))
    reader = Failing(broker)

    def take(key: bytes, value: bytes | None) -> None:
        assert key == b""
        found.append(value)

    followed = Followed(take, True, since=lambda: moment, keyless=True, anew=lambda: anew.append(1))
    follower = Follower(reader, Ends(broker), {"new": followed})
    follower.start()
    try:
        assert wait_caught_up(follower, 30)
        assert (found, anew) == ([b"third"], [])
        reader.failures = [Refused("not on the log")]
        wait_until(lambda: found == [b"third", b"third"], "what lies there is read anew")
        assert anew == [1]
    finally:
        follower.close()


def test_an_answer_to_nobody_and_the_first_of_two(tmp_path: Path) -> None:
    codec = AvroCodec(MemoryRegistry())

    async def scene() -> None:
        waiting = Waiting[Answer](asyncio.get_running_loop())
        take = take_answers(waiting, codec)

        def answer(lookup: str, text: str) -> None:
            value = codec.encode(HUB_ANSWERS, Answer(lookup, True, text, NOW).to_record())
            take(b"token", value)

        def ask() -> None:
            for lookup, text in (("another", "x"), ("mine", "first"), ("mine", "second")):
                answer(lookup, text)
            take(b"token", b"junk")
            take(b"token", None)

        found = await waiting.answer("mine", ask, 30, 30)
        assert found is not None
        assert found.explanation == "first"
        answer("mine", "too late")
        assert await waiting.answer("mine", lambda: None, 0.01, 1) is None

    asyncio.run(scene())


def test_receipts_in_memory_are_bounded() -> None:
    codec = AvroCodec(MemoryRegistry())
    batches = Batches(codec, most=3)
    value = codec.encode(AGENCY_RECEIPTS, receipt("BPJSTK", BPJS_MEMBERSHIPS).to_record())
    for name in ("a", "b", "c", "a", "d"):
        batches.take(name.encode(), value)
    batches.take(b"e", b"junk")
    assert [name for name, _ in batches.page("BPJSTK", None, None, 10)[0]] == ["a", "c", "d"]
    lines = tuple(RegencyReceipt(f"74.{n:02d}", None, 0, 0, 0, 0, 0, 0, None) for n in range(10))
    wide = replace(receipt("BPJSTK", BPJS_MEMBERSHIPS), regencies=lines)
    by_lines = Batches(codec, most_regencies=25)
    for name in ("a", "b", "a", "c", "d"):
        by_lines.take(name.encode(), codec.encode(AGENCY_RECEIPTS, wide.to_record()))
    assert [name for name, _ in by_lines.page("BPJSTK", None, None, 10)[0]] == ["c", "d"]


def test_the_batches_changed_last_come_first_and_in_brief() -> None:
    codec = AvroCodec(MemoryRegistry())
    batches = Batches(codec)
    one = RegencyReceipt("74.71", None, 0, 0, 0, 0, 0, 0, None)
    for name, hour, complete in (("a", 3, True), ("b", 1, False), ("c", 2, True)):
        found = replace(
            receipt("BPJSTK", BPJS_MEMBERSHIPS),
            complete=complete,
            updated_at=NOW.replace(hour=hour),
            regencies=(one,),
        )
        batches.take(name.encode(), codec.encode(AGENCY_RECEIPTS, found.to_record()))
    newest = batches.newest("BPJSTK", None, 2)
    assert [name for name, _ in newest] == ["a", "c"]
    assert [each.regencies for _, each in newest] == [(), ()]
    assert [name for name, _ in batches.newest("BPJSTK", False, 2)] == ["b"]
    assert batches.newest("BPS", None, 2) == []
