"""From an event handed to Kafka to its verdict in the hands of a read_committed consumer."""

import subprocess
import threading
import time
from dataclasses import dataclass

import numpy as np

from bench.events import Population
from bench.hub import PARTITIONS, BenchHub
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.reader import KafkaReader
from schemas.names import BPJS_MEMBERSHIPS, COVERAGE_PERSONS
from schemas.records import TopicPartition

_TICK_S = 0.02
_US = 1_000_000
_SETTLE_S = 3.0
_WARM_UP_S = 3.0


@dataclass(frozen=True)
class Latency:
    """Milliseconds, over all verdicts seen after the warm-up."""

    p50_ms: float
    p99_ms: float
    note: str


def measure_latency(hub: BenchHub, population: Population, rate: int, seconds: float) -> Latency:
    """Publish ``rate`` snapshots a second for ``seconds``; each carries its own time as its version."""
    engine = _serving(hub, _WARM_UP_S + seconds + _SETTLE_S)
    reader = KafkaReader(KafkaConfig(hub.cluster.bootstrap_servers))
    admin = KafkaAdmin(KafkaConfig(hub.cluster.bootstrap_servers))
    sources = [TopicPartition(COVERAGE_PERSONS, number) for number in range(PARTITIONS)]
    reader.assign({source: admin.high_watermark(source) for source in sources})
    seen: list[np.ndarray] = []
    done = threading.Event()
    thread = threading.Thread(target=_watch, args=(hub, reader, done, seen))
    thread.start()
    warm_until_us = int((time.time() + _WARM_UP_S) * _US)
    _publish(hub, population, rate, _WARM_UP_S + seconds)
    time.sleep(_SETTLE_S / 2)
    done.set()
    thread.join()
    reader.close()
    engine.communicate()
    pairs = np.concatenate(seen) if seen else np.zeros((0, 2), np.int64)
    counted = pairs[pairs[:, 0] >= warm_until_us]
    took_ms = (counted[:, 1] - counted[:, 0]) / 1000
    p50, p90, p99 = (float(np.percentile(took_ms, q)) for q in (50, 90, 99))
    return Latency(p50, p99, f"p50 {p50:.0f}, p90 {p90:.0f} ms over {len(took_ms):,} verdicts")


def _serving(hub: BenchHub, seconds: float) -> subprocess.Popen[str]:
    """An engine that has taken over and caught up."""
    engine = hub.engine("serve", str(seconds))
    assert engine.stdout is not None
    engine.stdout.readline()
    return engine


def _publish(hub: BenchHub, population: Population, rate: int, seconds: float) -> None:
    """Even small portions; a portion that is late is sent at once, so the rate holds on average."""
    portion, began = int(rate * _TICK_S), time.time()
    for tick in range(int(seconds / _TICK_S)):
        time.sleep(max(0.0, began + tick * _TICK_S - time.time()))
        who = population.rng.choice(len(population.tokens), portion, replace=False)
        versions = np.full(portion, int(time.time() * _US), np.int64)
        hub.load(BPJS_MEMBERSHIPS, population.tokens[who], population.snapshots(versions))
    hub.flush()


def _watch(hub: BenchHub, reader: KafkaReader, done: threading.Event, seen: list[np.ndarray]) -> None:
    """Collect (event time, time read) in microseconds of every verdict that a snapshot led to."""
    while not done.is_set():
        for batch in reader.consume(10_000, 0.005):
            now_us = int(time.time() * _US)
            rows = hub.codec.decode_batch(COVERAGE_PERSONS, [value or b"" for value in batch.values]).rows
            versions = rows["evidence"].field("bpjs").field("version").fill_null(0).to_numpy()
            seen.append(np.stack([versions, np.full(len(versions), now_us)], axis=1))
