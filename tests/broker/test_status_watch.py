"""status, watch, quarantine and explain on a real broker and registry, through the command itself."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.kafka import KafkaAdmin, KafkaConfig, KafkaPlainProducer, KafkaReader, TopicLayout
from deploy.cli import main
from deploy.cluster import Cluster
from deploy.embedded import EmbeddedStack
from schemas.catalog import load_catalog
from schemas.codec import AvroCodec
from schemas.events import Answer, Lookup, WireRecord
from schemas.ids import Nik
from schemas.names import (
    COVERAGE_REGIONS,
    DTSEN_PERSONS,
    HUB_ANSWERS,
    HUB_CONTROL,
    HUB_LOOKUPS,
    HUB_QUARANTINE,
)
from schemas.records import Outgoing, TopicPartition
from schemas.registry import SchemaRegistry
from schemas.sealing import SealingKey
from schemas.tokens import Tokenizer, TokenKey
from tests.fakes.explanations import gap_explanation
from tests.fakes.hub_topics import business_date, quarantined
from tests.fakes.totals import directive_totals, region_totals

pytestmark = pytest.mark.broker

_PARTITIONS = 2
_DEADLINE_S = 60.0
_NIK = "7471010101900000"


class Hub:
    """A cluster with the hub's topics, written to as publishers, engines and control would."""

    def __init__(self, cluster: Cluster, data_dir: Path) -> None:
        self.cluster = cluster
        self.data_dir = data_dir
        self.config = KafkaConfig(cluster.bootstrap_servers)
        self.codec = AvroCodec(SchemaRegistry(cluster.registry_url))
        self._producer = KafkaPlainProducer(self.config)
        (data_dir / "keys").mkdir()
        self.tokens = Tokenizer(TokenKey.generate(data_dir / "keys" / "token.key"))
        self.sealing = SealingKey.generate()
        self.sealing.write(data_dir / "keys" / "sealing.key")
        layouts = [
            TopicLayout(spec.name, spec.partition_count(_PARTITIONS), 1, dict(spec.config))
            for spec in load_catalog().values()
        ]
        KafkaAdmin(self.config).create(layouts)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "JANGKAU_DATA_DIR": str(self.data_dir),
            "JANGKAU_KAFKA__BOOTSTRAP_SERVERS": self.cluster.bootstrap_servers,
            "JANGKAU_REGISTRY__URL": self.cluster.registry_url,
        }

    def put(self, topic: str, key: str | None, value: WireRecord, partition: int = 0) -> None:
        self.put_raw(topic, partition, key, self.codec.encode(topic, value.to_record()))

    def put_raw(self, topic: str, partition: int, key: str | None, value: bytes) -> None:
        keys = None if key is None else [key.encode()]
        self._producer.produce(Outgoing(TopicPartition(topic, partition), keys, [value]))
        assert self._producer.flush(_DEADLINE_S) == 0


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A stack of its own: these commands look at the hub's real topic names."""
    with EmbeddedStack(tmp_path_factory.mktemp("stack"), say=print) as stack:
        cluster = Cluster(stack.bootstrap_servers, stack.registry_url)
        yield Hub(cluster, tmp_path_factory.mktemp("data"))


