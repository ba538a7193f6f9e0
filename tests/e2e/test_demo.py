"""The demo as a newcomer types it, in small: a real hub, a year's beginning, the check; and Ctrl-C."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.producer import KafkaPlainProducer
from connectors.kafka.reader import KafkaReader
from deploy.query.access import codec
from deploy.supervision.hub import hub_cluster
from deploy.supervision.record import HubRecord, RunFolder
from schemas.catalog import load_catalog
from schemas.masking import MASK
from schemas.names import DTSEN_PERSONS, HUB_QUARANTINE
from schemas.records import Outgoing, TopicPartition
from schemas.tokens import Tokenizer, TokenKey
from tests.deploy.waiting import wait_until
from tests.e2e.commands import environment
from tests.e2e.niks import Niks, Place, of_files, of_processes, on_topics, tokens_in

pytestmark = [pytest.mark.broker, pytest.mark.timeout(600)]

_SMALL = ("--population", "0.5%", "--months", "1", "--seed", "5")
_SIXTEEN_DIGITS = re.compile(r"(?<![0-9a-f])[0-9]{16}(?![0-9a-f])")


def _jangkau(data_dir: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "jangkau", *arguments]
    return subprocess.run(
        argv, env=environment(data_dir), capture_output=True, text=True, check=False, input=given
    )


def _record(data_dir: Path) -> HubRecord | None:
    return RunFolder(data_dir / "demo" / "run").read()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A demo that was played to its end, its hub kept running, and what it printed."""
    data_dir = tmp_path_factory.mktemp("played")
    done = _jangkau(data_dir, "demo", *_SMALL, "--keep")
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        yield data_dir, done.stdout + done.stderr
    finally:
        _jangkau(data_dir / "demo", "down")


def test_a_demo_ends_with_everything_right(played: tuple[Path, str]) -> None:
    _, said = played
    assert "Semua benar. / Everything is right." in said
    assert "✗" not in said
    assert "2025-04  berhak/eligible" in said
    assert "Kota Kendari" in said
    assert not _SIXTEEN_DIGITS.search(said)


def _people(demo: Path) -> tuple[list[str], set[bytes]]:
    """NIKs and tokens of everybody in the ledger, those DTSEN knows first, by the demo's own key."""
    tables = [pq.read_table(demo / "ledger" / f"{name}.parquet") for name in ("persons", "memberships")]
    tokens = list(dict.fromkeys(token for table in tables for token in table["token"].to_pylist()))
    raw = np.frombuffer(bytes.fromhex("".join(tokens)), np.uint8).reshape(-1, 16)
    niks = Tokenizer(TokenKey.read(demo / "keys" / "token.key")).niks(raw).to_pylist()
    return niks, {token.encode() for token in tokens}


def _ask_about(demo: Path, niks: list[str]) -> str:
    """What people do with NIKs, rightly and wrongly; gives what they saw but for the answers' own words."""
    seen = _jangkau(demo, "explain", "-", "--purpose", "mencoba demo", given=niks[0] + "\n")
    assert seen.returncode == 0, seen.stderr
    wrong = _jangkau(demo, "explain", "-", "--purpose", f"tentang {niks[1]}", given=niks[1] + "\n")
    assert wrong.returncode == 2
    scopes = [part for scope in ("persons:explain", "events:write") for part in ("--scope", scope)]
    bearer = _jangkau(demo, "token", "--agency", "BPS", "--region", "74", *scopes)
    assert bearer.returncode == 0, bearer.stderr
    url = (demo / "gateway" / "url").read_text("utf-8").strip()
    headers = {"Authorization": f"Bearer {bearer.stdout.strip()}", "X-Request-Id": niks[2]}
    with httpx.Client(base_url=url, headers=headers, trust_env=False) as client:
        found = client.post("/persons/lookup", json={"person": niks[2], "purpose": "mencoba demo"})
        assert found.status_code == 200, found.text
        client.post("/persons/lookup", json={"person": niks[3], "purpose": f"tentang {niks[3]}"})
        client.get(f"/persons/{niks[4]}?nik={niks[4]}")
        client.post("/events", content=f'{{"subject": "{niks[5]}"', headers={"Content-Type": "text/plain"})
    return seen.stdout + seen.stderr + wrong.stdout + wrong.stderr + found.text


def _publish_a_nik(demo: Path, nik: str) -> None:
    """As a publisher does that knows nothing of tokens; waits until it is in quarantine."""
    config = KafkaConfig(hub_cluster(demo).bootstrap_servers)
    with closing(KafkaPlainProducer(config)) as producer:
        target = TopicPartition(DTSEN_PERSONS, 0)
        raw = [nik.encode()]
        producer.produce(Outgoing(target, raw, [json.dumps({"nik": nik}).encode()], [{"batch": raw[0]}]))
        assert producer.flush(30) == 0

    def sealed() -> bool:
        listed = _jangkau(demo, "quarantine", "list", "--reason", "INVALID_KEY", "--json")
        assert listed.returncode == 0, listed.stderr
        return MASK in listed.stdout

    wait_until(sealed, "the record with a raw NIK is in quarantine")


