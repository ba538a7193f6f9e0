"""`jangkau erase`, `reinstate`, `erasures`: one person's data goes, and may come back."""

import json
import sys

import click

from deploy.cli.person import read_person
from deploy.cli.purpose import asker as who_asks
from deploy.compose.asking import Asker
from deploy.query.erasures import Erasure, read_erasures
from deploy.settings import load_settings
from schemas.errors import InvalidInput, Retryable
from schemas.events import ControlEvent, ErasureProof, Outcome
from schemas.names import HUB_CONTROL, HUB_OUTCOMES

_BY = click.option("--by", help="Who decides: an office or role. Default: this machine's account.")
_WHO = click.argument("person", metavar="NIK|TOKEN")

WAIT_S = 60.0
"""An engine counts a partition every second or so; a large one more rarely."""


@click.command()
@_WHO
@click.option("--basis", required=True, help="What it rests on: the request, the law, the ruling.")
@_BY
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(person: str, basis: str, by: str | None, yes: bool) -> None:
    """Hapus data satu orang. / Erase one person's data from the hub.

    The engine that holds the person forgets them, their record and a hold get a tombstone, and facts that
    come later are counted and not kept. Prints the proof, and what is left for how long. `-` reads the NIK
    from standard input, so that it is in no shell history.
    """
    from deploy.compose.asking import asker
    from deploy.compose.commanding import check_texts
    from deploy.query.erasures import remains
    from deploy.view.erasures import done_lines
    from schemas.catalog import load_catalog

    settings, who = load_settings(), who_asks(by)
    token = read_person(person, settings).hex
    check_texts(basis=basis, by=who)
    if not yes:
        _confirm(f"Hapus data {token}? / Erase this person's data?")
    with asker(settings) as hub:
        proof = carry_out(hub, token, who, basis)
    left = remains(load_catalog().values())
    for line in done_lines(proof, left):
        click.echo(line)


def carry_out(hub: Asker, token: str, by: str, basis: str, wait_s: float = WAIT_S) -> ErasureProof:
    """Have a token erased and wait for the proof. Raises ``InvalidInput`` if it is refused, ``Retryable`` if
    no engine, or not even the control worker, has answered: the message says which.
    """
    from deploy.compose.commanding import command

    try:
        outcome = command(
            hub,
            "ERASE_PERSON",
            by,
            basis,
            {"person": token},
            remedy="see `jangkau erasures`; nothing was changed",
            wait_s=wait_s,
            waiting=lambda: click.echo("Menunggu mesin … / Waiting for the engine …", err=True),
        )
    except Retryable as late:
        # Whether the worker has decided is on the log: a command alone may still be refused.
        if not any(each.reinstated_at is None for each in recorded(hub, token)):
            raise
        raise Retryable(
            "tercatat, belum terlaksana / recorded, not yet carried out: "
            f"no engine has done it within {wait_s:.0f} s",
            remedy="it will be done when its engine runs; "
            f"see `jangkau status`, and ask again with `jangkau erasures --person {token}`",
        ) from late
    assert outcome.erasure is not None, "an accepted erasure comes with its proof"
    return outcome.erasure


def recorded(hub: Asker, token: str | None) -> list[Erasure]:
    """The erasures decided so far, of one token or of all."""
    events = [event for _, event in hub.records(ControlEvent, HUB_CONTROL)]
    outcomes = [outcome for _, outcome in hub.records(Outcome, HUB_OUTCOMES)]
    return read_erasures(events, outcomes, token)


@click.command()
@_WHO
@click.option("--basis", required=True, help="What it rests on.")
@_BY
def reinstate(person: str, basis: str, by: str | None) -> None:
    """Pulihkan yang dihapus. / Let facts of somebody erased count again, from a minute later on.

    What agencies sent before stays erased; ask them to publish the person anew.
    """
    from deploy.compose.asking import asker
    from deploy.compose.commanding import command
    from schemas.events import REINSTATED_AFTER_MS

    settings, who = load_settings(), who_asks(by)
    token = read_person(person, settings).hex
    remedy = "see `jangkau erasures`; nothing was changed"
    with asker(settings) as hub:
        command(hub, "REINSTATE_PERSON", who, basis, {"person": token}, remedy=remedy)
    seconds = REINSTATED_AFTER_MS // 1000
    click.echo(f"Dipulihkan: fakta yang datang {seconds} detik lagi atau sesudahnya dihitung kembali.")
    click.echo(f"Reinstated: facts that come {seconds} seconds from now, or later, count again;")
    click.echo("  ask the agencies to publish the person anew after that.")


@click.command()
@click.option("--person", metavar="NIK|TOKEN", help="Only this person; `-` reads it from standard input.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
def erasures(person: str | None, as_json: bool) -> None:
    """Penghapusan dan buktinya. / Erasures: who decided, on what basis, and whether they are carried out."""
    from deploy.compose.asking import asker
    from deploy.view.erasures import erasure_lines, erasures_plain

    settings = load_settings()
    token = None if person is None else read_person(person, settings).hex
    with asker(settings) as hub:
        found = recorded(hub, token)
    if as_json:
        click.echo(json.dumps(erasures_plain(found), indent=2, ensure_ascii=False, default=str))
    else:
        click.echo("\n".join(erasure_lines(found)))


def _confirm(question: str) -> None:
    if not sys.stdin.isatty():
        raise InvalidInput("nobody is there to ask", remedy="give --yes if it is meant")
    if not click.confirm(question):
        raise InvalidInput("tidak dihapus / nothing was erased")