@pytest.fixture(autouse=True)
def _settings(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in hub.environment.items():
        monkeypatch.setenv(name, value)


def _status(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    main(["status", "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_status_of_a_cluster_whose_engines_do_not_run(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 1
    assert "no business date yet" in capsys.readouterr().out
    for number in range(5):
        hub.put_raw(DTSEN_PERSONS, 1, f"{number:032x}", b"waiting")
    hub.put(HUB_CONTROL, None, business_date(date(2026, 3, 1)))
    hub.put(COVERAGE_REGIONS, "ID", region_totals("NATION", directive_totals(10, 6, target=8)))
    found = _status(capsys)
    behind = next(part for part in found["lag"] if part["topic"] == DTSEN_PERSONS and part["partition"] == 1)
    assert (behind["position"], behind["records"], behind["readable"]) == (0, 5, 5)
    assert behind["seconds"] is not None
    assert found["business_date"] == "2026-03-01"
    assert found["nation"][0]["covered"] == 6
    assert found["status"] == "HEALTHY"


def test_lag_follows_the_engines_committed_position(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    from confluent_kafka import Consumer
    from confluent_kafka import TopicPartition as KafkaPartition

    hub.put_raw(DTSEN_PERSONS, 0, "0" * 32, b"a")
    hub.put_raw(DTSEN_PERSONS, 0, "0" * 32, b"b")
    group = Consumer({"bootstrap.servers": hub.cluster.bootstrap_servers, "group.id": "jangkau-engine"})
    group.commit(offsets=[KafkaPartition(DTSEN_PERSONS, 0, 1)], asynchronous=False)
    group.close()
    part = next(
        part for part in _status(capsys)["lag"] if part["topic"] == DTSEN_PERSONS and part["partition"] == 0
    )
    assert (part["position"], part["records"]) == (1, 1)


def test_quarantine_list_and_show(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    for offset, reason in ((7, "UNDECODABLE"), (8, "INVALID_KEY")):
        record = quarantined(hub.sealing, offset=offset, reason=reason, key=_NIK.encode())
        hub.put(HUB_QUARANTINE, f"{DTSEN_PERSONS}/1/{offset}", record)
    assert main(["quarantine", "list", "--reason", "INVALID_KEY", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["origin"] for line in listed] == [f"{DTSEN_PERSONS}/1/8"]
    assert main(["quarantine", "show", f"{DTSEN_PERSONS}/1/7"]) == 0
    shown = capsys.readouterr().out
    assert "not avro" in shown
    assert "isi tidak terbaca" in shown
    assert _NIK not in shown
    revealing = ["quarantine", "show", f"{DTSEN_PERSONS}/1/7", "--reveal", "--purpose", "repair"]
    assert main(revealing) == 0
    assert _NIK in capsys.readouterr().out
    assert main(["quarantine", "show", f"{DTSEN_PERSONS}/1/99"]) == 2


def test_watch_once_shows_a_province(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    hub.put(COVERAGE_REGIONS, "74.71", region_totals("REGENCY", directive_totals(1000, 400, target=800)))
    hub.put(COVERAGE_REGIONS, "73.71", region_totals("REGENCY", directive_totals(500, 5)))
    assert main(["watch", "--once", "--region", "74"]) == 0
    out = capsys.readouterr().out
    assert "Kota Kendari" in out
    assert "50,0 %" in out
    assert "Makassar" not in out


def test_watch_follows_and_leaves_cleanly_on_ctrl_c(hub: Hub) -> None:
    hub.put(COVERAGE_REGIONS, "74.72", region_totals("REGENCY", directive_totals(1000, 100)))
    watching = subprocess.Popen(
        [sys.executable, "-u", "-m", "jangkau", "watch", "--region", "74.72"],
        env={**os.environ, **hub.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stdout is not None
    try:
        _await_line(watching.stdout, " 100 ")
        hub.put(COVERAGE_REGIONS, "74.72", region_totals("REGENCY", directive_totals(1000, 250)))
        _await_line(watching.stdout, " 250 ")
        watching.send_signal(signal.SIGINT)
        _, errors = watching.communicate(timeout=_DEADLINE_S)
    finally:
        watching.kill()
    assert watching.returncode == 0
    assert errors == ""


def test_explain_asks_with_the_token_and_prints_the_answer(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    with _answering(hub, json.dumps(gap_explanation())) as questions:
        assert main(["explain", _NIK, "--purpose", "pengaduan 12", "--by", "loket 3"]) == 0
    out = capsys.readouterr().out
    assert "BELUM TERLINDUNGI, kurang JKM" in out
    assert "Kota Kendari" in out
    key, question = questions[0]
    assert key == hub.tokens.token(Nik.parse(_NIK)).hex.encode()
    assert (question.purpose, question.by) == ("pengaduan 12", "loket 3")


@contextmanager
def _answering(hub: Hub, explanation: str) -> Iterator[list[tuple[bytes, Lookup]]]:
    """Stands where an engine stands between hub.lookups and hub.answers."""
    reader, admin = KafkaReader(hub.config), KafkaAdmin(hub.config)
    partitions = [TopicPartition(HUB_LOOKUPS, number) for number in range(_PARTITIONS)]
    reader.assign({at: admin.high_watermark(at) for at in partitions})
    seen: list[tuple[bytes, Lookup]] = []
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            for batch in reader.consume(10, 0.2):
                for key, value in zip(batch.keys, batch.values, strict=True):
                    lookup = Lookup.from_record(hub.codec.decode(HUB_LOOKUPS, value or b""))
                    seen.append((key or b"", lookup))
                    answer = Answer(lookup.lookup, True, explanation, datetime.now(UTC))
                    hub.put(HUB_ANSWERS, (key or b"").decode(), answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()
        reader.close()


def _await_line(lines: Any, part: str) -> None:
    until = time.monotonic() + _DEADLINE_S
    while time.monotonic() < until:
        if part in lines.readline():
            return
    raise AssertionError(f"no line with {part!r}")
