"""Every field a line is given is one of the list, and none has a name that logging has taken."""

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitoring.logs.fields import FIELDS, IDS, WRITTEN

ROOT = Path(__file__).parents[3]
ROOMS = ("schemas", "monitoring", "streams", "connectors", "deploy", "jangkau")
_LEVELS = ("debug", "info", "warning", "error", "exception", "critical", "log")


def given(call: ast.Call, within: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Names written out in the ``extra`` of a call, also by way of a dictionary made before it."""
    made = {
        target.id: node.value
        for node in ast.walk(within)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def names(node: ast.expr | None) -> Iterator[str]:
        if isinstance(node, ast.Name):
            node = made.get(node.id)
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is None:
                    yield from names(value)
                elif isinstance(key, ast.Constant):
                    yield str(key.value)

    for keyword in call.keywords:
        if keyword.arg == "extra":
            yield from names(keyword.value)
        elif getattr(call.func, "id", "") == "correlated" and keyword.arg is not None:
            yield keyword.arg


def calls(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line and names of each call that writes a line or gives ids to lines."""
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and (
                    getattr(node.func, "attr", "") in _LEVELS or getattr(node.func, "id", "") == "correlated"
                ):
                    yield node.lineno, list(given(node, function))


def test_every_field_that_is_given_is_on_the_list() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}": names
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for line, names in calls(path.read_text("utf-8"))
        if names
    }
    assert len(found) >= 20, "the search must find the calls"
    assert {at: strange for at, names in found.items() if (strange := set(names) - WRITTEN)} == {}


def test_the_search_sees_what_is_not_on_the_list() -> None:
    text = 'def f():\n one = {"nik": 1}\n log.info("x", extra={**one, "batch": 2})\n correlated(person=1)\n'
    assert list(calls(text)) == [(3, ["nik", "batch"]), (4, ["person"])]


def test_no_field_has_a_name_that_logging_or_a_line_has_taken() -> None:
    taken = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "time", "level", "traceback"}
    assert FIELDS.keys() & taken == set()


@pytest.mark.parametrize("name", IDS)
def test_every_id_is_explained_to_operators(name: str) -> None:
    guide = (ROOT / "docs" / "operators.md").read_text("utf-8")
    section = guide.partition("## Logs")[2].partition("\n## ")[0]
    assert f"| `{name}` |" in section
