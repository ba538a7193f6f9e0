"""`jangkau input`: inputs that engines do not read on, because too much of what came was rejected."""

import dataclasses
import json

import click

from deploy.settings import load_settings
from schemas.names import AGENCY_FACTS


@click.group("input")
def input_() -> None:
    """Masukan yang berhenti. / Inputs that stand still because too much of them was rejected."""


@input_.command()
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
def status(as_json: bool) -> None:
    """Masukan mana yang berhenti, berapa menunggu. / Which stand still, and how much waits."""
    from deploy.connect import find_cluster
    from deploy.query.access import sources
    from deploy.query.inputs import stopped_inputs

    settings = load_settings()
    with sources(settings, find_cluster(settings)) as read:
        found = list(stopped_inputs(read.reader, read.ends))
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(each) for each in found], indent=2))
        return
    for each in found:
        waiting = f"{each.waiting} menunggu / waiting"
        click.echo(f"{each.topic} partition {each.partition}: berhenti / stopped, {waiting}")
    if found:
        click.echo("Lihat dahulu / look first: jangkau quarantine list; lalu / then: jangkau input resume")
    else:
        click.echo("Semua masukan dibaca. / All inputs are read.")


@input_.command()
@click.argument("topic", type=click.Choice(AGENCY_FACTS))
@click.option("--partition", type=click.IntRange(min=0), help="Only this partition.")
@click.option(
    "--rejects",
    type=click.IntRange(min=1),
    help="Let so many more records of a partition go to quarantine before it can stop again.",
)
@click.option("--basis", required=True, help="What the decision rests on.")
@click.option("--by", required=True, help="Who decides: an office or role.")
def resume(topic: str, partition: int | None, rejects: int | None, basis: str, by: str) -> None:
    """Baca lagi. / Read on.

    Without --rejects it stops again when as much is rejected as before. With it what is bad on the topic goes
    to quarantine and the good behind it is reached.
    """
    from deploy.compose.asking import asker
    from deploy.compose.commanding import command

    payload = {"topic": topic, "partition": partition, "rejects": rejects}
    remedy = "see `jangkau input status`; nothing was changed"
    with asker(load_settings()) as hub:
        command(hub, "RESUME_INPUT", by, basis, payload, remedy=remedy)
    click.echo(f"Dibaca lagi / read again: {topic}.")
