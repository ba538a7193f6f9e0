"""`jangkau gateway`: the HTTP gateway in the foreground."""

import click

from deploy.cli.service import service
from deploy.connect import find_cluster
from deploy.settings import load_settings


@click.command()
def gateway() -> None:
    """Run the HTTP gateway until SIGTERM or Ctrl-C.

    Agencies publish, ask and decide over it; docs/gateway.md has examples. Requests in flight are ended
    before it stops. While Kafka is away it answers 503; without Kafka or the registry at the start it ends
    with code 1, to be started again. One runs on a data folder; others on folders of their own do no harm.
    """
    from deploy.compose.gateway import PROCESS, compose_gateway, lock_folder

    settings = load_settings()
    with service(PROCESS, settings), lock_folder(settings.data_dir):
        compose_gateway(settings, find_cluster(settings)).run()
