"""`jangkau batch`: what became of what agencies have published."""

import dataclasses
import json

import click

from deploy.settings import load_settings
from schemas.names import AGENCIES, Agency

INCOMPLETE = 3


@click.group()
def batch() -> None:
    """Nasib kiriman instansi. / What became of each publication of an agency.

    Every record of a batch is accepted, duplicate, stale, conflict, quarantined or erased; what the
    manifest promises beyond that is missing.
    """


@batch.command("list")
@click.option("--agency", type=click.Choice(AGENCIES), help="Only of this agency.")
@click.option("--incomplete", is_flag=True, help="Only those that are not whole yet.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
def list_(agency: Agency | None, incomplete: bool, as_json: bool) -> None:
    """Daftar, terbaru di akhir. / List them, newest last."""
    from deploy.cli.progress import ReadingProgress
    from deploy.connect import find_cluster
    from deploy.query.access import sources
    from deploy.query.batches import ReceiptReading, Wanted
    from deploy.view.batches import list_lines

    settings, wanted = load_settings(), Wanted(agency, incomplete)
    with sources(settings, find_cluster(settings)) as read:
        every = ReceiptReading(read.reader, read.ends, read.codec).all(ReadingProgress())
    found = {name: receipt for name, receipt in every.items() if wanted.matches(receipt)}
    if not as_json:
        click.echo("\n".join(list_lines(found)))
        return
    for name, receipt in sorted(found.items(), key=lambda item: item[1].updated_at):
        click.echo(json.dumps({"batch": name, **dataclasses.asdict(receipt)}, default=str))


@batch.command()
@click.argument("name", metavar="BATCH")
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(0, 86_400),
    default=0.0,
    metavar="SECONDS",
    help="Wait so long until it is whole.",
)
@click.option("--all-regencies", is_flag=True, help="Every regency, not only those with something amiss.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def show(name: str, wait_s: float, all_regencies: bool, as_json: bool) -> int:
    """Satu kiriman sampai wilayahnya. / One publication, down to its regencies.

    Exit code 0: it is whole; 3: it is not, or not yet; 2: nobody has heard of it.
    """
    from deploy.connect import find_cluster
    from deploy.query.access import sources
    from deploy.query.batches import ReceiptReading, resembling
    from deploy.view.batches import show_lines
    from schemas.regions import Regions

    settings = load_settings()
    with sources(settings, find_cluster(settings)) as read:
        reading = ReceiptReading(read.reader, read.ends, read.codec)
        receipt = reading.wait(name, wait_s)
        if receipt is None:
            raise resembling(name, reading.all())
    if as_json:
        plain = {"batch": name, **dataclasses.asdict(receipt)}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False, default=str))
    else:
        click.echo("\n".join(show_lines(name, receipt, Regions.load(), every=all_regencies)))
    return 0 if receipt.complete else INCOMPLETE
