"""`jangkau control`: the control worker in the foreground."""

import logging

import click

from deploy.connect import find_cluster
from deploy.settings import load_settings


@click.command()
def control() -> None:
    """Run the control worker until SIGTERM or Ctrl-C.

    It decides on directives, commands and the business date, adds up regional totals and writes
    receipts. One is enough; a second one does no harm.
    """
    from deploy.compose.control import compose_control

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Of Faust and its client only what someone may have to act on; records of ours say the rest.
    for name in ("faust", "mode", "aiokafka", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)
    settings = load_settings()
    compose_control(settings, find_cluster(settings)).run()
