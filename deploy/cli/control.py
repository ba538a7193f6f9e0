"""`jangkau control`: the control worker in the foreground."""

import click

from deploy.cli.service import service
from deploy.connect import find_cluster
from deploy.settings import load_settings


@click.command()
def control() -> None:
    """Run the control worker until SIGTERM or Ctrl-C.

    It decides on directives, commands and the business date, adds up regional totals and writes
    receipts. One is enough; a second one does no harm. While Kafka or the registry is away it waits;
    without Kafka at the start it ends with code 1, to be started again.
    """
    from deploy.compose.control import PROCESS, compose_control

    settings = load_settings()
    with service(PROCESS, settings):
        compose_control(settings, find_cluster(settings)).run()
