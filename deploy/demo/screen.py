"""What the demo shows while it plays: a live table on a terminal, plain lines elsewhere."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from deploy.view.numbers import count, day, share
from deploy.view.regions import RegionNames, plain_lines, regions_table
from schemas.events import RegionTotals
from schemas.ids import DirectiveId
from schemas.names import NATION

_RATE_OVER_S = 5.0
_REFRESHES_A_S = 4


class Watched(Protocol):
    """What is shown."""

    @property
    def published(self) -> int:
        """Events published."""

    @property
    def lag(self) -> int:
        """Events no engine has committed."""

    @property
    def recorded(self) -> int:
        """Records of coverage.persons."""

    @property
    def quarantined(self) -> int:
        """Records in quarantine."""

    @property
    def totals(self) -> Mapping[str, RegionTotals]:
        """By region."""


class Screen:
    """One demo's display. ``say`` prints a line above what is live."""

    def __init__(
        self,
        console: Console,
        names: RegionNames,
        directive: DirectiveId,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console, self._names, self._directive, self._clock = console, names, directive, clock
        self._watched: Watched | None = None
        self._before: Mapping[str, RegionTotals] | None = None
        self._earlier: Mapping[str, RegionTotals] | None = None
        self._line_at = (clock(), 0)
        self._doing = ""
        self._today: date | None = None
        self._samples: deque[tuple[float, int]] = deque()

    @contextmanager
    def live(self, watched: Watched) -> Iterator[None]:
        """Show ``watched`` until the block ends; off a terminal nothing moves."""
        self._watched = watched
        self._line_at = self._clock(), watched.published
        if not self._console.is_terminal:
            yield
            return
        with Live(
            get_renderable=self._render,
            console=self._console,
            refresh_per_second=_REFRESHES_A_S,
            transient=True,
        ):
            yield

    def say(self, line: str) -> None:
        """A line that stays."""
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)

    def console(self, address: str | None) -> None:
        """Where the pages for people are."""
        if address is not None:
            self.say(f"\nKonsol, buka di peramban / The console, open it in a browser:\n  {address}")

    def doing(self, what: str, *, long: bool = False) -> None:
        """What goes on now; shown live, and off a terminal only where it may take ``long``."""
        self._doing = what
        if long and not self._console.is_terminal:
            self.say(what)

    def today(self, to: date) -> None:
        """The business date that was asked for."""
        self._today = to

    def month_over(self, month: date) -> None:
        """One line that stays, and the base of the change shown from here on."""
        if self._watched is None:
            return
        totals, published = dict(self._watched.totals), self._watched.published
        (since, before), now = self._line_at, self._clock()
        rate = round((published - before) / (now - since)) if now > since else 0
        self.say(f"{month:%Y-%m}  {_month(totals, self._directive)}  {self._numbers(rate)}")
        self._line_at = now, published
        self._earlier, self._before = self._before, totals

    def table(self) -> None:
        """The regions as they stand at the end, with the change of the last month, to stay."""
        if self._watched is None:
            return
        totals = self._watched.totals
        if self._console.is_terminal:
            self._console.print(regions_table(totals, self._earlier, self._directive, self._names))
            return
        for line in plain_lines(totals, self._earlier, self._directive, self._names):
            self.say(line)

    def _render(self) -> RenderableType:
        assert self._watched is not None, "live() was called"
        today = day(self._today) if self._today else ""
        head = Text(f"{today}  {self._doing}", style="bold")
        totals = dict(self._watched.totals)
        table = regions_table(totals, self._before, self._directive, self._names)
        return Group(head, Text(self._numbers(self._rate()), style="dim"), table)

    def _numbers(self, rate: int) -> str:
        watched = self._watched
        assert watched is not None, "live() was called"
        return (
            f"terbit/published {count(watched.published)} ({count(rate)}/s)"
            f" · antre/lag {count(watched.lag)} · vonis/verdicts {count(watched.recorded)}"
            f" · karantina/quarantine {count(watched.quarantined)}"
        )

    def _rate(self) -> int:
        """Events a second over the last few seconds."""
        assert self._watched is not None, "live() was called"
        now, published = self._clock(), self._watched.published
        self._samples.append((now, published))
        while self._samples[0][0] < now - _RATE_OVER_S:
            self._samples.popleft()
        (since, before) = self._samples[0]
        return round((published - before) / (now - since)) if now > since else 0


def _month(totals: Mapping[str, RegionTotals], directive: DirectiveId) -> str:
    nation = totals.get(NATION)
    found = (
        next((each for each in nation.directives if each.directive == directive), None) if nation else None
    )
    if found is None:
        return "–"
    return (
        f"berhak/eligible {count(found.eligible)}  terlindungi/covered {count(found.covered)}"
        f" ({share(found.covered, found.eligible)})  belum/gap {count(found.gap)}"
    )
