"""A file arrives whole, once interrupted or not; the manifest says what lies on the topic."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from connectors.client import Publisher, Sent
from connectors.client.recount import ends_of, recount
from connectors.files.loader import begin, load, progress_file
from connectors.files.mapped_source import MappedSource, open_source
from connectors.files.mapping import Topic, plain_mapping
from connectors.files.progress import Identity, Progress
from connectors.files.rejects import RejectFile
from schemas.codec import AvroCodec
from schemas.errors import InvalidInput, Retryable
from schemas.events import BatchManifest
from schemas.names import AGENCY_MANIFESTS, BPJS_MEMBERSHIPS, DTSEN_PERSONS
from tests.connectors.files.support import ANA, BUDI, EDGE, PERSON_HEADER, person, write
from tests.fakes.memory_log import MemoryAdmin, MemoryBroker, MemoryPlainProducer, MemoryReader
from tests.fakes.registry import MemoryRegistry

PARTITIONS = 4


class Interrupted(Exception):
    """What a test throws in the middle of a load."""


class Log:
    """An in-memory hub's side of a load."""

    def __init__(self) -> None:
        self.broker = MemoryBroker()
        for topic in (DTSEN_PERSONS, BPJS_MEMBERSHIPS, AGENCY_MANIFESTS):
            self.broker.create_topic(topic, PARTITIONS)
        self.codec = AvroCodec(MemoryRegistry())
        self.publisher = Publisher(MemoryPlainProducer(self.broker), self.codec)
        self.admin = MemoryAdmin(self.broker)

    def records(self, topic: str) -> Iterator[tuple[bytes, bytes]]:
        for partition in self.broker.topic(topic).partitions:
            for key, value in zip(partition.keys, partition.values, strict=True):
                assert key is not None
                assert value is not None
                yield key, value

    def manifest(self) -> BatchManifest:
        ((_, value),) = self.records(AGENCY_MANIFESTS)
        return BatchManifest.from_record(self.codec.decode(AGENCY_MANIFESTS, value))

    def lying(self, topic: str) -> Sent:
        pairs = list(self.records(topic))
        tokens = np.frombuffer(bytes.fromhex(b"".join(key for key, _ in pairs).decode()), np.uint8)
        rows = self.codec.decode_batch(topic, [value for _, value in pairs]).rows
        return Sent().plus(tokens.reshape(-1, 16), rows["version"].to_numpy())


class Breaking:
    """An outlet that fails at one of its chunks, before or after its records have arrived."""

    def __init__(self, batch: object, at: int, *, arrived: bool) -> None:
        self._batch, self._left, self._arrived = batch, at, arrived

    def send_rows(self, tokens: NDArray[np.uint8], rows: pa.RecordBatch) -> None:
        self._left -= 1
        if self._left > 0 or self._arrived:
            self._batch.send_rows(tokens, rows)  # type: ignore[attr-defined]

    def checkpoint(self) -> Sent:
        if self._left <= 0:
            raise Interrupted
        return self._batch.checkpoint()  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def log() -> Log:
    return Log()


def _persons(path: Path, count: int, broken: int = 0) -> Path:
    good = [person(f"{n:012d}0000") for n in range(1, count + 1)]
    return write(path / "persons.csv", PERSON_HEADER, *good, *[person(ANA, decile=11)] * broken)


def _run(
    log: Log,
    path: Path,
    *,
    resume: bool = False,
    broken_at: int = 0,
    arrived: bool = False,
    mapping: str = "",
) -> Path:
    """Load in chunks of three rows; with ``broken_at`` the load breaks off at that chunk."""
    source = open_source(path)
    rejects = RejectFile(path.with_name("rejects.csv"))
    starts = ends_of(log.admin, DTSEN_PERSONS)
    identity = Identity.of(path, DTSEN_PERSONS, "b-1", mapping)
    progress = begin(path, identity, resume=resume, starts=lambda: starts)
    reader = MemoryReader(log.broker)
    sent = recount(reader, log.admin, log.codec, DTSEN_PERSONS, "b-1", progress.starts) if resume else Sent()
    keep = progress_file(path).save
    with log.publisher.batch("BPS", "PART", batch_id="b-1", resume=sent) as batch:
        outlet = Breaking(batch, broken_at, arrived=arrived) if broken_at else batch
        load(source, EDGE, progress, outlet, rejects, keep, chunk_rows=3)
    progress_file(path).remove()
    return rejects.path


def test_every_good_row_arrives_and_the_manifest_counts_them(log: Log, tmp_path: Path) -> None:
    rejects = _run(log, _persons(tmp_path, 10, broken=2))
    assert len(list(log.records(DTSEN_PERSONS))) == 10
    manifest = log.manifest()
    assert (manifest.count, manifest.digest) == (10, log.lying(DTSEN_PERSONS).digest)
    with rejects.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["line", "reason", "detail"]
    assert [row[:2] for row in rows[1:]] == [["12", "INVALID_DECILE"], ["13", "INVALID_DECILE"]]


