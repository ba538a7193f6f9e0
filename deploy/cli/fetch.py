"""`jangkau fetch`: broker and registry ahead of their first start; `make setup` runs this."""

import click

from deploy.embedded.artifacts import provide_artifacts
from deploy.hub import embedded_options
from deploy.settings import load_settings


@click.command(hidden=True)
def fetch() -> None:
    """Fetch Apache Kafka and the schema registry, unless they are there."""
    options = embedded_options(load_settings().embedded)
    provide_artifacts(options.artifacts, lambda line: click.echo(line, err=True))
