"""The table of regions: who is eligible, covered and not yet covered under one directive."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.table import Table
from rich.text import Text

from deploy.view.numbers import count, share, signed
from schemas.events import DirectiveTotals, RegionTotals
from schemas.ids import DirectiveId

_LEVELS = ("REGENCY", "PROVINCE", "NATION")
_HEADINGS = (
    ("Wilayah", "region"),
    ("Berhak", "eligible"),
    ("Terlindungi", "covered"),
    ("Belum", "gap"),
    ("Target", "target"),
    ("Capaian", "reached"),
    ("Perubahan", "change"),
)
_NAME_WIDTH = 26
_NUMBER_WIDTH = 12
INCOMPLETE_MARK = "~"


class RegionNames(Protocol):
    """What ``schemas.regions.Regions`` knows of names."""

    def name(self, code: str) -> str:
        """Name of a province or regency."""


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One line. ``change`` is in covered persons since the totals before; ``complete`` as the totals say."""

    region: str
    name: str
    level: str
    eligible: int
    covered: int
    gap: int
    target: int | None
    change: int | None
    complete: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts, in the order of the headings. Totals that lack a partition carry ``~``."""
        return (
            self.name if self.complete else f"{self.name} {INCOMPLETE_MARK}",
            count(self.eligible),
            count(self.covered),
            count(self.gap),
            count(self.target),
            share(self.covered, self.target or self.eligible),
            signed(self.change),
        )


def region_rows(
    totals: Mapping[str, RegionTotals],
    previous: Mapping[str, RegionTotals] | None,
    directive: DirectiveId,
    names: RegionNames,
) -> list[RegionRow]:
    """Regencies by code, then provinces, then the nation where it adds anything to one province.

    Regions the directive means nobody of and has no target in are left out.
    """
    rows = list(_rows(totals, previous or {}, directive, names))
    provinces = sum(row.level == "PROVINCE" for row in rows)
    shown = [row for row in rows if row.level != "NATION" or provinces != 1]
    return sorted(shown, key=lambda row: (_LEVELS.index(row.level), row.region))


def _rows(
    totals: Mapping[str, RegionTotals],
    previous: Mapping[str, RegionTotals],
    directive: DirectiveId,
    names: RegionNames,
) -> Iterator[RegionRow]:
    for region, total in totals.items():
        now = _of(total, directive)
        if now is None or (now.eligible == 0 and now.target is None):
            continue
        before = _of(previous[region], directive) if region in previous else None
        yield RegionRow(
            region=region,
            name=names.name(region),
            level=total.level,
            eligible=now.eligible,
            covered=now.covered,
            gap=now.gap,
            target=now.target,
            change=None if before is None else now.covered - before.covered,
            complete=total.partitions_reported == total.partitions,
        )


def _of(total: RegionTotals, directive: DirectiveId) -> DirectiveTotals | None:
    return next((part for part in total.directives if part.directive == directive), None)


def regions_table(
    totals: Mapping[str, RegionTotals],
    previous: Mapping[str, RegionTotals] | None,
    directive: DirectiveId,
    names: RegionNames,
) -> Table:
    """The table for a terminal. ``totals`` by region code, ``ID`` the nation; ``previous`` for the change.

    Reached is covered of the target, or of the eligible where there is no target.
    """
    table = Table(caption=_caption(totals, directive), pad_edge=False)
    for position, (indonesian, english) in enumerate(_HEADINGS):
        heading = Text(indonesian).append(f"\n{english}", style="dim")
        table.add_column(heading, justify="left" if position == 0 else "right", no_wrap=True)
    regencies = True
    for row in region_rows(totals, previous, directive, names):
        if regencies and row.level != "REGENCY":
            table.add_section()
            regencies = False
        table.add_row(*_styled(row), style="" if regencies else "bold")
    return table


def _styled(row: RegionRow) -> Sequence[Text]:
    cells = [Text(cell) for cell in row.cells]
    cells[3].stylize("red" if row.gap else "green")
    if row.change:
        cells[6].stylize("green" if row.change > 0 else "red")
    if not row.complete:
        cells[0].stylize("yellow")
    return cells


def plain_lines(
    totals: Mapping[str, RegionTotals],
    previous: Mapping[str, RegionTotals] | None,
    directive: DirectiveId,
    names: RegionNames,
) -> list[str]:
    """The same as lines of text, headings first and a caption last."""
    headings = _line([indonesian for indonesian, _ in _HEADINGS])
    rows = [_line(row.cells) for row in region_rows(totals, previous, directive, names)]
    return [headings, *rows, _caption(totals, directive)]


def _line(cells: Sequence[str]) -> str:
    first, *rest = cells
    return f"{first:<{_NAME_WIDTH}.{_NAME_WIDTH}}" + "".join(f"{cell:>{_NUMBER_WIDTH}}" for cell in rest)


def _caption(totals: Mapping[str, RegionTotals], directive: DirectiveId) -> str:
    dates = {total.business_date for total in totals.values()}
    when = f" · tanggal {max(dates):%Y-%m-%d}" if dates else ""
    some = any(total.partitions_reported < total.partitions for total in totals.values())
    return f"{directive}{when}" + (f" · {INCOMPLETE_MARK} belum lengkap (incomplete)" if some else "")
