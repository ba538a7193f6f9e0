"""A dashboard as plain data: what is asked of Prometheus, and how the answer is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

FIRING = 'ALERTS{alertname=~"Jangkau.+", alertstate="firing"}'
"""The alerts that fire now; Prometheus makes these series of the rules."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages. Screens show Indonesian first."""

    indonesian: str
    english: str

    @property
    def both(self) -> str:
        """One line: ``Antrean / Lag``."""
        return f"{self.indonesian} / {self.english}"

    @property
    def paragraphs(self) -> str:
        """Two paragraphs, for a description."""
        return f"{self.indonesian}\n\n{self.english}"


class Unit(Enum):
    """How a value is written, by Grafana's name. Base units only: the metrics have no others."""

    COUNT = "locale"
    SECONDS = "s"
    BYTES = "bytes"
    RATIO = "percentunit"
    PER_SECOND = "cps"
    BYTES_PER_SECOND = "Bps"
    DATE = "time:YYYY-MM-DD"
    """Of milliseconds since 1970, in the dashboard's time zone."""


class Shape(Enum):
    """How an answer is drawn, by Grafana's panel type."""

    NUMBER = "stat"
    LINES = "timeseries"
    BARS = "bargauge"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Query:
    """One PromQL expression. ``legend`` is Grafana's: ``{{agency}}`` is the value of a label.

    ``rightly_empty`` says when no answer is no fault, as of a restore while none goes on.
    """

    expr: str
    legend: str = ""
    rightly_empty: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """From ``value`` on the colour is ``color``."""

    value: float
    color: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the ``source`` it shows (a label, or ``Value #A`` of the first query).

    ``names`` are what its values are called, as provinces by code.
    """

    source: str
    title: Words
    unit: Unit = Unit.COUNT
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. ``width`` of 24, ``height`` in Grafana's units of 30 pixels; ``steps`` rise.

    ``columns`` are of tables alone; ``stacked`` of lines alone.
    """

    title: Words
    description: Words
    shape: Shape
    queries: tuple[Query, ...]
    unit: Unit = Unit.COUNT
    steps: tuple[Step, ...] = ()
    width: int = 12
    height: int = 8
    most: float | None = None
    stacked: bool = False
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Panels under one heading."""

    title: Words
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice above the panels: all values of ``label`` that ``metric`` has. ``$name`` in queries."""

    name: str
    title: Words
    metric: str
    label: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One audience's dashboard; ``uid`` never changes, links lead to it."""

    uid: str
    title: Words
    description: Words
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...] = ()
    since: str = "now-6h"

    def panels(self) -> Iterator[Panel]:
        """All panels, in order."""
        for row in self.rows:
            yield from row.panels

    def queries(self) -> Iterator[tuple[Panel, Query]]:
        """All queries with their panel, in order."""
        for panel in self.panels():
            for query in panel.queries:
                yield panel, query


def concrete(expr: str, window: str = "5m") -> str:
    """The expression as Prometheus takes it: every variable as *all*, ``window`` for the rate interval.

    Variables of dashboards stand only in ``label=~"$name"``.
    """
    chosen = expr.replace("$__rate_interval", window)
    while (start := chosen.find('"$')) >= 0:
        chosen = chosen[: start + 1] + ".+" + chosen[chosen.index('"', start + 1) :]
    return chosen
