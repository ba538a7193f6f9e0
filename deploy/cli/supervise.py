"""`jangkau supervise`: own a hub's processes until told to stop; `jangkau up` starts this."""

import os
import signal
import sys
import threading
from datetime import UTC, datetime

import click

from deploy.hub import build_supervisor
from deploy.settings import load_settings
from deploy.supervision.hub import watch_lifeline
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
        build_supervisor(load_settings(), engines, _say, sink=sink).run()


def _follow_lifeline() -> None:
    if watch_lifeline(sys.stdin.fileno()):
        os.kill(os.getpid(), signal.SIGTERM)


def _say(line: str) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}", flush=True)
