"""What no page may say, what the guide must explain, and that the excerpt is of this demo."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.docs.pages import ROOT, Page, page, pages

# The project speaks of itself: not of how it was made, nor of any one machine or mirror.
_UNWANTED = re.compile(
    r"\b(?:this|last|next|previous|earlier|coding|development) session\b"
    r"|\bissues? #?\d|\bpull request\b|\bTODO\b|\bFIXME\b"
    r"|(?<![\w.])/(?:work|home|root|tmp|Users|opt|mnt)/"
    r"|pypi\.org|pythonhosted|maven\.org|apache\.org/maven|index-url|artifactory|nexus",
    re.IGNORECASE,
)
_SIXTEEN_DIGITS = re.compile(r"(?<![0-9a-f])[0-9]{16}(?![0-9a-f])")
_REFUSING = ("streams", "deploy/compose", "deploy/topics.py", "monitoring", "schemas/registry.py")
_REFUSALS = ("Refused", "NeedsRebuild")
_TELLING = 8
"""Shorter pieces of a message say nothing by themselves."""

every_page = pytest.mark.parametrize("one", pages(), ids=lambda one: one.name)


@every_page
def test_a_page_speaks_of_the_project_alone(one: Page) -> None:
    assert _UNWANTED.findall(one.text) == []


@every_page
def test_a_page_shows_no_nik_that_could_be_a_persons(one: Page) -> None:
    assert [digits for digits in _SIXTEEN_DIGITS.findall(one.text) if not digits.endswith("0000")] == []


def refusals() -> Iterator[tuple[str, list[str]]]:
    """Where something is refused, and the pieces of the message that are always the same."""
    for room in _REFUSING:
        path = ROOT / room
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _REFUSALS and node.args:
                    pieces = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
                    told = [piece.strip(" :;,\n") for piece in pieces if isinstance(piece, str)]
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", told


def test_every_refusal_is_in_the_guide_for_operators() -> None:
    text = page("docs/operators.md").text
    found = dict(refusals())
    assert len(found) >= 10
    pieces = [(at, piece) for at, told in found.items() for piece in told if len(piece) >= _TELLING]
    assert [(at, piece) for at, piece in pieces if piece not in text] == []


def test_the_excerpt_of_the_demo_is_in_its_words() -> None:
    (excerpt,) = [code for code in page("README.md").fences("") if "salah/wrong" in code]
    words = set(re.findall(r"[a-z]+/[a-z]+", excerpt))
    titles = [line.split("salah/wrong")[1].strip() for line in excerpt.splitlines() if "✓" in line]
    shown = [path for room in ("demo", "view") for path in (ROOT / "deploy" / room).rglob("*")]
    code = "\n".join(path.read_text("utf-8") for path in shown if path.suffix in (".py", ".sql"))
    assert {word for word in words if word not in code} == set()
    assert len(titles) >= 2
    assert [title for title in titles if title not in code] == []
