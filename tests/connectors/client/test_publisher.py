"""A batch arrives whole, in the right partitions, with a manifest that adds up, or with none."""

import dataclasses
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pytest

from connectors.client import PublishedBatch, Publisher, Sent
from schemas.codec import AvroCodec
from schemas.digest import digest_of, digest_text
from schemas.errors import InvalidInput, Retryable
from schemas.events import BatchManifest, DirectiveEvent, RegencyCount
from schemas.ids import DirectiveId, Nik, PersonToken
from schemas.names import AGENCY_MANIFESTS, BPJS_MEMBERSHIPS, DTSEN_PERSONS, KEMNAKER_DIRECTIVES
from schemas.partitioner import partition_for
from schemas.records import Headers
from schemas.tokens import Tokenizer, TokenKey
from tests.connectors.client.samples import NOON, ranked, snapshot
from tests.fakes.memory_log import MemoryBroker, MemoryPlainProducer

KEY = TokenKey(bytes(range(32)))


class Agency:
    """A publisher over the memory log, and what lies on the log afterwards."""

    def __init__(self, broker: MemoryBroker, codec: AvroCodec) -> None:
        self.broker, self.codec = broker, codec
        self.producer = MemoryPlainProducer(broker)
        self.publisher = Publisher(self.producer, codec, tokenizer=Tokenizer(KEY), clock=lambda: NOON)

    def records(self, topic: str) -> Iterable[tuple[int, bytes, bytes, Headers | None]]:
        for number, partition in enumerate(self.broker.topic(topic).partitions):
            for key, value, headers in zip(partition.keys, partition.values, partition.headers, strict=True):
                assert key is not None
                assert value is not None
                yield number, key, value, headers

    def manifests(self) -> dict[str, BatchManifest]:
        return {
            key.decode(): BatchManifest.from_record(self.codec.decode(AGENCY_MANIFESTS, value))
            for _, key, value, _ in self.records(AGENCY_MANIFESTS)
        }


@pytest.fixture
def agency(broker: MemoryBroker, codec: AvroCodec) -> Agency:
    return Agency(broker, codec)


def test_records_lie_where_their_key_says_and_name_their_batch(agency: Agency) -> None:
    niks = [Nik.parse(f"{number:012d}0000") for number in range(1, 30)]
    with agency.publisher.batch("BPS", "PART", batch_id="b-1") as batch:
        for nik in niks:
            batch.send(nik, ranked("b-1"))
    found = list(agency.records(DTSEN_PERSONS))
    assert {key.decode() for _, key, _, _ in found} == {Tokenizer(KEY).token(nik).hex for nik in niks}
    assert all(number == partition_for(key, 4) for number, key, _, _ in found)
    assert all(headers == {"batch": b"b-1"} for _, _, _, headers in found)
    assert agency.codec.decode(DTSEN_PERSONS, found[0][2]) == ranked("b-1").to_record()


def test_the_manifest_has_the_count_and_the_order_free_digest(agency: Agency) -> None:
    window = (NOON.replace(hour=0), NOON)
    with agency.publisher.batch("BPJSTK", "FULL", batch_id="b-2", window=window) as batch:
        for number in range(5):
            batch.send(PersonToken(bytes([number]) * 16), snapshot("b-2"))
    tokens = np.array([[number] * 16 for number in range(5)], np.uint8)
    digest = digest_text(digest_of(tokens, np.full(5, snapshot("b-2").version)))
    assert agency.manifests() == {
        "b-2": BatchManifest("BPJSTK", BPJS_MEMBERSHIPS, "FULL", 5, digest, window[0], window[1], NOON)
    }


def test_the_manifest_counts_the_regencies_that_records_name(agency: Agency) -> None:
    with agency.publisher.batch("BPS", "PART", batch_id="b-9") as batch:
        for number, region in enumerate(("74.71", "74.71.01", "74.03", "74.71.01.1001")):
            event = dataclasses.replace(ranked("b-9"), region=region)
            batch.send(PersonToken(bytes([number]) * 16), event)
    assert agency.manifests()["b-9"].regencies == (RegencyCount("74.03", 1), RegencyCount("74.71", 3))


def test_rows_and_single_events_are_the_same_on_the_wire(agency: Agency, codec: AvroCodec) -> None:
    tokens = np.arange(48, dtype=np.uint8).reshape(3, 16)
    events = [ranked("b-3", decile=decile) for decile in (1, None, 9)]
    values = [codec.encode(DTSEN_PERSONS, event.to_record()) for event in events]
    rows = codec.decode_batch(DTSEN_PERSONS, values).rows
    with agency.publisher.batch("BPS", "PART", batch_id="b-3") as batch:
        for token, event in zip(tokens, events, strict=True):
            batch.send(PersonToken(token.tobytes()), event)
    one_by_one = sorted((key, value) for _, key, value, _ in agency.records(DTSEN_PERSONS))
    single = batch.sent
    with agency.publisher.batch("BPS", "PART", batch_id="b-3") as batch:
        batch.send_rows(tokens, rows)
    both = sorted((key, value) for _, key, value, _ in agency.records(DTSEN_PERSONS))
    assert both == sorted(one_by_one * 2)
    assert batch.sent == single


