"""`jangkau control`: the control worker in the foreground."""

import click

from deploy.cli.service import service
from deploy.connect import find_cluster
from deploy.settings import load_settings


@click.command()
def control() -> None:
    """Run the control worker until SIGTERM or Ctrl-C.

    It decides on directives, commands and the business date, adds up regional totals and writes
    receipts. One is enough; a second one does no harm.
    """
    from deploy.compose.control import PROCESS, compose_control

    settings = load_settings()
    with service(PROCESS, settings):
        compose_control(settings, find_cluster(settings)).run()
