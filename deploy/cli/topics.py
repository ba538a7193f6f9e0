"""`jangkau topics`: bring a cluster's topics and schemas in line with the catalogue."""

import click

from deploy.connect import find_cluster
from deploy.settings import load_settings


@click.group()
def topics() -> None:
    """Topics and schemas of the hub, as schemas/topics describes them."""


@topics.command()
def plan() -> None:
    """Say what `apply` would change; changes nothing. Exits 1 if there is something to do."""
    _run(apply=False)


@topics.command()
def apply() -> None:
    """Create missing topics, set their settings, register their schemas. Never deletes anything."""
    _run(apply=True)


def _run(*, apply: bool) -> None:
    from connectors.kafka.admin import KafkaAdmin
    from deploy.query.access import kafka_config
    from deploy.topics import apply_plan, missing_schemas, plan_topics, register_schemas
    from schemas.catalog import load_catalog
    from schemas.registry import SchemaRegistry

    settings = load_settings()
    cluster = find_cluster(settings)
    admin = KafkaAdmin(kafka_config(settings, cluster))
    registry = SchemaRegistry(cluster.registry_url)
    catalog = load_catalog()
    todo = plan_topics(
        catalog, admin.describe(catalog), settings.topics.partitions, settings.topics.replication_factor
    )
    unregistered = missing_schemas(catalog, registry)
    for line in [*todo.lines(), *(f"+ schema of {name}" for name in unregistered)]:
        click.echo(line)
    if todo.empty and not unregistered:
        click.echo("Topik sesuai katalog. / The topics are as the catalogue says.")
    elif not apply:
        raise click.exceptions.Exit(1)
    if apply:
        apply_plan(todo, admin)
        register_schemas(catalog, registry)
