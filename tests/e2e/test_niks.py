"""The search for NIKs finds one wherever it is planted, and nothing where only tokens and numbers are."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from prometheus_client import Counter

from monitoring.exporter import Exporter
from monitoring.liveness import Health
from monitoring.registry import process_registry
from schemas.codec import AvroCodec
from schemas.names import DTSEN_PERSONS, HUB_COMMANDS, HUB_QUARANTINE, HUB_STATE
from schemas.records import Headers, RecordBatch, TopicPartition
from schemas.sealing import SealingKey
from tests.e2e.niks import Niks, Place, of_files, of_processes, of_records, tokens_in
from tests.fakes.registry import MemoryRegistry
from tests.oracle.examples import ANA, person

NIK = "7471010101900000"
OTHER = "7471025508950000"
SOUGHT = Niks([NIK, OTHER])
CODEC = AvroCodec(MemoryRegistry())


def record(topic: str, key: bytes | None, value: bytes | None, headers: Headers | None = None) -> RecordBatch:
    at = np.array([7], np.int64)
    return RecordBatch(TopicPartition(topic, 0), [key], [value], at, at, {0: headers} if headers else {})


def found(batch: RecordBatch) -> set[str]:
    return set(SOUGHT.at(of_records(batch, CODEC.decode)))


@pytest.mark.parametrize(
    "content",
    [
        NIK,
        f"nik={NIK},",
        f"id{NIK}0000",
        f"99{OTHER}",
        NIK.encode(),
        b"\x00\x20" + NIK.encode() + b"\x00",
        NIK.encode("utf-16-le"),
        b"\xff" + NIK.encode("utf-16-be"),
        int(NIK),
        {"a": [{"b": ("x", int(NIK))}]},
        {NIK: 1},
        [None, True, json.dumps({"nik": NIK})],
        Path(f"/data/{NIK}.csv"),
    ],
)
def test_it_is_found_in_whatever_holds_it(content: object) -> None:
    assert SOUGHT.within(content)


@pytest.mark.parametrize(
    "content",
    [
        "",
        None,
        True,
        NIK[:-1],
        "7471010101900001",
        f"{NIK[:8]} {NIK[8:]}",
        1764039600123456,
        {"token": "65dd8a8cbcb2c42ef7a292475637141f"},
        b"\x00" * 64,
    ],
)
def test_nothing_else_is_found(content: object) -> None:
    assert not SOUGHT.within(content)


def test_as_a_number_among_bytes() -> None:
    for order in ("little", "big"):
        for before in range(9):
            assert SOUGHT.as_numbers(b"x" * before + int(NIK).to_bytes(8, order) + b"yz")
    assert not SOUGHT.as_numbers(b"")
    assert not SOUGHT.as_numbers(bytes(range(256)))


def test_in_a_log_a_name_and_any_other_file_but_what_is_left_out(tmp_path: Path) -> None:
    for name in ("logs/engine-0.log", "keys/token.key", "gateway/ledger.sqlite", f"run/{OTHER}.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("all is well\n")
    with (tmp_path / "logs/engine-0.log").open("a") as log:
        log.write(f"a line that quotes {NIK}\n")
    (tmp_path / "keys/token.key").write_text(NIK)
    (tmp_path / "gateway/ledger.sqlite").write_bytes(b"\x00" + NIK.encode() + b"\x00")
    assert set(SOUGHT.at(of_files(tmp_path, "keys"))) == {
        "file logs/engine-0.log",
        "file gateway/ledger.sqlite",
        f"file name run/{OTHER}.json",
    }


def test_in_what_a_process_shows(tmp_path: Path) -> None:
    registry, health = process_registry(), Health()
    Counter("events", "Events.", ["region"], registry=registry).labels(OTHER).inc()
    health.not_ready(f"restoring {NIK}")
    exporter = Exporter("engine-0", registry, health, run_dir=tmp_path / "run", started=1.0)
    exporter.start()
    try:
        assert set(SOUGHT.at(of_processes(tmp_path))) == {
            "/metrics of engine-0",
            "/healthz of engine-0",
            "/readyz of engine-0",
        }
    finally:
        exporter.stop()


@pytest.mark.parametrize("header", [{"batch": NIK.encode()}, {NIK: b"1"}])
def test_in_keys_values_and_headers_of_a_record(header: dict[str, bytes]) -> None:
    good = CODEC.encode(DTSEN_PERSONS, person())
    token = ANA.encode()
    assert found(record(DTSEN_PERSONS, token, good, {"batch": b"bps-1"})) == set()
    assert found(record(DTSEN_PERSONS, NIK.encode(), None)) == {"dtsen.persons: key"}
    assert found(record(DTSEN_PERSONS, token, b"\x07" + NIK.encode())) == {"dtsen.persons: value"}
    assert found(record(DTSEN_PERSONS, token, good, header)) == {"dtsen.persons: headers"}


def test_in_a_value_that_only_decoding_shows() -> None:
    hidden = CODEC.encode(DTSEN_PERSONS, person(version=int(NIK)))
    assert found(record(DTSEN_PERSONS, ANA.encode(), hidden)) == {"dtsen.persons: value decoded"}
    command: dict[str, Any] = {"kind": "SET_GUARD", "by": "x", "basis": f"keluhan {OTHER}", "payload": "{}"}
    value = CODEC.encode(HUB_COMMANDS, {**command, "issued_at": 0})
    assert found(record(HUB_COMMANDS, b"c-1", value)) == {
        "hub.commands: value",
        "hub.commands: value decoded",
    }


def test_in_a_block_of_the_state() -> None:
    sink = pa.BufferOutputStream()
    block = pa.RecordBatch.from_pydict({"token": [ANA], "dtsen_version": [int(NIK)]})
    with pa.ipc.new_stream(sink, block.schema) as writer:
        writer.write_batch(block)
    value = sink.getvalue().to_pybytes()
    assert found(record(HUB_STATE, b"rows", value)) == set()
    assert SOUGHT.as_numbers(b"\xff" + value)


def test_a_sealed_record_does_not_show_it() -> None:
    origin = b"dtsen.persons/0/7"
    sealed = SealingKey.generate().seal(NIK.encode(), origin)
    quarantined = {
        "topic": DTSEN_PERSONS,
        "partition": 0,
        "offset": 7,
        "reason": "INVALID_KEY",
        "detail": "",
        "batch": None,
        "schema_id": None,
        "sealed_key": sealed,
        "sealed_value": None,
        "key_id": "0" * 8,
        "recorded_at": 0,
    }
    assert found(record(HUB_QUARANTINE, origin, CODEC.encode(HUB_QUARANTINE, quarantined))) == set()
    shown = CODEC.encode(HUB_QUARANTINE, {**quarantined, "sealed_key": NIK})
    assert found(record(HUB_QUARANTINE, origin, shown)) == {
        "hub.quarantine: value",
        "hub.quarantine: value decoded",
    }


def test_places_are_counted_and_told_by_name_alone() -> None:
    places = [Place("a", NIK), Place("a", OTHER), Place("b", "x"), Place("c", [NIK])]
    counted = SOUGHT.at(places)
    assert counted == {"a": 2, "c": 1}
    assert NIK not in str(counted)


def test_tokens_in_a_text() -> None:
    tokens = {ANA.encode()}
    assert tokens_in(f"token={ANA} {ANA}".encode(), tokens) == 2
    assert tokens_in(f"{ANA}0 {'f' * 32}".encode(), tokens) == 0
