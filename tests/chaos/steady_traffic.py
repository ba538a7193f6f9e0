"""What goes on in a steady run: both agencies publish evenly, and a subscriber times each verdict."""

import time
import uuid
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from connectors.client import Publisher
from connectors.client.published_batch import PublishedBatch
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.reader import KafkaReader
from deploy.cluster import Cluster
from schemas.codec import AvroCodec
from schemas.names import AGENCY_FACTS, BPJS_MEMBERSHIPS, COVERAGE_PERSONS, DTSEN_PERSONS, Agency
from schemas.records import RecordBatch, TopicPartition
from schemas.regions import Regions
from schemas.registry import SchemaRegistry
from tests.broker.kafka_world import PARTITIONS
from tests.chaos.traffic import Worker

PERSONS = 20_000
"""So many and no more, so that the state has a size that it keeps."""

_TICK_S = 0.05
_BATCH_S = 60.0
"""A batch of each agency lasts so long: few large ones, as agencies publish."""

_PROVINCE = "74"
_RELEASE = 20261 << 32
_PAID = date(2099, 12, 31)
"""Whatever the business date has become."""

_CAUSES = {"DTSEN": (DTSEN_PERSONS, "dtsen"), "MEMBERSHIP": (BPJS_MEMBERSHIPS, "bpjs")}
_READ_S = 0.01
"""How long a read gathers records: as much later than it could a verdict is seen, at most."""

_NOTHING = np.zeros((2, 0), np.int64)


class Load(Worker):
    """``rate`` facts a second, as many of each agency, about persons drawn anew for each portion: BPS moves
    them to another regency, BPJS Ketenagakerjaan tells that they have paid for long or hold nothing any
    more. Nobody leaves eligibility, so that no guard holds anything back.
    """

    def __init__(self, cluster: Cluster, rate: int, seed: int = 7) -> None:
        super().__init__("load")
        self._publisher = Publisher.connect(cluster.bootstrap_servers, cluster.registry_url)
        self._random = np.random.default_rng(seed)
        self._tokens = np.frombuffer(self._random.bytes(16 * PERSONS), np.uint8).reshape(PERSONS, 16)
        self._deciles = self._random.integers(1, 6, PERSONS).astype(np.int32)
        self._regions = pa.array(code.text for code in Regions.load().regencies_of(_PROVINCE))
        self._portion = int(rate * _TICK_S) // 2
        self._first = self._version = int(time.time() * 1_000_000)
        self._open: dict[Agency, PublishedBatch] = {}
        self._due_s = self._renewed_s = 0.0
        self.sent = 0
        self.batches: list[str] = []
        """Those whose manifest was sent."""

    def first(self) -> None:
        """BPS tells of everybody, once."""
        self._send("BPS", np.arange(PERSONS))
        self.close_batches()
        self.sent, self._due_s = 0, time.monotonic()

    def turn(self) -> None:
        """A portion of each agency. One that is late is sent at once, so that the rate holds on average."""
        if self._due_s - self._renewed_s > _BATCH_S:
            self.close_batches()
        for agency in ("BPS", "BPJSTK"):
            self._send(agency, self._random.integers(0, PERSONS, self._portion))
        self._due_s += _TICK_S
        self.stopping.wait(max(0.0, self._due_s - time.monotonic()))

    def close_batches(self) -> None:
        """Send the manifests; whatever comes next belongs to other batches."""
        for batch in self._open.values():
            batch.close()
            self.batches.append(batch.id)
        self._open.clear()
        self._renewed_s = self._due_s

    def close(self) -> None:
        """End the batches and release the connection."""
        self.close_batches()
        self._publisher.close()

    def _send(self, agency: Agency, who: NDArray[np.int64]) -> None:
        if agency not in self._open:
            name = f"steady-{agency.lower()}-{uuid.uuid4().hex[:8]}"
            self._open[agency] = self._publisher.batch(agency, "PART", batch_id=name)
        rows = self._ranked(who) if agency == "BPS" else self._snapshots(who)
        self._open[agency].send_rows(self._tokens[who], rows)
        self.sent += len(who)

    def _versions(self, n: int) -> NDArray[np.int64]:
        self._version += n
        return np.arange(self._version - n, self._version)

    def _ranked(self, who: NDArray[np.int64]) -> pa.RecordBatch:
        n = len(who)
        return pa.RecordBatch.from_pydict(
            {
                "version": _RELEASE + self._versions(n) - self._first,
                "decile": self._deciles[who],
                "extreme_poor": pa.array([False] * n),
                "birth_date": pa.array([date(1990, 5, 17)] * n),
                "sex": pa.array(["FEMALE"] * n),
                "region": self._regions.take(pa.array(self._random.integers(0, len(self._regions), n))),
                "work_status": pa.array([1] * n, pa.int32()),
                "industry": pa.nulls(n, pa.int32()),
                "presence": pa.array(["PRESENT"] * n),
                "replaced_by": pa.nulls(n, pa.string()),
                "observed_at": _now(n),
            }
        )

    def _snapshots(self, who: NDArray[np.int64]) -> pa.RecordBatch:
        n = len(who)
        enrolment = {
            "segment": "BPU",
            "programs": ["JKK", "JKM"],
            "paid_through": _PAID,
            "payer": "SELF",
            "funding_id": None,
        }
        return pa.RecordBatch.from_pydict(
            {
                "version": self._versions(n),
                "cause": pa.array(["PAID"] * n),
                "enrolments": pa.array(
                    [[enrolment] if paid else [] for paid in self._random.random(n) < 0.5],
                    self._publisher.schema("BPJSTK").field("enrolments").type,
                ),
                "observed_at": _now(n),
            }
        )


