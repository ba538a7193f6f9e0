"""`jangkau bench`: measure this machine."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import click

from schemas.errors import InvalidInput

_CHECKOUT = Path(__file__).parents[2]


@click.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Ukur mesin ini. / Measure this machine.

    Starts a broker of its own, loads made-up events and measures one engine process: events per CPU
    second, re-evaluation, restore of one and of five million persons, latency, memory. Takes some five
    minutes. `jangkau bench --help` lists the sizes that can be chosen.
    """
    if importlib.util.find_spec("bench") is None and not (_CHECKOUT / "bench").is_dir():
        raise InvalidInput(
            "the benchmark is not part of an installed hub", remedy="run `make bench` in a checkout"
        )
    sys.exit(subprocess.call([sys.executable, "-m", "bench", *arguments], cwd=_CHECKOUT))
