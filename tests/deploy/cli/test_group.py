import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from deploy.cli.group import COMMANDS, INTERNAL, cli, main
from deploy.cli.rendering import run_command
from deploy.errors import HubNotRunning, ToolMissing
from schemas.errors import InvalidInput, Refused


@pytest.mark.parametrize("name", [*COMMANDS, *INTERNAL])
def test_every_command_of_the_table_is_there_and_explains_itself(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    assert command.help


def test_the_help_lists_every_command_without_loading_any() -> None:
    code = "import sys, deploy.cli.group as m; m.main(['--help']); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", done.stdout, re.MULTILINE)
    loaded = done.stdout.splitlines()[-1].split()
    assert "deploy.cli.group" in loaded
    assert not {"faust", "confluent_kafka", "pyarrow", "duckdb", "deploy.cli.up"} & set(loaded)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (HubNotRunning("no hub", remedy="start one"), 1),
        (InvalidInput("no date", remedy="give one"), 2),
        (ToolMissing("no Maven", remedy="install it"), 2),
        (Refused("the log is too short", remedy="rebuild"), 3),
    ],
)
def test_an_error_is_a_message_a_remedy_and_a_code(
    error: InvalidInput, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def failing() -> None:
        raise error

    assert run_command(failing, []) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [f"jangkau: {error}", f"  → {error.remedy}"]


def test_a_fault_of_ours_shows_its_place_but_neither_data_nor_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def failing() -> None:
        raise ValueError("7471010101900000")

    monkeypatch.delenv("JANGKAU_DEBUG", raising=False)
    assert run_command(failing, []) == 1
    err = capsys.readouterr().err
    assert "ValueError in test_group.py, line" in err
    assert "7471010101900000" not in err
    assert "Traceback" not in err


def test_an_interrupt_is_130_and_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    def interrupted() -> None:
        raise KeyboardInterrupt

    assert run_command(interrupted, []) == 130
    assert main(["no-such-command"]) == 2
    assert "No such command" in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_not_complained_about() -> None:
    command = f"{sys.executable} -m jangkau --help | true; exit 0"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_down_and_reset_without_a_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JANGKAU_DATA_DIR", str(tmp_path))
    assert main(["down"]) == 0
    assert "no hub runs" in capsys.readouterr().out
    for name in ("embedded", "logs", "keys", "artifacts"):
        (tmp_path / name).mkdir()
    assert main(["reset"]) == 2
    assert "reset --yes" in capsys.readouterr().err
    assert main(["reset", "--yes"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["artifacts", "keys"]
