"""What a publisher refuses, what breaks a batch off, and how it goes on."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from connectors.client import Publisher, Sent
from connectors.client.recount import TopicLog
from schemas.codec import AvroCodec
from schemas.errors import Fenced, InvalidInput, JangkauError, Refused, Retryable
from schemas.events import BatchManifest, DirectiveEvent
from schemas.ids import DirectiveId, PersonToken
from schemas.names import AGENCY_MANIFESTS, DTSEN_PERSONS, KEMNAKER_DIRECTIVES
from schemas.records import Outgoing
from schemas.tokens import Tokenizer, TokenKey
from tests.connectors.client.samples import NOON, ranked
from tests.fakes.memory_log import MemoryAdmin, MemoryBroker, MemoryPlainProducer, MemoryReader

ANA, BUDI, CITRA = (PersonToken(letter * 16) for letter in (b"a", b"b", b"c"))
NIK = "7471010101900000"


class Agency:
    """A publisher that can ask the log, as one that is connected can."""

    def __init__(self, broker: MemoryBroker, codec: AvroCodec) -> None:
        self.broker, self.codec = broker, codec
        self.producer = MemoryPlainProducer(broker)
        self.publisher = self.another()

    def another(self) -> Publisher:
        """As after a crash: it knows nothing of the first one."""
        return Publisher(
            self.producer,
            self.codec,
            tokenizer=Tokenizer(TokenKey(bytes(range(32)))),
            clock=lambda: NOON,
            log=TopicLog(MemoryAdmin(self.broker), lambda: MemoryReader(self.broker), self.codec),
        )

    def records(self, topic: str) -> list[tuple[bytes, bytes]]:
        """Key and value of all there is."""
        return [
            (key or b"", value or b"")
            for partition in self.broker.topic(topic).partitions
            for key, value in zip(partition.keys, partition.values, strict=True)
        ]

    def manifests(self) -> list[BatchManifest]:
        """All that were sent."""
        found = self.records(AGENCY_MANIFESTS)
        return [BatchManifest.from_record(self.codec.decode(AGENCY_MANIFESTS, value)) for _, value in found]


@pytest.fixture
def agency(broker: MemoryBroker, codec: AvroCodec) -> Agency:
    return Agency(broker, codec)


@pytest.mark.parametrize("error", [Retryable("away"), Refused("too large"), Fenced("taken over")])
def test_a_batch_that_lost_a_record_takes_no_more_and_sends_no_manifest(
    agency: Agency, error: JangkauError
) -> None:
    batch = agency.publisher.batch("BPS", "PART", batch_id="b-1")
    batch.send(ANA, ranked("b-1"))
    agency.producer.faults.plan("before_produce", error)
    with pytest.raises(type(error)):
        batch.send(BUDI, ranked("b-1"))
    assert repr(batch) == "PublishedBatch('b-1', dtsen.persons, PART, 1 sent, broken off)"
    acts: list[Callable[[], object]] = [
        lambda: batch.send(CITRA, ranked("b-1")),
        batch.checkpoint,
        batch.close,
    ]
    for act in acts:
        with pytest.raises(Refused, match="b-1 is broken off") as caught:
            act()
        assert "Publisher.resume" in str(caught.value.remedy)
    assert len(agency.records(DTSEN_PERSONS)) == 1
    assert agency.manifests() == []


def test_a_caller_who_swallows_the_error_gets_no_manifest_either(agency: Agency) -> None:
    def careless() -> None:
        with agency.publisher.batch("BPS", "PART") as batch:
            agency.producer.faults.plan("before_produce", Retryable("away"))
            with suppress(Retryable):
                batch.send(ANA, ranked(batch.id))
            assert batch.sent == Sent()

    with pytest.raises(Refused):
        careless()
    assert agency.manifests() == []


def test_a_record_lost_in_one_batch_breaks_off_every_batch_that_is_open(agency: Agency) -> None:
    """The producer tells of a lost record whoever calls next: it may have been of another batch."""
    first, second = (agency.publisher.batch("BPS", "PART", batch_id=name) for name in ("b-1", "b-2"))
    first.send(ANA, ranked("b-1"))
    agency.producer.faults.plan("before_flush", Retryable("away"))
    with pytest.raises(Retryable):
        second.close()
    with pytest.raises(Refused):
        first.close()
    assert agency.manifests() == []
    third = agency.publisher.batch("BPS", "PART", batch_id="b-3")
    third.send(ANA, ranked("b-3"))
    assert third.close().count == 1


def test_what_was_refused_before_it_was_sent_breaks_nothing_off(agency: Agency) -> None:
    with agency.publisher.batch("BPS", "PART", batch_id="b-1") as batch:
        for wrong in (replace(ranked("b-1"), region=None), ranked("b-2")):  # type: ignore[arg-type]
            with pytest.raises(InvalidInput):
                batch.send(ANA, wrong)
        batch.send(ANA, ranked("b-1"))
    assert [manifest.count for manifest in agency.manifests()] == [1]


def test_closed_is_closed(agency: Agency) -> None:
    with agency.publisher.batch("BPS", "PART", batch_id="b-1") as batch:
        batch.send(ANA, ranked("b-1"))
        manifest = batch.close()
    assert batch.close() == manifest
    assert agency.manifests() == [manifest]
    with pytest.raises(InvalidInput, match="closed"):
        batch.send(BUDI, ranked("b-1"))
    assert "1 sent, closed" in repr(batch)


def test_a_batch_is_resumed_by_what_lies_on_the_topic(agency: Agency) -> None:
    """Citra had arrived after the last checkpoint: she is there twice, and the manifest says so."""
    begun = datetime.fromtimestamp(agency.broker.clock_ms / 1000, NOON.tzinfo)
    other = agency.publisher.batch("BPS", "PART", batch_id="b-0")
    crashed = agency.publisher.resume("BPS", "PART", "b-1", begun=begun)
    crashed.send(ANA, ranked("b-1"))
    other.send(BUDI, ranked("b-0"))
    crashed.send(BUDI, ranked("b-1"))
    crashed.checkpoint()
    crashed.send(CITRA, ranked("b-1"))
    resumed = agency.another().resume("BPS", "PART", "b-1", begun=begun)
    assert resumed.sent == crashed.sent
    resumed.send(CITRA, ranked("b-1"))
    resumed.send(PersonToken(b"d" * 16), ranked("b-1"))
    manifest = resumed.close()
    assert manifest.count == sum(key != b"" for key, _ in agency.records(DTSEN_PERSONS)) - 1 == 5
    assert manifest.regencies[0].count == 5
    again = agency.another().resume("BPS", "PART", "b-1", begun=begun)
    assert again.sent.digest == manifest.digest


def test_only_what_came_since_it_was_begun_is_counted(agency: Agency) -> None:
    agency.publisher.batch("BPS", "PART", batch_id="b-1").send(ANA, ranked("b-1"))
    later = datetime.fromtimestamp(agency.broker.clock_ms / 1000, NOON.tzinfo) + timedelta(hours=1)
    assert agency.another().resume("BPS", "PART", "b-1", begun=later).sent == Sent()


def test_what_is_still_on_its_way_is_waited_for_before_it_is_counted(agency: Agency) -> None:
    batch = agency.publisher.batch("BPS", "PART", batch_id="b-1")
    batch.send(ANA, ranked("b-1"))
    for _ in range(3):  # three records are given up, one after the other
        agency.producer.faults.plan("before_flush", Retryable("away"))
    begun = datetime.fromtimestamp(agency.broker.clock_ms / 1000, NOON.tzinfo)
    resumed = agency.publisher.resume("BPS", "PART", "b-1", begun=begun)
    assert agency.producer.faults.struck == ["before_flush"] * 3
    assert resumed.close().count == 1


def test_who_cannot_read_the_topic_cannot_resume(broker: MemoryBroker, codec: AvroCodec) -> None:
    publisher = Publisher(MemoryPlainProducer(broker), codec)
    with pytest.raises(InvalidInput, match=r"connect|read"):
        publisher.resume("BPS", "PART", "b-1", begun=NOON)
    with pytest.raises(InvalidInput, match="offset"):
        publisher.resume("BPS", "PART", "b-1", begun=NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda p: p.batch("bps", "PART"), "agency is one of BPS, BPJSTK, KEMNAKER"),
        (lambda p: p.batch("BPS", "SOME"), "scope is one of FULL, PART"),
        (lambda p: p.batch("BPS", "PART", batch_id=""), "batch id"),
        (lambda p: p.batch("BPS", "PART", window=(NOON, NOON.replace(tzinfo=None))), "offset"),
        (lambda p: p.schema("BPJS"), "agency is one of"),
        (lambda p: p.token(NIK), "value of type str"),
        (lambda p: p.token(int(NIK)), "value of type int"),
        (lambda p: p.directive(DirectiveId("x"), ranked("b")), "DirectiveEvent"),
        (lambda p: _batch(p).send(NIK, ranked("b-1")), "value of type str"),
        (lambda p: _batch(p).send(float(NIK), ranked("b-1")), "value of type float"),
        (lambda p: _batch(p).send(ANA, replace(ranked("b-1"), observed_at=datetime(2026, 3, 2))), "offset"),  # noqa: DTZ001
        (lambda p: _batch(p).send_rows([ANA.raw], no_rows(p)), "shape"),
        (lambda p: _batch(p).send_rows(np.zeros((0, 16), np.int64), no_rows(p)), "uint8"),
        (lambda p: p.batch("KEMNAKER", "PART").send(ANA, ranked("b-1")), "DirectiveEvent"),
    ],
)
def test_arguments_that_cannot_be_right(agency: Agency, wrong: Callable[[Any], object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as caught:
        wrong(agency.publisher)
    assert NIK not in f"{caught.value} {caught.value.remedy}"
    assert agency.records(DTSEN_PERSONS) == []


def _batch(publisher: Publisher) -> Any:
    return publisher.batch("BPS", "PART", batch_id="b-1")


def no_rows(publisher: Publisher) -> Any:
    return pa.RecordBatch.from_pylist([], schema=publisher.schema("BPS"))


def test_a_topic_that_is_not_there_is_told_before_anything_is_sent(codec: AvroCodec) -> None:
    bare = MemoryBroker()
    bare.create_topic(AGENCY_MANIFESTS, 1)
    agency = Agency(bare, codec)
    with pytest.raises(Refused):
        agency.publisher.batch("BPS", "PART")
    event = DirectiveEvent(1, "DRAFTED", "{}", "kemnaker", "Inpres 8/2025", NOON)
    with pytest.raises(Refused):
        agency.publisher.directive(DirectiveId("inpres-8-2025"), event)
    bare.create_topic(KEMNAKER_DIRECTIVES, 1)
    agency.publisher.directive(DirectiveId("inpres-8-2025"), event)
    assert len(agency.records(KEMNAKER_DIRECTIVES)) == 1


def test_what_it_shows_holds_no_key(agency: Agency) -> None:
    assert repr(agency.publisher) == "Publisher(Outlet(with token key))"
    assert repr(_batch(agency.publisher)) == "PublishedBatch('b-1', dtsen.persons, PART, 0 sent, open)"


def test_leaving_the_block_in_an_error_waits_for_nothing(agency: Agency) -> None:
    """What was queued may be lost: nobody was told that it was safe."""
    flushed: list[float] = []

    class Watched(MemoryPlainProducer):
        def flush(self, timeout_s: float) -> int:
            flushed.append(timeout_s)
            return super().flush(timeout_s)

    def failing() -> None:
        with Publisher(Watched(agency.broker), agency.codec) as publisher:
            publisher.batch("BPS", "PART", batch_id="b-1").send(ANA, ranked("b-1"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert flushed == []
    with Publisher(Watched(agency.broker), agency.codec) as publisher:
        publisher.batch("BPS", "PART", batch_id="b-2").send(ANA, ranked("b-2"))
    assert len(flushed) == 1


def test_records_go_out_one_topic_and_header_at_a_time(agency: Agency) -> None:
    produced: list[Outgoing] = []

    class Seen(MemoryPlainProducer):
        def produce(self, records: Outgoing) -> None:
            produced.append(records)
            super().produce(records)

    with Publisher(Seen(agency.broker), agency.codec).batch("BPS", "PART", batch_id="b-1") as batch:
        batch.send(ANA, ranked("b-1"))
    facts, manifest = produced
    assert (facts.target.topic, facts.headers) == (DTSEN_PERSONS, [{"batch": b"b-1"}])
    assert (manifest.target.topic, manifest.keys, manifest.headers) == (AGENCY_MANIFESTS, [b"b-1"], None)


def test_a_publisher_that_is_closed_sends_nothing(agency: Agency) -> None:
    with agency.publisher as publisher:
        batch = publisher.batch("BPS", "PART", batch_id="b-1")
        publisher.close()
    acts: list[Callable[[], object]] = [lambda: batch.send(ANA, ranked("b-1")), batch.close, publisher.flush]
    for act in acts:
        with pytest.raises(InvalidInput, match="closed"):
            act()
    assert agency.records(DTSEN_PERSONS) == []


def test_many_events_one_by_one_are_counted_as_many_at_once_are(agency: Agency) -> None:
    number = 2_500
    versions = [(20261 << 32) + row for row in range(number)]
    tokens = np.arange(number * 16, dtype=np.uint32).astype(np.uint8).reshape(number, 16)
    with agency.publisher.batch("BPS", "PART", batch_id="b-1") as singly:
        for token, version in zip(tokens, versions, strict=True):
            singly.send(PersonToken(token.tobytes()), ranked("b-1", version))
    facts = [agency.codec.encode(DTSEN_PERSONS, ranked("b-1", version).to_record()) for version in versions]
    with agency.publisher.batch("BPS", "PART", batch_id="b-1") as together:
        together.send_rows(tokens, agency.codec.decode_batch(DTSEN_PERSONS, facts).rows)
    assert singly.sent == together.sent
    assert (singly.sent.count, singly.sent.regencies) == (number, {"74.71": number})
