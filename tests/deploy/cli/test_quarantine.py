"""`jangkau quarantine`: what is refused before any broker is asked, and which records the options mean."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from deploy.cli import main
from deploy.cli.quarantine_filters import filters, named
from deploy.query.quarantine import Wanted
from schemas.errors import InvalidInput

DECIDED = ("--basis", "surat 12", "--by", "Pusdatin")


@pytest.fixture(autouse=True)
def _empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JANGKAU_KAFKA__BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.delenv("JANGKAU_REGISTRY__URL", raising=False)
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))


def meant(*options: str) -> Wanted:
    """What a command with these options is given."""
    found: list[Wanted] = []

    @click.command()
    @filters
    def command(wanted: Wanted) -> None:
        found.append(wanted)

    done = CliRunner().invoke(command, options, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return found[0]


def test_options_say_which_are_meant() -> None:
    assert meant() == Wanted()
    assert meant("--agency", "BPJSTK", "--reason", "NULL_VALUE", "--batch", "b") == Wanted(
        topic="bpjs.memberships", reason="NULL_VALUE", batch="b"
    )
    assert meant("--topic", "hub.commands") == Wanted(topic="hub.commands")


def test_a_day_is_jakartas() -> None:
    wanted = meant("--since", "2026-03-02", "--until", "2026-03-02T19:00:00+00:00")
    assert wanted.since == datetime(2026, 3, 1, 17, tzinfo=UTC)
    assert wanted.until == datetime(2026, 3, 2, 19, tzinfo=UTC)


@pytest.mark.parametrize("options", [("--since", "kemarin"), ("--topic", "hub.commands", "--agency", "BPS")])
def test_what_the_options_cannot_mean(options: Sequence[str]) -> None:
    with pytest.raises(InvalidInput):
        meant(*options)


def test_names_or_options_and_not_all_by_default() -> None:
    assert named(["a/1/02"], Wanted()) == Wanted(origins=frozenset({"a/1/2"}))
    assert named([], Wanted(batch="b")) == Wanted(batch="b")
    for origins, wanted in (([], Wanted()), (["a/1/2"], Wanted(batch="b")), (["a"], Wanted())):
        with pytest.raises(InvalidInput):
            named(origins, wanted)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["resend", *DECIDED], "which records are meant"),
        (["resend", "dtsen.persons", *DECIDED], "topic/partition/offset"),
        (["discard", "--batch", "b", "--basis", "tentang 7471010101900000"], "16 digits"),
        (["discard", "--batch", "b", "--basis", " "], "basis"),
        (["repair", "dtsen.persons/1/2", "--purpose", " "], "purpose must be stated"),
        (["show", "dtsen.persons/1/2", "--reveal"], "purpose must be stated"),
        (["repair", "dtsen.persons/1/2", "--purpose", "surat"], "sealing"),
    ],
)
def test_refused_before_anything_is_read(
    arguments: Sequence[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["quarantine", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "7471010101900000" not in error
