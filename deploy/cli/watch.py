"""`jangkau watch`: the coverage of the regions, as it changes."""

import time
from collections.abc import Callable

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table

from deploy.connect import find_cluster
from deploy.query.regions import RegionFeed
from deploy.settings import load_settings
from deploy.view.regions import RegionNames, plain_lines, regions_table
from schemas.errors import ContractBroken, InvalidInput
from schemas.ids import REGENCY_CHARS, DirectiveId
from schemas.regions import Regions

_REFRESH_S = 1.0


@click.command()
@click.option("--region", metavar="CODE", help="Only this province or regency, as 74 or 74.71.")
@click.option("--directive", metavar="ID", help="Which directive. Default: the first in force.")
@click.option("--once", is_flag=True, help="Show the totals as they are and end.")
def watch(region: str | None, directive: str | None, once: bool) -> None:
    """Ikuti cakupan wilayah. / Follow who is eligible, covered and not yet covered. Ctrl-C ends it."""
    from deploy.query.access import sources

    names = Regions.load()
    wanted = None if region is None else _region(names, region)
    settings = load_settings()
    chosen = DirectiveId(directive) if directive else None
    with sources(settings, find_cluster(settings)) as read:
        feed = RegionFeed(read, wanted, chosen)
        feed.read()
        if once:
            click.echo("\n".join(_lines(feed, names)))
        elif Console().is_terminal:
            _live(feed, names)
        else:
            _plain(feed, names, lambda: True)


def _region(names: Regions, text: str) -> str:
    """The code of a province or regency; a retired one gives its successor. Raises ``InvalidInput``."""
    try:
        code = names.resolve(text).code.text
    except ContractBroken as broken:
        raise InvalidInput(broken.detail, remedy=_LEVELS) from None
    if len(code) > REGENCY_CHARS:
        raise InvalidInput("totals are kept per province and regency", remedy=_LEVELS)
    return code


def _live(feed: RegionFeed, names: RegionNames) -> None:
    with Live(_table(feed, names), auto_refresh=False, screen=False) as live:
        try:
            while True:
                feed.follow(_REFRESH_S)
                live.update(_table(feed, names), refresh=True)
        except KeyboardInterrupt:
            live.update(_table(feed, names), refresh=True)


def _plain(feed: RegionFeed, names: RegionNames, going: Callable[[], bool]) -> None:
    """All lines once, then the lines that changed, at most once a second."""
    shown: list[str] = []
    try:
        while going():
            lines = _lines(feed, names)
            for line in lines:
                if line not in shown:
                    click.echo(line)
            shown = lines
            feed.follow(_REFRESH_S)
            time.sleep(_REFRESH_S)
    except KeyboardInterrupt:
        return


def _table(feed: RegionFeed, names: RegionNames) -> Table | str:
    if feed.directive is None:
        return _WAITING
    return regions_table(feed.totals, feed.previous, feed.directive, names)


def _lines(feed: RegionFeed, names: RegionNames) -> list[str]:
    if feed.directive is None:
        return [_WAITING]
    return plain_lines(feed.totals, feed.previous, feed.directive, names)


_LEVELS = "give a province as 74 or a regency as 74.71"
_WAITING = "Belum ada jumlah wilayah. / No totals yet."