def test_no_nik_of_a_demo_is_anywhere(played: tuple[Path, str]) -> None:
    data_dir, said = played
    demo = data_dir / "demo"
    people, tokens = _people(demo)
    assert len(people) > 10_000
    niks = Niks(people)
    seen = _ask_about(demo, people)
    _publish_a_nik(demo, people[6])
    cluster = hub_cluster(demo)
    config = KafkaConfig(cluster.bootstrap_servers)
    with closing(KafkaReader(config)) as reader:
        found, looked = on_topics(niks, reader, KafkaAdmin(config), codec(cluster))
    # Where the publisher itself has put it, and nowhere else: of the hub's own topics not even the sealed.
    assert found == {f"{DTSEN_PERSONS}: {part}": 1 for part in ("key", "value", "headers")}
    assert looked.keys() >= load_catalog().keys() - {"hub.holds", "hub.repairs"}
    assert looked[HUB_QUARANTINE] > 10
    shown = list(of_processes(demo))
    assert {place.name for place in shown} >= {
        f"/metrics of {name}" for name in ("control", "engine-0", "gateway")
    }
    files = list(of_files(demo, "embedded", "keys"))
    logs = [place for place in files if place.name.startswith("file logs/")]
    assert len(logs) >= 6
    assert niks.at([*shown, *files, Place("what was printed", said), Place("what was seen", seen)]) == {}
    assert sum(tokens_in(log.content, tokens) for log in logs if isinstance(log.content, bytes)) == 0


def test_a_command_is_followed_through_all_logs_by_its_id(played: tuple[Path, str]) -> None:
    demo = played[0] / "demo"
    bearer = _jangkau(demo, "token", "--scope", "commands:write")
    asked = httpx.post(
        (demo / "gateway" / "url").read_text("utf-8").strip() + "/commands",
        json={"kind": "SET_GUARD", "basis": "uji", "payload": {"regency": "74.71", "persons": 400}},
        headers={"Authorization": f"Bearer {bearer.stdout.strip()}", "X-Request-Id": "follow-this-one"},
        trust_env=False,
    )
    assert asked.status_code == 200, asked.text
    identity = asked.json()["command"]

    def lines(process: str) -> list[str]:
        log = (demo / "logs" / f"{process}.log").read_text("utf-8")
        return [line for line in log.splitlines() if identity in line]

    wait_until(lambda: bool(lines("engine-0")), "the engine has folded what was decided")
    sent, answered = lines("gateway")
    assert "command sent  " in sent
    assert "result=ACCEPTED" in answered
    assert all("request=follow-this-one" in line for line in (sent, answered))
    decided, *_, told = lines("control")
    assert "guard limit set  " in decided
    assert "command answered  " in told
    (folded,) = lines("engine-0")
    assert "folded: guard limit set  " in folded
    event = re.search(r"event=[0-9a-f]{32}", decided)
    assert event
    assert event[0] in folded


def test_the_commands_it_ends_with_work_on_the_hub_it_keeps(played: tuple[Path, str]) -> None:
    data_dir, said = played
    token = re.search(r"explain ([0-9a-f]{32})", said)
    assert token
    explained = _jangkau(data_dir / "demo", "explain", token[1], "--purpose", "mencoba demo")
    assert explained.returncode == 0, explained.stderr
    assert "inpres-8-2025" in explained.stdout
    listed = _jangkau(data_dir / "demo", "quarantine", "list")
    assert listed.returncode == 0, listed.stderr
    assert "INVALID_DECILE" in listed.stdout


def test_another_demo_does_not_touch_the_hub_that_runs(played: tuple[Path, str]) -> None:
    data_dir, _ = played
    again = _jangkau(data_dir, "demo", *_SMALL)
    assert again.returncode == 1
    assert "jangkau down" in again.stderr
    assert (data_dir / "demo" / "ledger" / "persons.parquet").exists()


def test_a_wrong_verdict_planted_makes_the_demo_fail(played: tuple[Path, str], tmp_path: Path) -> None:
    data_dir, _ = played
    for name in ("ledger", "recorded"):
        (tmp_path / "demo" / name).parent.mkdir(exist_ok=True)
        subprocess.run(["cp", "-r", data_dir / "demo" / name, tmp_path / "demo" / name], check=True)
    assert _jangkau(tmp_path, "demo", "--check").returncode == 0
    file = next((tmp_path / "demo" / "recorded" / "coverage").glob("*.parquet"))
    table = pq.read_table(file)
    rows = table.to_pylist()
    flipped = max((row for row in rows if row["verdicts"]), key=lambda row: (row["partition"], row["offset"]))
    verdict = flipped["verdicts"][0]
    verdict["status"] = flipped["status"] = "COVERED" if verdict["status"] == "GAP" else "GAP"
    pq.write_table(pa.Table.from_pylist(rows, table.schema), file)
    checked = _jangkau(tmp_path, "demo", "--check")
    assert checked.returncode == 1
    assert "✗" in checked.stdout
    assert flipped["token"] in checked.stdout


def test_there_must_be_something_to_check(tmp_path: Path) -> None:
    done = _jangkau(tmp_path, "demo", "--check")
    assert done.returncode == 2
    assert "no finished demo" in done.stderr


@pytest.mark.parametrize("share", ["0%", "101%", "sedikit"])
def test_a_share_that_is_none_is_refused(tmp_path: Path, share: str) -> None:
    done = _jangkau(tmp_path, "demo", "--population", share)
    assert done.returncode == 2
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("moment", ["starting Kafka", "preparing topics", "all processes are started"])
def test_ctrl_c_stops_everything_at_any_moment(tmp_path: Path, moment: str) -> None:
    out = tmp_path / "said"
    with out.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "jangkau", "demo", *_SMALL],
            env=environment(tmp_path),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until(lambda: moment in out.read_text("utf-8"), f"the demo says {moment!r}")
            record = _record(tmp_path)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130, out.read_text("utf-8")
        finally:
            process.kill()
            process.wait()
    assert record is not None
    assert not record.supervisor.alive()
    assert not any(child.identity and child.identity.alive() for child in record.processes)
    assert "Traceback" not in out.read_text("utf-8")
