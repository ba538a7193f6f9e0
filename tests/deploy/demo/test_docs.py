"""The pages of the demo and the loader name every option, column and reason there is."""

from pathlib import Path

import click
import pytest

from connectors.files import chunks, columns, edge, memberships
from connectors.files.vocabulary import FIELDS
from deploy.cli.demo import demo
from deploy.cli.load import SOME_REJECTED, load

_DOCS = Path(__file__).parents[3] / "docs"
_REASONS = (
    chunks.BROKEN_ROW,
    chunks.BAD_ENCODING,
    columns.MISSING_VALUE,
    columns.INVALID_VALUE,
    edge.INVALID_NIK,
    memberships.INCONSISTENT,
    memberships.OTHER_ROW_REJECTED,
)


def _options(command: click.Command) -> list[str]:
    return [option for parameter in command.params for option in parameter.opts if option.startswith("--")]


@pytest.mark.parametrize("option", _options(demo))
def test_the_demo_page_names_every_option(option: str) -> None:
    assert f"`{option}`" in (_DOCS / "demo.md").read_text("utf-8")


@pytest.mark.parametrize("option", _options(load))
def test_the_loader_page_names_every_option(option: str) -> None:
    assert option in (_DOCS / "loader.md").read_text("utf-8")


@pytest.mark.parametrize(
    "name",
    [*sorted({name for fields in FIELDS.values() for name in fields}), *_REASONS],
)
def test_the_loader_page_names_every_column_and_reason(name: str) -> None:
    assert f"`{name}`" in (_DOCS / "loader.md").read_text("utf-8")


def test_the_loader_page_gives_the_exit_code() -> None:
    assert f"| {SOME_REJECTED} | some rows were rejected" in (_DOCS / "loader.md").read_text("utf-8")
