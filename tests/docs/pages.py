"""The pages that ship, taken apart: links, headings, code."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_INLINE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_PROGRAM = re.compile(r"^(?:\.venv/bin/)?jangkau(?= |$)")


@dataclass(frozen=True)
class Page:
    """One Markdown file, ``name`` being its path in the project."""

    name: str
    text: str

    @property
    def folder(self) -> Path:
        return (ROOT / self.name).parent

    @property
    def prose(self) -> str:
        """The text without its fenced code."""
        return _FENCE.sub("", self.text)

    @property
    def links(self) -> list[str]:
        return _LINK.findall(self.prose)

    @property
    def anchors(self) -> set[str]:
        """What ``#…`` may point to, as Git hosts make it from headings."""
        return {_slug(heading) for heading in _HEADING.findall(self.prose)}

    @property
    def inline(self) -> list[str]:
        """Code within the prose."""
        return _INLINE.findall(self.prose)

    def fences(self, *languages: str) -> list[str]:
        return [code for language, code in _FENCE.findall(self.text) if language in languages]

    def shown_calls(self) -> Iterator[list[str]]:
        """Arguments of each call of our command in a fence, as a shell would give them."""
        for code in self.fences("", "sh"):
            for line in code.splitlines():
                if _PROGRAM.match(line.strip()):
                    yield shlex.split(line, comments=True)[1:]

    def named_calls(self) -> Iterator[list[str]]:
        """The same of calls within the prose, which may be cut short."""
        for code in self.inline:
            if _PROGRAM.match(code):
                yield shlex.split(code)[1:]


def pages() -> list[Page]:
    """Every page of the project, tests aside."""
    paths = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("schemas/**/*.md")]
    paths += ROOT.glob("monitoring/runbooks/*.md")
    return [Page(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in sorted(paths)]


def page(name: str) -> Page:
    return next(each for each in pages() if each.name == name)


def _slug(heading: str) -> str:
    plain = re.sub(r"[^\w\- ]", "", heading.lower())
    return plain.replace(" ", "-")
