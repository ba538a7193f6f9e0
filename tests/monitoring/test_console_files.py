"""The console's files keep their own rules; how the pages behave is tried in a browser in tests/console."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import monitoring
from schemas.names import DirectiveState, GapReason
from schemas.regions import Regions

_HOME = Path(monitoring.__file__).parent / "console"
_SCRIPTS = sorted(_HOME.rglob("*.js"))
_BOOKS = sorted((_HOME / "js" / "words").glob("*.js"))
_FILES = sorted(path for path in _HOME.rglob("*") if path.is_file())
_ENTRY = re.compile(r'(?:"([\w.-]+)"|\b(\w+)):\s*"((?:[^"\\]|\\.)*)"')
_LINES_AT_MOST = 300


def _name(path: Path) -> str:
    return path.relative_to(_HOME).as_posix()


def _book(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The words of a file: Indonesian, English."""
    indonesian, english = path.read_text("utf-8").split("\n  en: {")
    first, second = (
        {quoted or bare: text for quoted, bare, text in _ENTRY.findall(part)}
        for part in (indonesian, english)
    )
    return first, second


def _known() -> set[str]:
    """Every key of every book as `t` is asked for it."""
    return {_prefix(path) + key for path in _BOOKS for key in _book(path)[0]}


def _prefix(book: Path) -> str:
    """What the one script that adds the words of a book puts before their keys."""
    found = []
    for text in (path.read_text("utf-8") for path in _SCRIPTS):
        for name in re.findall(rf'import (\w+) from "[^"]*words/{re.escape(book.name)}"', text):
            found += re.findall(rf'\buse\("(\w*)", {name}\)', text)
    assert len(found) == 1, (book.name, found)
    return found[0] + "." if found[0] else ""


def _asked() -> Iterator[tuple[str, str, bool]]:
    """File, key, and whether the key is only the beginning of one."""
    for path in _SCRIPTS:
        text = path.read_text("utf-8")
        for key in re.findall(r'\bt\(\s*"([\w.-]+)"', text):
            yield _name(path), key, False
        for start in re.findall(r"\bt\(\s*`([\w.-]+)\$\{", text):
            yield _name(path), start, True


@pytest.mark.parametrize("path", _BOOKS, ids=_name)
def test_both_languages_say_the_same_things(path: Path) -> None:
    indonesian, english = _book(path)
    assert indonesian
    assert set(indonesian) == set(english)
    for key, text in indonesian.items():
        places = [set(re.findall(r"\{(\w+)\}", each)) for each in (text, english[key])]
        assert places[0] == places[1], key


def test_every_word_that_is_asked_for_is_there() -> None:
    known = _known()
    asked = list(_asked())
    assert len(asked) > 100
    missing = [
        (file, key)
        for file, key, is_start in asked
        if not (any(each.startswith(key) for each in known) if is_start else key in known)
    ]
    assert not missing


def test_every_reason_and_state_has_words() -> None:
    known = _known()
    assert {f"reason.{each}" for each in GapReason.__args__} <= known  # type: ignore[attr-defined]
    assert {f"directive.{each}" for each in DirectiveState.__args__} <= known  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", _SCRIPTS, ids=_name)
def test_a_script_is_short_and_parses_nothing_as_html(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < _LINES_AT_MOST
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "DOMParser",
        "eval(",
        "new Function",
    ):
        assert way not in text, way
    exported = re.findall(r"^(.*)\n(?:export (?:async )?(?:function|class|const) (\w+))", text, re.MULTILINE)
    assert not [name for before, name in exported if not before.rstrip().endswith("*/")]


@pytest.mark.parametrize("path", _FILES, ids=_name)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.findall(r"(?:src|href|url|import|fetch)\W{0,3}(?:https?:)?//[a-z]", text)
    assert "@import" not in text


def test_the_page_has_no_inline_script_or_style_and_loads_what_exists() -> None:
    page = (_HOME / "index.html").read_text("utf-8")
    assert not re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert loaded
    assert not [each for each in loaded if not (_HOME / each).is_file()]


def test_every_module_imports_what_exists() -> None:
    for path in _SCRIPTS:
        for target in re.findall(r'(?:from|import)\s*\(?\s*"(\.[^"]+)"', path.read_text("utf-8")):
            assert (path.parent / target).resolve().is_file(), (_name(path), target)


def test_the_38_provinces_have_a_tile_each_and_no_two_the_same_place() -> None:
    text = (_HOME / "js" / "provinces.js").read_text("utf-8")
    tiles = re.findall(r'\["(\d\d)", "([^"]+)", (\d+), (\d+)\]', text)
    assert sorted(code for code, *_ in tiles) == [province.text for province in Regions.load().provinces]
    assert len({(x, y) for *_, x, y in tiles}) == len({name for _, name, *_ in tiles}) == 38


def test_every_class_that_has_a_colour_step_is_styled_in_both_appearances() -> None:
    styles = (_HOME / "css" / "base.css").read_text("utf-8")
    for step in range(6):
        for kind in ("step", "on"):
            assert re.search(rf"--{kind}-{step}: light-dark\(#\w{{6}}, #\w{{6}}\);", styles)


def test_a_class_has_its_looks_from_one_file() -> None:
    homes: dict[str, set[str]] = {}
    for path in sorted((_HOME / "css").glob("*.css")):
        for name in re.findall(r"^\.([\w-]+) \{", path.read_text("utf-8"), re.MULTILINE):
            homes.setdefault(name, set()).add(path.name)
    assert len(homes) > 100
    assert not {name: files for name, files in homes.items() if len(files) > 1}