@pytest.mark.parametrize("arrived", [False, True])
@pytest.mark.parametrize("broken_at", [1, 2, 4])
def test_an_interrupted_load_goes_on_and_its_manifest_counts_what_lies_there(
    log: Log, tmp_path: Path, broken_at: int, arrived: bool
) -> None:
    path = _persons(tmp_path, 11, broken=1)
    with pytest.raises(Interrupted):
        _run(log, path, broken_at=broken_at, arrived=arrived)
    assert list(log.records(AGENCY_MANIFESTS)) == []
    rejects = _run(log, path, resume=True)
    keys = {key for key, _ in log.records(DTSEN_PERSONS)}
    assert len(keys) == 11
    manifest, lying = log.manifest(), log.lying(DTSEN_PERSONS)
    assert (manifest.count, manifest.digest) == (lying.count, lying.digest)
    assert len(rejects.read_text().splitlines()) == 2
    assert not path.with_name(path.name + ".progress.json").exists()


def test_records_of_other_batches_are_not_counted(log: Log, tmp_path: Path) -> None:
    path = _persons(tmp_path, 5)
    with pytest.raises(Interrupted):
        _run(log, path, broken_at=2, arrived=True)
    other = open_source(path)
    fresh = Progress(Identity.of(path, DTSEN_PERSONS, "b-2"))
    with log.publisher.batch("BPS", "PART", batch_id="b-2") as batch:
        load(other, EDGE, fresh, batch, RejectFile(tmp_path / "other.csv"), lambda progress: None)
    reader = MemoryReader(log.broker)
    assert recount(reader, log.admin, log.codec, DTSEN_PERSONS, "b-1", {}).count == 5


def test_an_interrupted_load_is_not_started_over_by_mistake(log: Log, tmp_path: Path) -> None:
    path = _persons(tmp_path, 5)
    with pytest.raises(Interrupted):
        _run(log, path, broken_at=1)
    with pytest.raises(InvalidInput, match="interrupted"):
        _run(log, path)
    path.write_text(path.read_text() + person(BUDI) + "\n")
    with pytest.raises(InvalidInput, match="differs"):
        _run(log, path, resume=True)


def test_an_interrupted_load_goes_on_only_under_the_same_mapping(log: Log, tmp_path: Path) -> None:
    path = _persons(tmp_path, 5)
    with pytest.raises(Interrupted):
        _run(log, path, broken_at=1, mapping="one")
    with pytest.raises(InvalidInput, match=r"the mapping .* differs"):
        _run(log, path, resume=True, mapping="another")
    _run(log, path, resume=True, mapping="one")
    assert log.manifest().count == len(list(log.records(DTSEN_PERSONS)))


def test_there_must_be_something_to_resume(log: Log, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="nothing to resume"):
        _run(log, _persons(tmp_path, 1), resume=True)


def test_a_damaged_progress_file_is_said(log: Log, tmp_path: Path) -> None:
    path = _persons(tmp_path, 1)
    path.with_name(path.name + ".progress.json").write_text("{")
    with pytest.raises(InvalidInput, match="damaged"):
        _run(log, path, resume=True)


def test_looking_sends_nothing(tmp_path: Path) -> None:
    path = _persons(tmp_path, 7, broken=2)
    fresh = Progress(Identity.of(path, DTSEN_PERSONS, "b-1"))
    told: list[int] = []
    found = load(
        open_source(path), EDGE, fresh, None, RejectFile(tmp_path / "r.csv"), lambda _: None, told.append
    )
    assert (found.rows, found.records, found.rejected) == (9, 7, 2)
    assert told[-1] == path.stat().st_size


def test_a_reject_file_of_somebody_else_is_left_alone(log: Log, tmp_path: Path) -> None:
    write(tmp_path / "rejects.csv", "something else")
    with pytest.raises(InvalidInput, match="not a reject file"):
        _run(log, _persons(tmp_path, 1))


def test_a_silent_broker_is_an_error_and_not_a_smaller_count(log: Log, tmp_path: Path) -> None:
    _run(log, _persons(tmp_path, 5))

    class Silent(MemoryReader):
        def consume(self, max_records: int, timeout_s: float) -> list[object]:  # type: ignore[override]
            return []

    with pytest.raises(Retryable, match="no answer"):
        recount(Silent(log.broker), log.admin, log.codec, DTSEN_PERSONS, "b-1", {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("topic", "header", "message"),
    [
        (DTSEN_PERSONS, PERSON_HEADER.replace(",sex", ""), "column sex is missing"),
        (DTSEN_PERSONS, PERSON_HEADER.replace("nik,", ""), "one of nik and token is needed"),
        (DTSEN_PERSONS, PERSON_HEADER + ",token", "only one"),
        (DTSEN_PERSONS, PERSON_HEADER + ",nama", "column nama is unknown"),
        (DTSEN_PERSONS, PERSON_HEADER + ",release", "only one of them"),
        (DTSEN_PERSONS, PERSON_HEADER.replace("version,", ""), "column version is missing"),
        (BPJS_MEMBERSHIPS, "nik,version,cause", "column segment is missing"),
        (BPJS_MEMBERSHIPS, "nik,version,cause,enrolments,segment", "not both"),
    ],
)
def test_columns_that_do_not_fit_are_said_before_anything_is_sent(
    tmp_path: Path, topic: Topic, header: str, message: str
) -> None:
    source = open_source(write(tmp_path / "a.csv", header))
    with pytest.raises(InvalidInput, match=message):
        MappedSource(source, plain_mapping(topic, source.types, "kemendagri"), "its form")


def test_only_what_is_named_as_csv_or_parquet_is_opened(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"neither \.csv nor \.parquet"):
        open_source(write(tmp_path / "a.xlsx", "x"))
