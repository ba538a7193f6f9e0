"""Which series a PromQL expression reads. Not a parser: enough for the rules and dashboards that ship."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_GROUPING = re.compile(r"\b(by|on|without|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_NAMED = re.compile(r"(?<![\w:$\"])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(\s*\()?")
_MATCHER = re.compile(r"(\w+)\s*(=~|!~|!=|=)\s*\"([^\"]*)\"")
_WORDS = frozenset(("and", "or", "unless", "offset", "bool", "by", "on", "without", "ignoring"))
_JOINS = frozenset(("group_left", "group_right"))


@dataclass(frozen=True, slots=True)
class Selector:
    """Series that are read: a metric, and what is asked of its labels (label, operator, value)."""

    metric: str
    matchers: tuple[tuple[str, str, str], ...]

    @property
    def labels(self) -> frozenset[str]:
        """The labels that are asked about."""
        return frozenset(label for label, _, _ in self.matchers)


def selectors(expr: str) -> Iterator[Selector]:
    """Every selector in the expression, in order."""
    for name, braces, call in _NAMED.findall(_GROUPING.sub(" ", expr)):
        if not call and name not in _WORDS | _JOINS:
            yield Selector(name, tuple(_MATCHER.findall(braces)))


def grouped_by(expr: str) -> frozenset[str]:
    """The labels that ``by``, ``on`` and their like name."""
    found = (label.strip() for _, inner in _GROUPING.findall(expr) for label in inner.split(","))
    return frozenset(filter(None, found))
