"""Every link leads somewhere, every page is led to, and files and tests that pages name exist."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page, page, pages

_EXTERNAL = ("http://", "https://", "mailto:")
_ROOMS = ("schemas", "monitoring", "streams", "connectors", "deploy", "jangkau", "tests", "bench", "docs")
_PATH = re.compile(rf"(?:{'|'.join(_ROOMS)})/[\w./-]*")
_TEST = re.compile(r"test_\w+")

every_page = pytest.mark.parametrize("one", pages(), ids=lambda one: one.name)


@every_page
def test_links_lead_to_a_file_and_a_heading(one: Page) -> None:
    for link in one.links:
        if link.startswith(_EXTERNAL):
            continue
        target, _, anchor = link.partition("#")
        path = (one.folder / target).resolve() if target else ROOT / one.name
        assert path.exists(), link
        assert path.is_relative_to(ROOT), link
        if anchor:
            assert anchor in page(str(path.relative_to(ROOT))).anchors, link


@every_page
def test_files_that_are_named_exist(one: Page) -> None:
    for code in one.inline:
        if _PATH.fullmatch(code):
            assert (ROOT / code).exists(), code


@every_page
def test_tests_that_are_named_exist(one: Page) -> None:
    for code in one.inline:
        if _TEST.fullmatch(code):
            assert _defined(code), code


def test_every_page_of_docs_can_be_reached() -> None:
    reached: set[str] = set()
    todo = ["README.md"]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            targets = (link.partition("#")[0] for link in page(name).links if not link.startswith(_EXTERNAL))
            paths = ((page(name).folder / target).resolve() for target in targets if target.endswith(".md"))
            todo += [str(path.relative_to(ROOT)) for path in paths]
    assert {one.name for one in pages() if one.name.startswith("docs/")} - reached == {"docs/README.md"}


def _defined(test: str) -> bool:
    files: list[Path] = [*(ROOT / "tests").rglob("*.py")]
    return any(f"def {test}(" in file.read_text("utf-8") for file in files)
