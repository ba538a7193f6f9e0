"""The workbench of quarantine on a real hub: from a bad release to everybody's right verdict."""

import json
import os
import pty
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from connectors.client import Publisher
from deploy.cli import main
from deploy.cluster import Cluster
from deploy.hub import child_environment
from schemas.events import PersonRanked
from schemas.ids import Nik, PersonToken
from schemas.names import DTSEN_PERSONS, HUB_QUARANTINE
from schemas.tokens import Tokenizer, TokenKey
from tests.broker.hub_world import Hub, running_hub
from tests.deploy.waiting import wait_until
from tests.oracle.examples import membership, person
from tests.streams.engine import laws

pytestmark = pytest.mark.broker

NIK = "7471010101900000"
TOKENS = [PersonToken.parse(f"{number:032x}") for number in range(1, 6)]
DECIDED = ("--basis", "surat BPS 12/2026", "--by", "Pusdatin")
BATCH = "bps-2026-1"
WHY = ("--purpose", "surat 12")


class Said(NamedTuple):
    """What a command has said."""

    code: int
    stdout: str
    stderr: str


class Operator:
    """Runs commands in this process, which is ten times sooner done than with one of their own."""

    def __init__(self, hub: Hub, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.hub, self._home, self._captured = hub, home, capfd

    def __call__(self, *arguments: str) -> Said:
        self._captured.readouterr()
        code = main(["quarantine", *arguments])
        return Said(code, *self._captured.readouterr())

    def listed(self, *options: str) -> list[dict[str, object]]:
        said = self("list", "--json", *options)
        assert said.code == 0, said.stderr
        return [json.loads(line) for line in said.stdout.splitlines()]

    def mend(self, origin: str, text: str) -> Said:
        file = self._home / "mended.json"
        file.write_text(text)
        return self("repair", origin, *WHY, "--with", str(file))

    def await_rejects(self, count: int) -> None:
        wait_until(lambda: sum(map(len, self.hub.data.read(HUB_QUARANTINE))) == count, "it is in quarantine")


@pytest.fixture
def hub(embedded: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with running_hub(embedded, tmp_path) as hub:
        TokenKey.generate(hub.data.home / "keys" / "token.key")
        for name, value in child_environment(hub.data.home, embedded).items():
            monkeypatch.setenv(name, value)
        yield hub


@pytest.fixture
def quarantine(hub: Hub, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Operator:
    return Operator(hub, tmp_path, capfd)


def ranked(**changed: object) -> PersonRanked:
    return PersonRanked.from_record({**person(decile=1), **changed, "batch": BATCH})


def publish_a_bad_release(hub: Hub) -> None:
    """Of five persons two are right, two live nowhere, and one has a null for a value."""
    cluster = hub.data.cluster
    connected = Publisher.connect(cluster.bootstrap_servers, cluster.registry_url)
    with connected as publisher, publisher.batch("BPS", "PART", batch_id=BATCH) as batch:
        for number, token in enumerate(TOKENS[:4]):
            batch.send(token, ranked(region="74.71" if number < 2 else "99.99"))
    hub.data.publish(DTSEN_PERSONS, [(TOKENS[4].hex, None)])
    hub.data.publish("bpjs.memberships", [(token.hex, membership()) for token in TOKENS])


def test_a_bad_release_is_mended_record_by_record(quarantine: Operator) -> None:
    hub = quarantine.hub
    publish_a_bad_release(hub)
    quarantine.await_rejects(3)
    null, *nowhere = sorted(quarantine.listed(), key=lambda each: str(each["reason"]))
    assert {each["reason"] for each in nowhere} == {"UNKNOWN_REGION"}
    assert [each["batch"] for each in nowhere] == [BATCH, BATCH]
    first, second = (str(each["origin"]) for each in nowhere)

    # Nothing has changed: an engine would reject them again, and so they stay.
    asked = quarantine("resend", "--batch", BATCH, *DECIDED)
    assert asked.code == 1, asked.stderr
    assert asked.stdout.count("UNKNOWN_REGION") == 2
    assert len(quarantine.listed("--state", "WAITING")) == 3

    # One is mended from a file, the other in an editor; whom it is about the second has got wrong.
    printed = quarantine("repair", first, *WHY, "--print")
    assert printed.code == 0, printed.stderr
    assert "wilayah tidak dikenal" in printed.stdout
    mended = printed.stdout.replace("99.99", "74.71")
    wrong = quarantine.mend(first, printed.stdout)
    assert wrong.code == 2
    assert "UNKNOWN_REGION" in wrong.stderr
    right = quarantine.mend(first, mended)
    assert right.code == 0, right.stderr
    other = quarantine("repair", second, *WHY, "--print").stdout
    token = next(each.hex for each in TOKENS if each.hex in other)
    about_nik = other.replace("99.99", "74.71").replace(f'"token": "{token}"', f'"nik": "{NIK}"')
    kept = quarantine.mend(second, about_nik)
    assert kept.code == 0, kept.stderr
    for file in (hub.data.home / "repairs").iterdir():
        assert NIK.encode() not in file.read_bytes()

    looked = quarantine("resend", "--batch", BATCH, "--dry-run", *DECIDED)
    assert "2 akan dikirim" in looked.stdout
    assert len(quarantine.listed("--state", "WAITING")) == 3
    sent = quarantine("resend", "--batch", BATCH, *DECIDED)
    assert sent.code == 0, sent.stderr
    assert "2 dikirim ke / sent to dtsen.persons" in sent.stdout
    assert "diterima / accepted: 2" in sent.stdout
    assert list((hub.data.home / "repairs").iterdir()) == []
    by_nik = Tokenizer(TokenKey.read(hub.data.home / "keys" / "token.key")).token(Nik.parse(NIK)).hex
    hub.data.await_drained()
    wait_until(lambda: by_nik in hub.data.published(), "who was mended is published")
    laws.published_equals_desired(hub.data.oracle(), hub.data.published())

    # Once more is refused, and does no harm where it is insisted on.
    twice = quarantine("resend", first, *DECIDED)
    assert twice.code == 2
    assert "decided about before" in twice.stderr
    again = quarantine("resend", first, "--again", *DECIDED)
    assert again.code == 1, again.stdout  # its draft is gone, and as it came it is bad

    gone = quarantine("discard", str(null["origin"]), *DECIDED)
    assert gone.code == 0, gone.stderr
    sums = {each["name"]: each for each in quarantine.listed("--sum", "batch")}
    assert sums[BATCH] == {
        "name": BATCH,
        "total": 2,
        "waiting": 0,
        "resent": 2,
        "discarded": 0,
        "receipt": 2,
    }
    assert hub.receipt(BATCH).quarantined == 2
    assert len(quarantine.listed("--state", "DISCARDED")) == 1
    shown = quarantine("show", first)
    assert "Pusdatin: surat BPS 12/2026" in shown.stdout
    trail = hub.jangkau("trail", token, "--purpose", "pengaduan 1")
    assert "karantina dibuka" in trail.stdout
    assert NIK not in "".join(path.read_text() for path in hub.data.home.glob("*.log"))


def test_an_editor_that_mends(hub: Hub, quarantine: Operator, tmp_path: Path) -> None:
    """The editor is a program like any; the terminal is one that `script` makes."""
    publish_a_bad_release(hub)
    quarantine.await_rejects(3)
    origin = str(quarantine.listed("--reason", "UNKNOWN_REGION")[0]["origin"])
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\ngrep -q "# ! " "$1" && sed -i s/99.99/74.71/ "$1" || echo >> "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    done = in_terminal(
        hub, f"quarantine repair {origin} --purpose surat", {"EDITOR": str(editor), "VISUAL": ""}, "y\n"
    )
    assert "not right yet" in done
    assert "UNKNOWN_REGION" in done
    assert "Disimpan / kept" in done
    sent = quarantine("resend", origin, *DECIDED)
    assert "diterima / accepted: 1" in sent.stdout, sent.stderr


def in_terminal(hub: Hub, command: str, environment: dict[str, str], typed: str) -> str:
    """What a command says on a terminal of its own, where ``typed`` is typed."""
    argv = [sys.executable, "-m", "jangkau", *command.split()]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(argv[0], argv, hub.environment(**environment))
    os.write(terminal, typed.encode())
    said = b""
    while True:
        try:
            read = os.read(terminal, 4096)
        except OSError:  # the terminal's end
            break
        if not read:
            break
        said += read
    os.waitpid(pid, 0)
    os.close(terminal)
    return said.decode("utf-8", "replace")


def test_what_is_not_there(quarantine: Operator) -> None:
    unknown = quarantine("discard", "dtsen.persons/0/9999", *DECIDED)
    assert unknown.code == 2
    assert "not in quarantine" in unknown.stderr
    nothing = quarantine("resend", "--batch", "never-seen", *DECIDED)
    assert (nothing.code, nothing.stdout) == (0, "Tidak ada yang menunggu. / Nothing waits.\n")
