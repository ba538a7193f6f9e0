"""Records sent again and discarded, on topics in memory: what goes out, what stays, what is remembered."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.query.quarantine import Quarantine, Wanted
from deploy.repair.drafts import Drafts
from deploy.repair.preparing import Preparing
from deploy.repair.sending import Said, Sending
from deploy.repair.workbench import Workbench
from schemas.digest import digest_text
from schemas.errors import Fenced, InvalidInput, TransactionAborted
from schemas.events import BatchManifest, Repair
from schemas.ids import Nik
from schemas.names import (
    AGENCY_MANIFESTS,
    BPJS_MEMBERSHIPS,
    DTSEN_PERSONS,
    HUB_QUARANTINE,
    KEMNAKER_DIRECTIVES,
)
from schemas.partitioner import partition_for
from schemas.records import RecordBatch, TopicPartition
from schemas.sealing import SealingKey
from schemas.tokens import Tokenizer, TokenKey
from tests.fakes.hub_topics import HubTopics, quarantined
from tests.fakes.memory_log import MemoryTransactionalProducer
from tests.oracle.examples import membership, person
from tests.oracle.facts import batch_word

NIK = "7471010101900000"
TOKENS = [f"{number:032x}" for number in range(1, 9)]
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
SAID = Said("Pusdatin", "surat BPS 12/2026", NOW)
PARTITIONS = 2


class Bench:
    """A hub in memory with records in quarantine, and the workbench on it."""

    def __init__(self, home: Path) -> None:
        self.hub, self.sealing = HubTopics(), SealingKey.generate()
        TokenKey.generate(home / "token.key")
        self.tokenizer = Tokenizer(TokenKey.read(home / "token.key"))
        read = self.hub.sources()
        self.quarantine = Quarantine(read.reader, read.ends, read.codec)
        self.drafts = Drafts(home / "repairs", self.sealing)
        preparing = Preparing(self.hub.codec, self.sealing, lambda: self.tokenizer, PARTITIONS)
        self.workbench = Workbench(self.quarantine, preparing, self.drafts)
        self.producer = MemoryTransactionalProducer(self.hub.broker, "repairs")
        self.sending = Sending(self.producer, self.hub.codec, read.ends.partitions)

    def keep(
        self, offset: int, value: bytes | None, *, key: str = TOKENS[0], topic: str = DTSEN_PERSONS
    ) -> str:
        record = quarantined(self.sealing, offset=offset, topic=topic, key=key.encode(), value=value)
        origin = f"{topic}/1/{offset}"
        self.hub.put(HUB_QUARANTINE, origin, record)
        return origin

    def ranked(self, offset: int, token: str, **changed: object) -> str:
        value = self.hub.codec.encode(DTSEN_PERSONS, {**person(), **changed})
        return self.keep(offset, value, key=token)

    def rows(self, topic: str) -> list[RecordBatch]:
        """What lies on a topic, with headers."""
        read = self.hub.sources()
        everywhere = [TopicPartition(topic, number) for number in range(read.ends.partitions(topic))]
        read.reader.assign(dict.fromkeys(everywhere, 0))
        return list(read.reader.consume(1_000, 0.0))

    def repairs(self) -> dict[str, Repair]:
        return self.quarantine.repairs()

    def manifests(self) -> dict[str, BatchManifest]:
        found = {}
        for batch in self.rows(AGENCY_MANIFESTS):
            for key, value in zip(batch.keys, batch.values, strict=True):
                assert key is not None
                assert value is not None
                found[key.decode()] = BatchManifest.from_record(
                    self.hub.codec.decode(AGENCY_MANIFESTS, value)
                )
        return found


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def only(*origins: str) -> Wanted:
    return Wanted(origins=frozenset(origins))


def test_what_the_cause_is_gone_of_goes_out_as_it_came(bench: Bench) -> None:
    first, second = bench.ranked(1, TOKENS[0]), bench.ranked(2, TOKENS[1], region="73.71")
    done = bench.workbench.resend(bench.sending, Wanted(reason="UNDECODABLE"), SAID)
    assert not done.faults
    (out,) = done.publications
    sent = {}
    for batch in bench.rows(DTSEN_PERSONS):
        for i, (key, value) in enumerate(zip(batch.keys, batch.values, strict=True)):
            assert key is not None
            assert value is not None
            assert partition_for(key, PARTITIONS) == batch.source.partition
            headers = batch.headers[i]
            assert (headers["batch"], headers["by"]) == (out.batch.encode(), b"Pusdatin")
            sent[headers["origin"].decode()] = key.decode(), bench.hub.codec.decode(DTSEN_PERSONS, value)
    assert sent == {
        first: (TOKENS[0], {**person(), "batch": out.batch}),
        second: (TOKENS[1], {**person(), "region": "73.71", "batch": out.batch}),
    }
    manifest = bench.manifests()[out.batch]
    assert (manifest.agency, manifest.topic, manifest.scope) == ("BPS", DTSEN_PERSONS, "PART")
    assert manifest.count == 2
    words = sum(batch_word(token, person()["version"]) for token in TOKENS[:2]) % 2**64
    assert manifest.digest == digest_text(words)
    assert {each.region: each.count for each in manifest.regencies} == {
        person()["region"][:5]: 1,
        "73.71": 1,
    }
    assert bench.repairs() == dict.fromkeys(
        (first, second), Repair("RESENT", False, out.batch, SAID.by, SAID.basis, NOW)
    )


def test_two_topics_are_two_publications_in_one_transaction(bench: Bench) -> None:
    bench.ranked(1, TOKENS[0])
    value = bench.hub.codec.encode(BPJS_MEMBERSHIPS, dict(membership()))
    bench.keep(2, value, topic=BPJS_MEMBERSHIPS)
    bench.producer.faults.plan("before_commit", TransactionAborted("away"))
    with pytest.raises(TransactionAborted):
        bench.workbench.resend(bench.sending, Wanted(state="WAITING"), SAID)
    assert (bench.repairs(), bench.rows(DTSEN_PERSONS), bench.manifests()) == ({}, [], {})
    done = bench.workbench.resend(bench.sending, Wanted(state="WAITING"), SAID)
    assert {out.topic for out in done.publications} == {DTSEN_PERSONS, BPJS_MEMBERSHIPS}
    assert {m.agency for m in bench.manifests().values()} == {"BPS", "BPJSTK"}


def test_what_would_be_rejected_again_stays_with_its_reason(bench: Bench) -> None:
    good = bench.ranked(1, TOKENS[0])
    nowhere, broken = bench.ranked(2, TOKENS[1], region="99.99"), bench.keep(3, b"not avro")
    nobody, null = bench.keep(4, b"not avro", key="ktp"), bench.keep(5, None)
    manifest = bench.keep(6, b"x", topic=AGENCY_MANIFESTS)
    directive = bench.keep(7, b"x", topic=KEMNAKER_DIRECTIVES)
    done = bench.workbench.resend(bench.sending, Wanted(batch="bps-2026-1"), SAID)
    assert [record.origin for out in done.publications for record in out.records] == [good]
    assert done.faults[nowhere] == "UNKNOWN_REGION"
    assert "mend it first" in done.faults[broken]
    assert "key is no person token" in done.faults[nobody]
    assert "mend it first" in done.faults[null]
    assert "not sent again by the hub" in done.faults[manifest]
    assert directive in done.faults
    assert set(bench.repairs()) == {good}
    again = bench.workbench.resend(bench.sending, Wanted(batch="bps-2026-1"), SAID)
    assert not again.publications
    assert len(bench.manifests()) == 1


def test_a_mended_record_goes_out_mended(bench: Bench) -> None:
    origin = bench.ranked(1, NIK, region="99.99")
    entry = bench.quarantine.one(origin)
    event = {**json.loads(json.dumps(person(), default=str)), "region": "74.71"}
    event.pop("batch")
    event["observed_at"] = "2026-03-01T00:00:00+00:00"
    text = json.dumps({"nik": NIK, "event": event})
    assert bench.workbench.faults(entry, text, NOW) == []
    assert bench.workbench.faults(entry, text.replace("74.71", "99.98"), NOW) == ["UNKNOWN_REGION"]
    assert "region" in bench.workbench.faults(entry, text.replace('"74.71"', "7"), NOW)[0]
    bench.drafts.write(origin, text)
    (out,) = bench.workbench.resend(bench.sending, only(origin), SAID).publications
    (record,) = out.records
    assert record.token == bench.tokenizer.token(Nik.parse(NIK))
    assert bench.hub.codec.decode(DTSEN_PERSONS, record.value)["region"] == "74.71"
    assert bench.repairs()[origin].mended
    assert bench.drafts.read(origin) is None


def test_nothing_is_sent_by_looking(bench: Bench) -> None:
    origin = bench.ranked(1, TOKENS[0])
    bench.drafts.write(origin, "{}")
    done = bench.workbench.resend(None, only(origin), SAID)
    assert list(done.faults) == [origin]
    assert (bench.repairs(), bench.rows(DTSEN_PERSONS)) == ({}, [])
    assert bench.drafts.read(origin) == "{}"


def test_a_record_is_sent_once_unless_it_is_asked_for_again(bench: Bench) -> None:
    origin = bench.ranked(1, TOKENS[0])
    bench.workbench.resend(bench.sending, only(origin), SAID)
    with pytest.raises(InvalidInput, match="decided about before"):
        bench.workbench.resend(bench.sending, only(origin), SAID)
    assert not bench.workbench.resend(
        bench.sending, Wanted(topic=DTSEN_PERSONS), SAID, again=True
    ).publications
    assert bench.workbench.resend(bench.sending, only(origin), SAID, again=True).publications
    assert sum(map(len, bench.rows(DTSEN_PERSONS))) == 2


def test_discarded_is_not_gone(bench: Bench) -> None:
    first, second = bench.ranked(1, TOKENS[0]), bench.ranked(2, TOKENS[1])
    bench.drafts.write(first, "{}")
    assert bench.workbench.discard(bench.sending, only(first), SAID) == [first]
    assert bench.repairs()[first] == Repair("DISCARDED", False, None, SAID.by, SAID.basis, NOW)
    assert bench.drafts.read(first) is None
    with pytest.raises(InvalidInput, match="decided about before"):
        bench.workbench.discard(bench.sending, only(first), SAID)
    assert bench.workbench.discard(bench.sending, Wanted(topic=DTSEN_PERSONS), SAID) == [second]
    assert bench.workbench.resend(bench.sending, only(first), SAID, again=True).publications


def test_a_name_that_is_not_there_stops_all(bench: Bench) -> None:
    origin = bench.ranked(1, TOKENS[0])
    with pytest.raises(InvalidInput, match="not in quarantine: dtsen"):
        bench.workbench.resend(bench.sending, only(origin, "dtsen.persons/1/9"), SAID)
    assert bench.repairs() == {}


def test_who_comes_later_shuts_out_who_came_before(bench: Bench) -> None:
    origin = bench.ranked(1, TOKENS[0])
    read = bench.hub.sources()
    later = Sending(
        MemoryTransactionalProducer(bench.hub.broker, "repairs"), bench.hub.codec, read.ends.partitions
    )
    with pytest.raises(Fenced):
        bench.workbench.resend(bench.sending, only(origin), SAID)
    assert bench.workbench.resend(later, only(origin), SAID).publications
