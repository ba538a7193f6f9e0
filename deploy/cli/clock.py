"""`jangkau clock`: the business date."""

import getpass
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import click

from deploy.settings import load_settings
from schemas.errors import InvalidInput
from schemas.events import ControlEvent
from schemas.names import HUB_CONTROL
from streams.control.decisions import DATE
from streams.control.fold import ControlView


@click.group()
def clock() -> None:
    """Tanggal kerja: hanya maju. / The business date: it only rises."""


@clock.command()
def show() -> None:
    """Tanggal kerja sekarang. / The business date now, who set it and why."""
    from deploy.compose.asking import asker

    with asker(load_settings()) as hub:
        view = ControlView()
        for _, event in hub.records(ControlEvent, HUB_CONTROL):
            view.fold(event)
    day, event_of_day = view.business_date, view.last(DATE)
    if day is None or event_of_day is None:
        click.echo("Belum ada tanggal kerja. / There is no business date yet.")
        click.echo("  `jangkau clock advance --to 2026-01-31 --reason …` sets the first one.")
        return
    click.secho(f"{day.isoformat()}", bold=True)
    click.echo(f"  oleh / by    {event_of_day.by}")
    click.echo(f"  dasar / why  {event_of_day.basis}")
    click.echo(f"  kebijakan / policy  {view.policy or '-'}")


@clock.command()
@click.option("--to", type=click.DateTime(["%Y-%m-%d"]), help="The new date. Default: the day after.")
@click.option("--reason", required=True, help="Why: a regulation, a purpose, an incident.")
@click.option("--by", default=getpass.getuser, show_default="your account", help="Role or account.")
def advance(to: datetime | None, reason: str, by: str) -> None:
    """Majukan tanggal kerja. / Advance the business date; this cannot be taken back.

    Ages, lapses and effective dates follow it: every person is judged anew.
    """
    from deploy.compose.asking import asker
    from deploy.compose.commanding import command

    with asker(load_settings()) as hub:
        target = to.date() if to else _next_day(hub.records(ControlEvent, HUB_CONTROL))
        payload = {"to": target.isoformat()}
        command(
            hub,
            "ADVANCE_BUSINESS_DATE",
            by,
            reason,
            payload,
            remedy="see `jangkau clock show`; nothing was changed",
        )
    click.echo(f"Tanggal kerja {target.isoformat()}. / The business date is {target.isoformat()}.")


def _next_day(events: Iterable[tuple[str, ControlEvent]]) -> date:
    view = ControlView()
    for _, event in events:
        view.fold(event)
    if view.business_date is None:
        raise InvalidInput("there is no business date yet", remedy="name the first one with --to")
    return view.business_date + timedelta(days=1)
