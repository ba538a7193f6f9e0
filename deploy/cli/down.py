"""`jangkau down`: stop the hub, keep its data."""

import click

from deploy.errors import HubNotRunning
from deploy.settings import load_settings
from deploy.supervision.hub import stop_hub


@click.command()
def down() -> None:
    """Hentikan hub; datanya tetap. / Stop the hub; its data stays."""
    try:
        stop_hub(load_settings().data_dir)
    except HubNotRunning as nothing:
        click.echo(str(nothing))
    else:
        click.echo("Hub berhenti. / The hub has stopped.")
