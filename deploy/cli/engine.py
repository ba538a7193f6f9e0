"""`jangkau engine`: one engine process in the foreground."""

import signal
import threading

import click

from deploy.cli.service import service
from deploy.connect import find_cluster
from deploy.settings import load_settings


@click.command()
@click.option(
    "--slot",
    type=click.IntRange(0, 999),
    default=0,
    show_default=True,
    help="Which engine this is; no two alike.",
)
@click.option(
    "--rebuild", is_flag=True, help="Make lost state anew from coverage.persons and the agency topics."
)
def engine(slot: int, rebuild: bool) -> None:
    """Run one engine until SIGTERM or Ctrl-C.

    Engines share the work: start as many as there are cores, each with a --slot of its own. One that
    dies is replaced by the others within seconds. While Kafka or the registry is away it waits and goes on
    by itself; without Kafka at the start it ends with code 1, to be started again. Exit code 3
    means that going on could publish something wrong and an operator must decide; the message says what.
    """
    from deploy.compose.engine import compose_engine, lock_slot

    settings = load_settings()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with service(f"engine-{slot}", settings), lock_slot(settings.data_dir, slot):
        compose_engine(settings, find_cluster(settings), slot, allow_rebuild=rebuild).run(stop.is_set)
