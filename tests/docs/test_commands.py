"""Command lines on the pages are taken as they stand by the command, without being run."""

from pathlib import Path

import click
import pytest

from deploy.cli.group import COMMANDS, cli
from tests.docs.pages import ROOT, Page, page, pages

SHOWN = [(one.name, call) for one in pages() for call in one.shown_calls()]
NAMED = [(one.name, call) for one in pages() for call in one.named_calls()]
_FILES = (".csv", ".json", ".yaml", ".parquet")


def resolve(arguments: list[str]) -> tuple[click.Command, list[str]]:
    """The command that is meant and what is left for it; placeholders end the way down."""
    command: click.Command = cli
    left = list(arguments)
    while isinstance(command, click.Group) and left and not left[0].startswith(("-", "…", "COMMAND")):
        name = left.pop(0)
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"no such command: {name}"
        command = found
    return command, left


def ident(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize(("where", "call"), SHOWN, ids=ident)
def test_a_call_in_a_code_block_is_complete(
    where: str, call: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for word in call:
        if word.endswith(_FILES):
            file = tmp_path / word
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
    command, left = resolve(call)
    assert not isinstance(command, click.Group), where
    command.make_context(command.name, left)


@pytest.mark.parametrize(("where", "call"), NAMED, ids=ident)
def test_a_call_within_a_sentence_names_what_there_is(where: str, call: list[str]) -> None:
    command, left = resolve(call)
    options = {option for each in command.get_params(click.Context(command)) for option in each.opts}
    used = {word.partition("=")[0] for word in left if word.startswith("--")}
    assert used <= options, where


def test_a_wrong_call_is_noticed() -> None:
    with pytest.raises(AssertionError, match="no such command"):
        resolve(["dawn"])
    command, left = resolve(["up", "--engine", "two"])
    with pytest.raises(click.UsageError):
        command.make_context(command.name, left)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_on_some_page(name: str) -> None:
    called = [call for _, call in [*SHOWN, *NAMED] if call[:1] == [name]]
    assert called, f"no page says `jangkau {name}`"
    command, _ = resolve([name])
    if isinstance(command, click.Group):
        text = page("docs/operators.md").text
        for part in command.commands:
            assert f"{name} {part}" in text


@pytest.mark.parametrize("one", pages(), ids=lambda one: one.name)
def test_make_targets_that_are_named_exist(one: Page) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    lines = [line.strip() for code in one.fences("", "sh") for line in code.splitlines()]
    for code in [*one.inline, *lines]:
        words = code.split()
        if words[:1] == ["make"] and words[1:]:
            assert f"\n{words[1]}:" in makefile, code
