"""`jangkau guard`: how many may leave a directive in one day because DTSEN changed."""

import json

import click

from deploy.settings import load_settings
from schemas.errors import InvalidInput


@click.group()
def guard() -> None:
    """Pengaman perubahan DTSEN. / The guard on changes of DTSEN: limits per regency and day."""


@guard.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def show(as_json: bool) -> None:
    """Jatah tanggal ini dan batas yang ditetapkan. / What may leave on this date, and who set what."""
    from deploy.compose.asking import asker
    from deploy.query.holds import guard_standing
    from deploy.view.holds import guard_lines, guard_plain
    from schemas.events import ControlEvent
    from schemas.names import HUB_CONTROL
    from schemas.regions import Regions

    with asker(load_settings()) as hub:
        standing = guard_standing(event for _, event in hub.records(ControlEvent, HUB_CONTROL))
    if as_json:
        click.echo(json.dumps(guard_plain(standing), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(guard_lines(standing, Regions.load())))


@guard.command("set")
@click.option("--regency", required=True, help="A regency or city, as 74.71.")
@click.option("--persons", type=click.IntRange(min=0), help="So many may leave on one business date.")
@click.option("--policy", is_flag=True, help="As the policy says again.")
@click.option("--basis", required=True, help="What the limit rests on.")
@click.option("--by", required=True, help="Who decides: an office or role.")
def set_(regency: str, persons: int | None, policy: bool, basis: str, by: str) -> None:
    """Tetapkan batas satu kabupaten atau kota. / Set the limit of one regency, for today and on."""
    if (persons is None) != policy:
        raise InvalidInput("which limit?", remedy="give --persons N, or --policy, not both")
    from deploy.compose.asking import asker
    from deploy.compose.commanding import command

    with asker(load_settings()) as hub:
        command(
            hub,
            "SET_GUARD",
            by,
            basis,
            {"regency": regency, "persons": persons},
            remedy="see `jangkau guard show`; nothing was changed",
        )
    limit = "menurut kebijakan / as the policy says" if persons is None else str(persons)
    click.echo(f"Batas / limit {regency}: {limit}.")
