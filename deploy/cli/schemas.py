"""`jangkau schemas`: whether the schemas that ship are whole, and what the registry says of them."""

import click

from deploy.connect import find_cluster
from deploy.errors import HubNotRunning
from deploy.settings import load_settings


@click.group()
def schemas() -> None:
    """The Avro schemas of the topics."""


@schemas.command()
@click.option("--offline", is_flag=True, help="Do not ask a registry even if there is one.")
def check(offline: bool) -> None:
    """Check that schemas parse, examples fit and every version may follow those before it.

    With a registry at hand it is also asked whether it would take them. Exits 1 if something is wrong.
    """
    from schemas.catalog import load_catalog
    from schemas.checking import check as check_files

    catalog = load_catalog()
    checked = check_files(catalog)
    faults = [*checked.faults]
    click.echo(f"{checked.schemas} schemas, {checked.versions} versions, {checked.examples} examples")
    url = None if offline else _registry_url()
    if url is not None:
        faults += _refused_by(url)
        click.echo("registry: asked")
    for fault in faults:
        click.echo(f"! {fault}", err=True)
    if faults:
        raise click.exceptions.Exit(1)
    click.echo("Skema utuh. / The schemas are whole.")


def _registry_url() -> str | None:
    try:
        return find_cluster(load_settings()).registry_url
    except HubNotRunning:
        return None


def _refused_by(url: str) -> list[str]:
    from schemas.avsc import schema_text
    from schemas.names import VALUE_SCHEMAS, subject
    from schemas.registry import SchemaRegistry

    registry = SchemaRegistry(url)
    return [
        f"{name}: the registry would refuse it for {topic}"
        for topic, name in VALUE_SCHEMAS.items()
        if not registry.compatible(subject(topic), schema_text(name))
    ]
