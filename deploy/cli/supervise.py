"""`jangkau supervise`: own a hub's processes until told to stop; `jangkau up` starts this."""

import logging
import os
import signal
import sys
import threading

import click

from deploy.cli.service import service
from deploy.hub import build_supervisor
from deploy.settings import load_settings
from deploy.supervision.hub import LOGGER, PROCESS, watch_lifeline
from deploy.supervision.signals import stop_on_signals


@click.command(hidden=True)
@click.option("--engines", type=click.IntRange(min=1), default=1, help="How many engine processes.")
@click.option("--sink", is_flag=True, help="Also keep the view in SQL.")
@click.option("--lifeline", is_flag=True, help="Stop when standard input ends, unless released first.")
def supervise(engines: int, sink: bool, lifeline: bool) -> None:
    """Own a hub's processes until told to stop."""
    with stop_on_signals():
        if lifeline:
            threading.Thread(target=_follow_lifeline, daemon=True).start()
        settings, log = load_settings(), logging.getLogger(LOGGER)
        with service(PROCESS, settings):
            build_supervisor(settings, engines, log.info, sink=sink, warn=log.warning).run()


def _follow_lifeline() -> None:
    if watch_lifeline(sys.stdin.fileno()):
        os.kill(os.getpid(), signal.SIGTERM)
