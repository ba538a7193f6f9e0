"""`jangkau demo`: play a year in Sulawesi Tenggara."""

import os
import re
import sys
from datetime import UTC, datetime

import click
from rich.console import Console

from deploy.settings import load_settings
from deploy.supervision.signals import stop_on_signals

_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*%?")
_WRONG = 1


class Share(click.ParamType):
    """A share of the population, as 10% or 100%."""

    name = "percent"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """A number above 0 and at most 1."""
        if isinstance(value, float):
            return value
        match = _PERCENT.fullmatch(value.strip())
        share = float(match[1].replace(",", ".")) / 100 if match else 0.0
        if not 0 < share <= 1:
            self.fail(f"{value} is no share between 0 and 100%", param, ctx)
        return share


@click.command()
@click.option(
    "--population", type=Share(), default="10%", show_default=True, help="Share of the province's people."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=8, show_default=True, help="Same seed, same year."
)
@click.option("--months", type=click.IntRange(1, 12), default=12, show_default=True, help="Months played.")
@click.option("--engines", type=click.IntRange(min=1), default=1, show_default=True, help="Engine processes.")
@click.option("--keep", is_flag=True, help="Leave the hub running afterwards.")
@click.option(
    "--stay/--no-stay",
    default=None,
    help="Keep the hub up until Ctrl-C, to look around in the console.  [default: on a terminal]",
)
@click.option("--check", "only_check", is_flag=True, help="Only check again what the last demo recorded.")
def demo(
    population: float, seed: int, months: int, engines: int, keep: bool, stay: bool | None, only_check: bool
) -> int:
    """Mainkan setahun di Sulawesi Tenggara. / Play a year in Sulawesi Tenggara.

    Starts a hub of its own in the folder `demo` of the data folder (emptied first), publishes what made-up
    people live through, shows who is eligible, covered and not yet covered, and checks every verdict in
    SQL. On a terminal the hub stays up afterwards, until Ctrl-C, so that the console can be looked at.
    Exit code 1: something was wrong. Ctrl-C stops everything.
    """
    from deploy.demo.folder import DemoFolder
    from deploy.demo.play import DemoOptions, check_again, run_demo
    from deploy.demo.screen import Screen
    from schemas.ids import DirectiveId
    from schemas.regions import Regions

    folder = DemoFolder.of(load_settings().data_dir)
    screen = Screen(Console(), Regions.load(), DirectiveId("inpres-8-2025"))
    if only_check:
        return 0 if check_again(folder, screen) else _WRONG
    if stay is None:
        stay = sys.stdout.isatty() and not os.environ.get("CI")
    today = datetime.now(UTC).date()
    options = DemoOptions(population, seed, months, keep, stay and not keep, engines, today)
    # For the hub's processes too: they read their settings from the environment.
    os.environ["JANGKAU_DATA_DIR"] = str(folder.path)
    with stop_on_signals():
        right = run_demo(load_settings(), options, screen)
    return 0 if right else _WRONG