def test_rows_get_the_id_of_the_batch(agency: Agency, codec: AvroCodec) -> None:
    value = codec.encode(DTSEN_PERSONS, ranked("another").to_record())
    rows = codec.decode_batch(DTSEN_PERSONS, [value]).rows
    with agency.publisher.batch("BPS", "PART", batch_id="b-4") as batch:
        batch.send_rows(np.zeros((1, 16), np.uint8), rows)
        batch.send_rows(np.ones((1, 16), np.uint8), rows.drop_columns(["batch"]))
    found = [codec.decode(DTSEN_PERSONS, value)["batch"] for _, _, value, _ in agency.records(DTSEN_PERSONS)]
    assert found == ["b-4", "b-4"]


def test_no_manifest_after_an_error_in_the_block(agency: Agency) -> None:
    def fail(batch: PublishedBatch) -> None:
        with batch:
            batch.send(PersonToken(b"x" * 16), ranked(batch.id))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail(agency.publisher.batch("BPS", "PART"))
    assert agency.manifests() == {}


def test_no_manifest_when_a_record_was_not_delivered(agency: Agency) -> None:
    agency.producer.faults.plan("before_flush", Retryable("the broker is gone"))
    with pytest.raises(Retryable), agency.publisher.batch("BPS", "PART") as batch:
        batch.send(PersonToken(b"x" * 16), ranked(batch.id))
    assert agency.manifests() == {}


def test_a_batch_goes_on_after_its_checkpoint(agency: Agency) -> None:
    whole, first = agency.publisher.batch("BPS", "PART", batch_id="b-5"), PersonToken(b"1" * 16)
    whole.send(first, ranked("b-5"))
    kept = whole.checkpoint()
    rest = agency.publisher.batch("BPS", "PART", batch_id="b-5", resume=dataclasses.replace(kept))
    rest.send(PersonToken(b"2" * 16), ranked("b-5"))
    whole.send(PersonToken(b"2" * 16), ranked("b-5"))
    assert rest.close() == whole.close()
    assert agency.manifests()["b-5"].count == 2


def test_what_does_not_belong_is_refused_before_it_is_sent(agency: Agency) -> None:
    batch, someone = agency.publisher.batch("BPS", "PART", batch_id="b-6"), PersonToken(b"1" * 16)
    with pytest.raises(InvalidInput, match="PersonRanked"):
        batch.send(someone, snapshot("b-6"))
    with pytest.raises(InvalidInput, match="b-7"):
        batch.send(someone, ranked("b-7"))
    with pytest.raises(InvalidInput, match="decile"):
        batch.send(someone, dataclasses.replace(ranked("b-6"), decile="2"))  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="shape"):
        batch.send_rows(np.zeros((2, 16), np.uint8), _one_row(agency))
    assert list(agency.records(DTSEN_PERSONS)) == []
    assert batch.sent == Sent()


def _one_row(agency: Agency) -> pa.RecordBatch:
    value = agency.codec.encode(DTSEN_PERSONS, ranked("b").to_record())
    return agency.codec.decode_batch(DTSEN_PERSONS, [value]).rows


@pytest.mark.parametrize("name", ["", "two words", "7471010101900000", "-dash", "x" * 101])
def test_a_batch_id_is_a_plain_name_and_never_a_nik(agency: Agency, name: str) -> None:
    with pytest.raises(InvalidInput):
        agency.publisher.batch("BPS", "PART", batch_id=name or " ")


def test_a_nik_without_a_token_key_is_refused_without_showing_it(
    broker: MemoryBroker, codec: AvroCodec
) -> None:
    batch = Publisher(MemoryPlainProducer(broker), codec).batch("BPS", "PART", batch_id="b")
    with pytest.raises(InvalidInput) as caught:
        batch.send(Nik.parse("7471010101900000"), ranked("b"))
    assert "7471010101900000" not in str(caught.value)


def test_a_directive_is_keyed_by_its_id(agency: Agency) -> None:
    event = DirectiveEvent(1, "DRAFTED", "{}", "kemnaker", "Inpres 8/2025", NOON)
    agency.publisher.directive(DirectiveId("inpres-8-2025"), event)
    ((_, key, value, _),) = agency.records(KEMNAKER_DIRECTIVES)
    assert key == b"inpres-8-2025"
    assert DirectiveEvent.from_record(agency.codec.decode(KEMNAKER_DIRECTIVES, value)) == event


def test_rows_with_other_columns_are_refused(agency: Agency) -> None:
    batch = agency.publisher.batch("BPJSTK", "PART", batch_id="b-8")
    with pytest.raises(InvalidInput, match=r"bpjs\.memberships"):
        batch.send_rows(np.zeros((1, 16), np.uint8), _one_row(agency))
    assert batch.sent == Sent()


def test_a_value_that_does_not_fit_is_not_quoted(agency: Agency) -> None:
    batch = agency.publisher.batch("BPJSTK", "PART", batch_id="b-9")
    fields = {"version": "7471010101900000x", "cause": "PAID", "enrolments": [], "observed_at": NOON}
    with pytest.raises(InvalidInput, match="version") as caught:
        batch.send_rows(np.zeros((1, 16), np.uint8), pa.RecordBatch.from_pylist([fields]))
    assert "7471010101900000" not in str(caught.value)
