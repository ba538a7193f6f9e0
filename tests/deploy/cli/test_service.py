"""How a service logs, and how it says why it ends; each in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import environment

_RUN = """
import sys
from deploy.cli.rendering import run_command
from deploy.cli.service import service
from deploy.settings import load_settings
from schemas.errors import InvalidInput, Refused, Retryable
import click

@click.command()
def run():
    with service("engine-0", load_settings()):
        {raises}

sys.exit(run_command(run, []))
"""


def ended(folder: Path, raises: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A service that ends in this way."""
    given = {**environment(folder), "JANGKAU_DEBUG": "0", **settings}
    argv = [sys.executable, "-c", _RUN.format(raises=raises)]
    return subprocess.run(argv, env=given, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("raises", "code"),
    [
        ("raise Refused('going on would be guessing', remedy='ask an operator')", 3),
        ("raise Retryable('Kafka is away', remedy='ask an operator')", 1),
        ("raise InvalidInput('no such time zone', remedy='ask an operator')", 2),
    ],
)
def test_what_ends_it_is_its_last_line_and_its_exit_code(tmp_path: Path, raises: str, code: int) -> None:
    done = ended(tmp_path, raises, JANGKAU_LOG__FORMAT="json")
    assert done.returncode == code, done.stderr
    last = json.loads(done.stderr.splitlines()[-1])
    assert (last["level"], last["process"], last["exit_code"]) == ("ERROR", "engine-0", code)
    assert last["message"] in raises
    assert last["remedy"] == "ask an operator"
    assert last["error"] in raises


def test_a_fault_of_the_program_is_told_by_kind_and_place(tmp_path: Path) -> None:
    done = ended(tmp_path, "raise KeyError('rahasia')")
    assert done.returncode == 1
    assert "rahasia" not in done.stderr
    assert "a fault of the program  exit_code=1 error=" in done.stderr
    assert "KeyError in <string>, line " in done.stderr


def test_a_service_that_ends_well_says_nothing_of_it(tmp_path: Path) -> None:
    done = ended(tmp_path, "pass")
    assert (done.returncode, done.stderr) == (0, "")


def test_only_what_needs_somebody_is_written_if_the_settings_say_so(tmp_path: Path) -> None:
    says = "import logging; logging.getLogger('x').info('quiet'); logging.getLogger('x').warning('loud')"
    done = ended(tmp_path, says, JANGKAU_LOG__LEVEL="WARNING")
    assert "loud" in done.stderr
    assert "quiet" not in done.stderr


def test_a_form_that_is_none_is_said_before_anything_runs(tmp_path: Path) -> None:
    done = ended(tmp_path, "pass", JANGKAU_LOG__FORMAT="xml")
    assert done.returncode == 2
    assert "JANGKAU_LOG__FORMAT" in done.stderr