class Verdicts(Worker):
    """A subscriber that notes when it sees each verdict. It reads the agency topics too: the fact a verdict
    rests on is found by its offset, and counts from the time the broker took it.
    """

    def __init__(self, cluster: Cluster) -> None:
        super().__init__("verdicts")
        config = KafkaConfig(cluster.bootstrap_servers)
        admin, self._reader = KafkaAdmin(config), KafkaReader(config)
        self._codec = AvroCodec(SchemaRegistry(cluster.registry_url))
        topics = (*AGENCY_FACTS, COVERAGE_PERSONS)
        places = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
        self._reader.assign({at: admin.high_watermark(at) for at in places})
        self._facts: dict[TopicPartition, list[NDArray[np.int64]]] = {}
        self._seen: dict[TopicPartition, list[NDArray[np.int64]]] = {}

    def turn(self) -> None:
        batches = self._reader.consume(10_000, _READ_S)
        now_ms = int(time.time() * 1000)
        for batch in batches:
            if batch.source.topic == COVERAGE_PERSONS:
                self._note(batch, now_ms)
            else:
                self._facts.setdefault(batch.source, []).append(np.stack([batch.offsets, batch.timestamps]))

    def _note(self, batch: RecordBatch, now_ms: int) -> None:
        """Offset of the fact, and when its verdict was seen, by where the fact lies."""
        rows = self._codec.decode_batch(COVERAGE_PERSONS, batch.values).rows
        causes, evidence = rows["causes"], rows["evidence"]
        of = pc.list_parent_indices(causes).to_numpy()
        for cause, (topic, name) in _CAUSES.items():
            caused = of[pc.equal(causes.flatten(), cause).to_numpy(zero_copy_only=False)]
            offsets = evidence.field(name).field("offset").fill_null(-1).to_numpy()[caused]
            at = TopicPartition(topic, batch.source.partition)
            self._seen.setdefault(at, []).append(np.stack([offsets, np.full(len(offsets), now_ms)]))

    def latencies(self) -> NDArray[np.int64]:
        """(2, n): when a verdict was seen, and how long after its fact, both in milliseconds. Not while this
        runs. Verdicts on facts from before the start are left out.
        """
        found = [_NOTHING]
        for at, facts in self._facts.items():
            known, taken_ms = np.concatenate(facts, axis=1)
            offsets, seen_ms = np.concatenate(self._seen.get(at, [_NOTHING]), axis=1)
            place = np.searchsorted(known, offsets).clip(max=len(known) - 1)
            ours = known[place] == offsets
            found.append(np.stack([seen_ms, seen_ms - taken_ms[place]])[:, ours])
        return np.concatenate(found, axis=1)

    def close(self) -> None:
        self._reader.close()


def _now(n: int) -> pa.Array:
    return pa.array(np.full(n, int(time.time() * 1000))).cast(pa.timestamp("ms"))
